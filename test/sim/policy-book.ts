import type { PolicyFiles } from '../../src/daemon/policy-files.ts';
import type { SyncKind } from '../../src/policy/sync.ts';
import type { Instant } from '../../src/time/interval.ts';
import type { Agenda } from './agenda.ts';
import type { Dice } from './dice.ts';
import type { Life } from './life.ts';

/** A policy as plain data: what is written to a file, and what an oracle judges by. */
export interface PolicySpec {
  readonly name: string;
  /** Selects by the first word of names (`A`), by kind, or everything. */
  readonly select: 'all' | SyncKind | `${string}/*`;
  readonly effect: 'during' | 'outside' | 'protect';
  /** Each from and to, whole seconds. */
  readonly windows: readonly (readonly [Instant, Instant])[];
  readonly priority: number;
  readonly leadMs: number;
  readonly mode: 'enforce' | 'observe';
  readonly isEnabled: boolean;
  readonly inFlight:
    | 'leave'
    | 'cancel'
    | { readonly drainMs: number; readonly afterwards: 'leave' | 'cancel' };
  readonly enforce: 'once' | 'always';
  readonly protectResync: boolean;
  readonly spreadMs: number;
  readonly catchUp: 'none' | 'if_missed' | 'always';
  readonly onDelete: 'restore' | 'finish';
  /** The most syncs it may select; Infinity when it says nothing. */
  readonly limit: number;
}

/** What selecting and pausing depend on in a sync. */
export interface Subject {
  readonly name: string;
  readonly kind: SyncKind;
}

/** The folder of policies: what people wrote there, now and before. */
export interface PolicyBook {
  /** The good policies that were written last; broken files change nothing. */
  readonly specs: readonly PolicySpec[];
  /** All that ever were written. */
  readonly everWritten: readonly PolicySpec[];
  /** Whether what is there now can be read. */
  readonly isBroken: boolean;
  readonly changedAt: Instant;
  write(specs: readonly PolicySpec[]): void;
  breakFile(): void;
  /** The folder as a process sees it. */
  filesOf(life: Life): PolicyFiles;
}

const BROKEN = 'version: 1\ntimezone: UTC\npolicies:\n  oops:\n    selct: { all: true }\n';

/** A folder with these policies in it. */
export function createPolicyBook(
  agenda: Agenda,
  dice: Dice,
  first: readonly PolicySpec[],
): PolicyBook {
  const hints = new Set<() => void>();
  let specs = first;
  let everWritten = first;
  let text = policyText(first);
  let isBroken = false;
  let changedAt = agenda.now;

  function change(next: string): void {
    text = next;
    changedAt = agenda.now;
    for (const hint of hints) hint();
  }

  return {
    get specs() {
      return specs;
    },
    get everWritten() {
      return everWritten;
    },
    get isBroken() {
      return isBroken;
    },
    get changedAt() {
      return changedAt;
    },
    write(next) {
      specs = next;
      everWritten = [...everWritten, ...next.filter((spec) => !everWritten.includes(spec))];
      isBroken = false;
      change(policyText(next));
    },
    breakFile() {
      isBroken = true;
      change(BROKEN);
    },
    filesOf: (life) => ({
      read: () =>
        new Promise((resolve) => {
          life.reach(dice.whole(0, 3), () =>
            resolve({ sources: [{ file: 'policies/all.yaml', text }], problems: [] }),
          );
        }),
      readCalendar: async (path) => ({ fault: `${path} is not here`, hint: undefined }),
      watch(hint) {
        // Some file systems tell, some do not.
        const tell = (): void => {
          if (dice.is(0.6)) life.reach(dice.whole(1, 100), hint);
        };
        hints.add(tell);
        life.onDeath(() => hints.delete(tell));
        return () => hints.delete(tell);
      },
    }),
  };
}

function policyText(specs: readonly PolicySpec[]): string {
  return ['version: 1', 'timezone: UTC', 'policies:', ...specs.flatMap(linesOf), ''].join('\n');
}

function linesOf(spec: PolicySpec): string[] {
  const { name, select, effect, windows, priority, leadMs, mode, isEnabled, limit } = spec;
  const isPause = effect !== 'protect';
  return [
    `  ${name}:`,
    `    select: ${JSON.stringify(matcherOf(select))}`,
    `    priority: ${priority}`,
    `    mode: ${mode}`,
    `    enabled: ${isEnabled}`,
    '    allow_always: true',
    ...(isPause ? termsOf(spec) : []),
    ...(isPause && Number.isFinite(limit) ? [`    limit: { syncs: ${limit} }`] : []),
    ...(isPause && leadMs > 0 ? [`    lead: ${leadMs / 1_000}s`] : []),
    `    ${isPause ? 'pause' : 'protect'}:`,
    `      ${isPause ? effect : 'during'}:`,
    ...windows.map(([start, end]) => `        - once: ${iso(start)}/${iso(end)}`),
  ];
}

function termsOf(spec: PolicySpec): string[] {
  const spread = spec.spreadMs === 0 ? '' : `spread: ${spec.spreadMs / 1_000}s, `;
  return [
    `    in_flight: ${inFlightOf(spec)}`,
    `    protect_resync: ${spec.protectResync}`,
    `    enforce: ${spec.enforce}`,
    `    resume: { ${spread}catch_up: ${spec.catchUp} }`,
    `    on_delete: ${spec.onDelete}`,
  ];
}

function inFlightOf({ inFlight }: PolicySpec): string {
  if (typeof inFlight !== 'object') return inFlight;
  return `{ drain: ${inFlight.drainMs / 1_000}s, then: ${inFlight.afterwards} }`;
}

/** As `select` of a policy, or of somebody who speaks about syncs. */
export function matcherOf(select: PolicySpec['select']): Readonly<Record<string, string | true>> {
  if (select === 'all') return { all: true };
  return select === 'model' || select === 'bulk' ? { kind: select } : { name: select };
}

function iso(at: Instant): string {
  return new Date(at).toISOString().replace('.000', '');
}
