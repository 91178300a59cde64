// A scene for tests of faults: a sandbox, policy files and a database, and as many daemons on them
// as a test wants. All of it ends with the test that made it.

import { test } from 'vitest';
import type { EntryType } from '../../src/plan/entry.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { freshDatabase } from '../support/database.ts';
import { hasEngine } from '../support/engines.ts';
import { type SandboxHandle, type SeenRequest, startSandbox, writes } from '../support/sandbox.ts';
import { environment, type Home, makeHome, makeRig, oncePolicy, type Rig, soon } from './rig.ts';

export type Env = Record<string, string | undefined>;

export interface Scene {
  readonly sandbox: SandboxHandle;
  readonly home: Home;
  readonly env: Env;
  /** `active` by name, before anything happened. */
  readonly before: Readonly<Record<string, boolean>>;
  /** How many syncs were active then. */
  readonly active: number;
  /** Starts a daemon; it is stopped at the latest when the test ends. */
  start(more?: Env): Promise<Rig>;
  /** The same, without a wait until it is up. */
  begin(more?: Env): { readonly rig: Rig; readonly isUp: Promise<void> };
  /** Puts one policy for everything in force, at the next start or reload. */
  nightly(window: Window, more?: string): Promise<void>;
}

type Window = { readonly start: number; readonly end: number };

interface SceneOptions extends SandboxOptions {
  readonly env?: Env;
}

/** Sets scenes, on Postgres where there is one, which starts at once; `env` wins. */
export type SetScene = (options?: SceneOptions) => Promise<Scene>;

/** Tests that set scenes; they may run side by side, which most of them spend with waiting. */
export const sceneTest = test.extend<{ setScene: SetScene }>({
  setScene: async ({ task: _ }, use) => {
    const ends: (() => Promise<unknown>)[] = [];
    await use((options = {}) => setScene(options, (end) => ends.push(end)));
    for (const end of ends.reverse()) await end();
  },
});

type AtTheEnd = (end: () => Promise<unknown>) => void;

/** Sets a scene for a whole file, which ends it by itself. */
export async function setScene(
  { env: more = {}, ...options }: SceneOptions,
  atTheEnd: AtTheEnd,
): Promise<Scene> {
  const sandbox = await startSandbox(options);
  atTheEnd(() => sandbox.close());
  const servers = { ...(await database(more, atTheEnd)), ...more };
  const home = await makeHome({ isEmbedded: servers.DATABASE_URL === undefined });
  atTheEnd(() => home.remove());
  const env = environment(home, sandbox.url, servers);
  const before = await sandbox.activity();
  const scene: Scene = {
    sandbox,
    home,
    env,
    before,
    active: Object.values(before).filter(Boolean).length,
    begin(extra = {}) {
      const rig = makeRig({ ...env, ...extra });
      atTheEnd(() => rig.daemon.stop());
      return { rig, isUp: rig.daemon.start() };
    },
    async start(extra = {}) {
      const { rig, isUp } = scene.begin(extra);
      await isUp;
      return rig;
    },
    nightly: (window, words) =>
      home.write('all.yaml', oncePolicy('nightly', '{ all: true }', window, words)),
  };
  // A daemon may start before its test knows when the window is to be.
  await home.write('all.yaml', oncePolicy('idle', '{ name: nobody }', LATER));
  return scene;
}

const LATER = { start: soon(3_600_000), end: soon(7_200_000) };

async function database(more: Env, atTheEnd: AtTheEnd): Promise<Env> {
  if ('DATABASE_URL' in more || !hasEngine('postgres')) return {};
  const database = await freshDatabase();
  atTheEnd(() => database.drop());
  return { DATABASE_URL: database.url };
}

/** Resolves when all daemons together have told `count` entries of a type. */
export async function together(
  rigs: readonly Rig[],
  type: EntryType,
  count: number,
): Promise<void> {
  const told = () =>
    rigs.flatMap(({ entries }) => entries).filter((entry) => entry.type === type).length;
  await new Promise<void>((resolve) => {
    const stops = rigs.map(({ daemon }) =>
      daemon.listen(() => {
        if (told() < count) return;
        for (const stop of stops) stop();
        resolve();
      }),
    );
    if (told() >= count) resolve();
  });
}

/** The activate calls, in order. */
export async function activations(sandbox: SandboxHandle): Promise<SeenRequest[]> {
  return writes(await sandbox.requests()).filter(({ path }) => path.endsWith('/activate'));
}

/** Per sync and direction: one key, and one effect at most. */
export function doubled(calls: readonly SeenRequest[]): string[] {
  const keys = new Map<string, Set<string>>();
  const effects = new Map<string, number>();
  for (const { path, body, idempotency_key, effect } of calls) {
    const wish = `${path} ${body?.active}`;
    keys.set(wish, (keys.get(wish) ?? new Set()).add(idempotency_key ?? ''));
    if (effect === 'changed') effects.set(wish, (effects.get(wish) ?? 0) + 1);
  }
  return [
    ...[...keys].filter(([, used]) => used.size > 1).map(([wish]) => `${wish}: two keys`),
    ...[...effects].filter(([, count]) => count > 1).map(([wish]) => `${wish}: two effects`),
  ];
}
