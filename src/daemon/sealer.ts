import type { AlertKind } from '../plan/alert.ts';
import { sealDocument } from '../plan/evidence.ts';
import { makeSeal, SEAL_ENTRIES_MAX, type Seal } from '../plan/seal.ts';
import type { SealSigner } from '../plan/seal-key.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { Recorder } from './recorder.ts';

/** How often entries are sealed: what is younger can be changed without a trace. */
export const SEAL_EVERY_MS = 5_000;

/** Another replica takes over when the one that seals was silent for three turns. */
const DUTY_MS = 3 * SEAL_EVERY_MS;

/** Puts seals on the journal. */
export interface Sealer {
  /** Why nothing is sealed any more, in one sentence; undefined while all is well. */
  readonly message: string | undefined;
  /** Seals all that no seal covers yet, unless another replica has the duty. */
  seal(): Promise<void>;
}

export interface SealerParts {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly owner: string;
  /** Undefined: seals are not signed. */
  readonly signer: SealSigner | undefined;
}

/** Makes a sealer, which trusts the chain as it first finds it, and from then on what it made. */
export function createSealer(parts: SealerParts): Sealer {
  const { store, recorder, clock, log, owner, signer } = parts;
  let mine: Seal | undefined;
  let message: string | undefined;

  /**
   * A chain that was rewritten while we look on must not get our seal, and least of all our
   * signature. The next start trusts what it finds: by then a person has read the alert.
   */
  async function isRewritten(last: Seal | undefined): Promise<boolean> {
    if (mine === undefined) return false;
    const { number } = mine.header;
    const there = last?.header.number === number ? last : await store.seal(number);
    if (there?.hash === mine.hash) return false;
    const what = there === undefined ? 'is gone from the database' : 'is another one now';
    message =
      `Seal ${number}, which this daemon made, ${what}. Nothing more is sealed until it is` +
      ' started anew; curfew audit verify says what is wrong.';
    const detail = { alert: 'chain-rewritten' satisfies AlertKind, seal: number };
    await recorder.append([
      { at: clock.now(), type: 'alert.raised', actor: 'curfew', reason: message, detail },
    ]);
    return true;
  }

  /** Answers whether there may be more. */
  async function sealSome(): Promise<boolean> {
    const { last, entries } = await store.unsealed(SEAL_ENTRIES_MAX);
    if (entries.length === 0 || !(await store.claimDuty('seals', owner, DUTY_MS))) return false;
    if (await isRewritten(last)) return false;
    const { seal, list } = makeSeal(last, entries, clock.now(), signer);
    if (!(await store.addSeal(seal, list))) return false;
    mine = seal;
    tell(seal);
    return entries.length === SEAL_ENTRIES_MAX;
  }

  /** Logs are usually kept elsewhere than the database, and so are seals, then. */
  function tell(seal: Seal): void {
    const { firstSeq, lastSeq, count, keyId } = seal.header;
    const { mark, signature } = sealDocument(seal);
    log.info({ mark, firstSeq, lastSeq, count, keyId, signature }, 'sealed');
  }

  return {
    get message() {
      return message;
    },
    async seal() {
      let isMore = true;
      while (isMore && message === undefined) isMore = await sealSome();
    },
  };
}
