// Who audits a run keeps some seals in the middle, and checks the journal against them at the end.

import type { Audit } from './evidence.ts';
import type { Town } from './town.ts';

/** Seals that are out of the reach of whoever could change the journal: `<number>:<hash>`. */
export type KeptSeals = readonly string[];

/** Keeps the newest seals; the servers must be there. */
export async function keepSeals(town: Town): Promise<KeptSeals> {
  const { exitCode, text } = await town.run('audit', 'seals', '--format', 'json');
  if (exitCode !== 0) throw new Error(`the seals cannot be listed: ${text}`);
  return (JSON.parse(text) as { mark: string }[]).map(({ mark }) => mark);
}

/** Checks the whole journal; the daemons must have ended. */
export async function audit(town: Town, seals: KeptSeals): Promise<Audit> {
  const against = seals.flatMap((seal) => ['--against', seal]);
  const { exitCode, text } = await town.run('audit', 'verify', ...against);
  return { kept: seals.length, isWhole: exitCode === 0, says: text };
}
