// @ts-check
// Another replica, in a process of its own so that it can be killed or have a clock that is wrong.
// It runs the built program and says what it takes: `boundary <edge>`, `enforce <sync>`. A sync
// whose name starts with `hang` is never finished.

/** @type {{ connection: any, prefix: string, skewMs: number, limits: any }} */
const { connection, prefix, skewMs, limits } = JSON.parse(process.argv[2] ?? '');

const realNow = Date.now;
Date.now = () => realNow() + skewMs;
// Only now, so that all of BullMQ sees this clock.
// By a name that is not read as types: the built program is no source.
const program = new URL('../../dist/queue/create-queue.js', import.meta.url);
const { createQueue } = await import(program.href);

const queue = createQueue({
  connection,
  prefix,
  limits,
  now: () => Date.now(),
  random: Math.random,
  log: () => undefined,
  nextEdge: (/** @type {string} */ pattern, /** @type {number} */ after) => {
    const step = Number(pattern.split(' ')[1]);
    return Math.floor(after / step) * step + step;
  },
});
await queue.open();
queue.work({
  boundary: async (/** @type {{ edge: number }} */ { edge }) => say(`boundary ${edge}`),
  enforce: async (/** @type {{ sync: string }} */ { sync }) => {
    say(`enforce ${sync}`);
    if (sync.includes('hang')) await new Promise(() => undefined);
    return { kind: 'done' };
  },
});
say('ready');

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
