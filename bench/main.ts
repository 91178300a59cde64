// `npm run bench` and `npm run bench -- windows pause`: the figures of docs/performance.md.

import { availableParallelism, cpus, totalmem } from 'node:os';
import { benchAudit } from './audit.ts';
import { benchIdle } from './idle.ts';
import { benchPause } from './pause.ts';
import { benchPolicies } from './policies.ts';
import { benchProfile } from './profile.ts';
import { benchWindows } from './windows.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  windows: benchWindows,
  policies: benchPolicies,
  pause: benchPause,
  idle: benchIdle,
  audit: benchAudit,
  profile: benchProfile,
};
/** A profile explains `pause` and is not run unless it is asked for. */
const USUAL = ['windows', 'policies', 'pause', 'idle', 'audit'];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const memory = (totalmem() / 2 ** 30).toFixed(0);
const model = cpus()[0]?.model ?? 'unknown processor';
console.log(`Node ${process.version}, ${availableParallelism()} cores (${model}), ${memory} GiB`);
for (const name of asked.length > 0 ? asked : USUAL) await BENCHES[name]!();
