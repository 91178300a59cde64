import type { Outcome } from '../../../src/plan/outcome.ts';
import { type Law, law, shortKey } from '../law.ts';

/** What the vendor has recorded under a key: the same request gets the same answer again. */
const RECORDED = ['ok', 'server-error', 'rejected', 'missing'];

/** After these the fate of a request is not known. */
const UNSURE: readonly Outcome['kind'][] = ['unknown', 'conflict', 'server-error'];

/** Written before done, and nothing twice without knowing what came of the first time. */
export const WRITING_LAWS: readonly Law[] = [
  law('every request is on record before it leaves', (_, broken) => {
    const sent = new Map<string, number>();
    return {
      leave({ key, effect, life }, record) {
        const times = (sent.get(key) ?? 0) + 1;
        sent.set(key, times);
        const what = `${life.name} sends ${effect} under ${shortKey(key)}`;
        if (record === undefined) broken(`${what}, and there is no call on record`);
        else if (record.state !== 'open') broken(`${what}, and the call is closed`);
        else if (record.intended < times) {
          broken(`${what} for the ${times}. time, with ${record.intended} entries before`);
        }
      },
    };
  }),
  law('a key whose answer is recorded is not used again', (_, broken) => ({
    leave({ key, effect, life }, record) {
      const outcome = record?.outcome ?? '';
      if (!RECORDED.includes(outcome)) return;
      broken(`${life.name} sends ${effect} under ${shortKey(key)}, answered before: ${outcome}`);
    },
  })),
  law('a start that somebody asked for is not repeated blindly', (_, broken) => {
    /** By who asked: a person who asks twice means two. */
    const unsure = new Map<string, string>();
    const actors = new Map<string, string>();
    return {
      leave({ effect, key, life }, record) {
        if (effect !== 'start' || record === undefined || record.actor === 'curfew') return;
        const before = unsure.get(record.actor);
        if (before !== undefined) broken(`${life.name} starts again; the last try was: ${before}`);
        actors.set(key, record.actor);
        unsure.set(record.actor, 'not answered');
      },
      answer({ effect, key }, { kind }) {
        const actor = actors.get(key);
        if (effect !== 'start' || actor === undefined) return;
        if (UNSURE.includes(kind)) unsure.set(actor, kind);
        else unsure.delete(actor);
      },
    };
  }),
  law('one run at most makes up for those that fell into a pause', (world, broken) => {
    const pauses = new Map<string | null, number>();
    /** By key, the pause that it makes up for: it may land when the next one has begun. */
    const pauseOf = new Map<string, string>();
    const madeUp = new Set<string | undefined>();
    return {
      leave({ effect, key }, record) {
        if (effect !== 'start' || record?.actor !== 'curfew' || pauseOf.has(key)) return;
        pauseOf.set(key, `${record.hold}, ${pauses.get(record.hold) ?? 0}`);
      },
      land({ request, sync }, record) {
        if (record?.actor !== 'curfew') return;
        const { hold } = record;
        // A window that opens before all came back goes on with the same hold.
        if (request.effect === 'deactivate') pauses.set(hold, (pauses.get(hold) ?? 0) + 1);
        if (request.effect !== 'start') return;
        const pause = pauseOf.get(request.key);
        if (madeUp.has(pause)) broken(`${request.life.name} starts ${sync.name} once more`);
        madeUp.add(pause);
        if (world.book.everWritten.every(({ catchUp }) => catchUp === 'none')) {
          broken(`${request.life.name} starts ${sync.name}, and no policy says so`);
        }
      },
    };
  }),
  law('without accidents a pause takes one call, and so does a resume', (world, broken) => {
    const { happenings, policies } = world.story;
    const isFought = policies.some(({ enforce }) => enforce === 'always');
    const isUndisturbed = happenings.every(
      ({ kind }) => PEACEFUL.includes(kind) && !(kind === 'click' && isFought),
    );
    const sent = new Set<string>();
    return {
      leave({ effect, sync, life }, record) {
        if (!isUndisturbed || record?.actor !== 'curfew') return;
        const what = `${effect} ${sync} for hold ${record.hold}`;
        // A window that opens while a resume is not over yet goes on with the same hold.
        if (effect === 'activate') sent.delete(`deactivate ${sync} for hold ${record.hold}`);
        if (effect === 'deactivate') sent.delete(`activate ${sync} for hold ${record.hold}`);
        if (sent.has(what)) broken(`${life.name} sends ${what} for the second time`);
        sent.add(what);
      },
    };
  }),
];

/** What people do is no accident, and jobs may be lost and doubled without a trace. */
const PEACEFUL = ['click', 'edit', 'rename', 'create', 'delete', 'lose jobs', 'double jobs'];
