/** A fault that somebody could make in the code, and that the simulation has to find. */
export interface Mutation {
  /** What the faulty code does. */
  readonly title: string;
  /** The file, from the root, and a text in it that is there exactly once. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The seed to begin with, where it is found long after the first. */
  readonly firstSeed?: number;
}

/** The faults, each the opposite of something that Curfew promises. */
export const MUTATIONS: readonly Mutation[] = [
  {
    title: 'sends before it has written',
    file: 'src/daemon/caller.ts',
    from: '  const written = await draft.flush(false);\n',
    to: "  const written = 'written' as string;\n",
  },
  {
    title: 'writes without looking at the fence',
    file: 'src/store/migrations/0002-steps.sql',
    from: 'on c.name = s.sync and c.fence = s.fence',
    to: 'on c.name = s.sync',
    firstSeed: 120,
  },
  {
    title: 'reads the baseline again when another policy takes over',
    file: 'src/daemon/hold-steps.ts',
    from: `  { draft, decide }: PassSubject,
  { reason, occurrence }: Step & { kind: 'hand-over' },
): void {
  const hold = requireHold(draft);
`,
    to: `  { draft, decide, sync }: PassSubject,
  { reason, occurrence }: Step & { kind: 'hand-over' },
): void {
  const baseline = sync().active ? 'active' : 'inactive';
  const hold = { ...requireHold(draft), baseline };
`,
  },
  {
    title: 'uses a key again after a recorded error',
    file: 'src/plan/situation.ts',
    from: "    case 'unknown':\n      return true;\n",
    to: "    case 'unknown':\n    case 'server-error':\n      return true;\n",
    firstSeed: 240,
  },
  {
    title: 'has the same key for every window',
    file: 'src/plan/idempotency-key.ts',
    from: '    intention.occasion,\n',
    to: '',
  },
  {
    title: 'closes a hold on the answer, without a read',
    file: 'src/plan/resuming.ts',
    from: `  switch (hold.state) {
    case 'pausing':
`,
    to: `  if (situation.confirmed === 'activate') return released('The API said so.');
  switch (hold.state) {
    case 'pausing':
`,
    firstSeed: 580,
  },
  {
    title: 'pauses again what a person activated',
    file: 'src/plan/pausing.ts',
    from: "to: 'yielded', reason, ...wish };\n",
    to: "to: 'pausing', reason, ...wish };\n",
  },
  {
    title: 'activates what was inactive before',
    file: 'src/plan/resuming.ts',
    from: "  if (hold.baseline === 'inactive') {\n",
    to: "  if (hold.baseline === 'inactive' && hold.generation > 99) {\n",
  },
  {
    title: 'does not wait for a pause that may land late',
    file: 'src/plan/stray.ts',
    from: '  if (since.length === 0) return undefined;\n',
    to: '  if (since.length >= 0) return undefined;\n',
    firstSeed: 1_290,
  },
  {
    title: 'sends although its claim is over',
    file: 'src/daemon/claim.ts',
    from: '!hasPassed(clock.now(), claimedAt, CLAIM_MS / 2)',
    to: 'claimedAt > 0',
    firstSeed: 140,
  },
  {
    title: 'gives a sync up for one answer that it is missing',
    file: 'src/plan/situation.ts',
    from: '  if (!isListed) return gone;\n',
    to: '  if (!isListed || now > 0) return gone;\n',
    firstSeed: 860,
  },
  {
    title: 'takes the pause of a person for its own',
    file: 'src/plan/situation.ts',
    from: '  if (heldAt !== undefined) return false;\n',
    to: '  if (heldAt !== undefined || generation >= 0) return false;\n',
    firstSeed: 320,
  },
  {
    title: 'starts again what may have started',
    file: 'src/daemon/by-hand.ts',
    from: " || (request.action === 'start' && isInDoubt)",
    to: '',
    firstSeed: 100,
  },
  {
    title: 'never looks at what it holds by itself',
    file: 'src/daemon/sweep.ts',
    from: "  if (wanted === 'baseline') return true;\n",
    to: "  if (wanted === 'baseline') return false;\n",
    firstSeed: 280,
  },
  {
    title: 'lets a person win whom a policy always pauses again',
    file: 'src/plan/pausing.ts',
    from: "  if (hold.terms.enforce === 'once') {\n",
    to: "  if (hold.terms.enforce !== 'never') {\n",
    firstSeed: 1_030,
  },
  {
    title: 'believes the oldest of two words',
    file: 'src/plan/decide.ts',
    from: '    .sort((a, b) => b.number - a.number);\n',
    to: '    .sort((a, b) => a.number - b.number);\n',
    firstSeed: 220,
  },
  {
    title: 'does not hear that somebody skipped, ended or extended a window',
    file: 'src/plan/adjust.ts',
    from: '  if (overrides.every(isAboutSyncs)) return policies;\n',
    to: '  if (overrides.length >= 0) return policies;\n',
  },
  {
    title: 'keeps a word that was taken back',
    file: 'src/plan/override.ts',
    from: '  return Math.min(expires, revokedAt ?? Infinity);\n',
    to: '  return revokedAt === undefined ? expires : expires;\n',
    firstSeed: 1_300,
  },
  {
    title: 'cancels at once what has time to finish',
    file: 'src/plan/terms.ts',
    from: "  return now < until ? { kind: 'drain', until } : { kind: mode.afterwards };\n",
    to: '  return now < until ? { kind: mode.afterwards } : { kind: mode.afterwards };\n',
  },
  {
    title: 'keeps the pause of a deleted policy that has no end',
    file: 'src/plan/situation.ts',
    from: '  if (!Number.isFinite(hold.occurrence.end)) return false;\n',
    to: '',
    firstSeed: 110,
  },
  {
    title: 'starts a run without a look at those there are',
    file: 'src/plan/catching-up.ts',
    from: "  if (situation.executions === undefined) return { kind: 'read-executions' };\n",
    to: "  if (situation.executions === undefined) return calling(situation, 'start');\n",
  },
  {
    title: 'takes what somebody paused before a hold for active',
    file: 'src/plan/pausing.ts',
    from: '  return isTheirs ? heldAsIs',
    to: '  return isTheirs && hold.repauses < 0 ? heldAsIs',
    firstSeed: 550,
  },
  {
    title: 'cancels work that is to be left alone',
    file: 'src/plan/running-work.ts',
    from: "  if (conduct.kind === 'cancel' && !isSafe(run, hold)) return undefined;\n",
    to: '  if (run.startedAt !== 0) return undefined;\n',
  },
  {
    title: 'forgets a pause that it gave up',
    file: 'src/plan/stray.ts',
    from: 'mayYetLand(call))) return now;',
    to: 'mayYetLand(call))) return undefined;',
    firstSeed: 10_850,
  },
  {
    title: 'starts again what the API may yet start',
    file: 'src/plan/catching-up.ts',
    from: '  return undecided(situation, call) ?? calling(',
    to: '  return calling(',
    firstSeed: 1_100,
  },
  {
    title: 'goes on against a person when nothing says so any more',
    file: 'src/plan/pausing.ts',
    from: "decision.wanted === 'paused' && decision.terms.enforce === 'once';",
    to: "decision.wanted === 'baseline' && decision.terms.enforce === 'once';",
    firstSeed: 700,
  },
  {
    title: 'gives running work the time of an earlier window',
    file: 'src/daemon/hold-steps.ts',
    from: "state === 'resuming' && to === 'pausing'",
    to: "state === 'resuming' && to === 'resuming'",
    firstSeed: 1_550,
  },
  {
    title: 'leaves to a person what a late pause of its own has undone',
    file: 'src/plan/stray.ts',
    from: "  return calling(situation, 'activate');\n",
    to: '  return undefined;\n',
    firstSeed: 2_250,
  },
  {
    title: 'takes a reading from before its pause for an activation after it',
    file: 'src/plan/resuming.ts',
    from: '  if (actual.active && isChanged) return settling',
    to: '  if (actual.active) return settling',
    firstSeed: 1_620,
  },
];
