import { isEmptyPlan, type Plan, planChanges } from '../plan/plan-changes.ts';
import type { PolicySet } from '../policy/policy.ts';
import type { Instant, Interval } from '../time/interval.ts';
import { dayMs } from '../time/wall.ts';
import { toWire } from '../web/wire.ts';
import { type Cli, type Format, formatOption, printJson } from './command.ts';
import { policyPathOf } from './environment.ts';
import { Failure } from './failure.ts';
import { createPaint } from './paint.ts';
import { askForBasis, basisOfFiles } from './plan-basis.ts';
import { planText } from './plan-text.ts';
import { feedReaderOf, requireSet } from './policy-files.ts';
import { instantOf, parseWhen } from './when.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly policies?: string;
  readonly syncs?: string;
  readonly against?: string;
  readonly format: Format;
}

const DAYS_SHOWN = 1;
/** As Terraform's `plan -detailed-exitcode`, but 2 is wrong usage here. */
const CHANGES_EXIT = 4;

/** `curfew plan` */
export function addPlan({ program, surroundings, action }: Cli): void {
  program
    .command('plan')
    .description('print what the policy files would change, now and next, without doing it')
    .option(
      '--from <time>',
      'begin of what is foretold: exact, or in the zone of all policies (now)',
    )
    .option('--to <time>', 'its end, likewise, not included (a day later)')
    .option('--policies <path>', 'file or folder (default: CURFEW_POLICIES or ./policies)')
    .option('--syncs <file>', 'take the syncs from a file; asks neither daemon nor API')
    .option('--against <path>', 'with --syncs: the policies in force (default: none)')
    .addOption(formatOption())
    .addHelpText('after', `\nExit codes: 0 nothing to do, ${CHANGES_EXIT} changes.`)
    .action(
      action(async (options: Options) => {
        const { stdout, env, clock } = surroundings;
        if (options.against !== undefined && options.syncs === undefined) {
          throw new Failure(
            2,
            '--against is for --syncs: without it Curfew knows what is in force',
          );
        }
        const path = options.policies ?? policyPathOf(surroundings);
        const readFeeds = feedReaderOf(surroundings);
        const proposed = await requireSet([path], clock.now(), readFeeds);
        const basis =
          options.syncs === undefined
            ? await askForBasis(surroundings)
            : await basisOfFiles(options.syncs, options.against, clock.now(), readFeeds);
        const range = rangeOf(options, proposed, basis.now);
        const plan = planChanges({ ...basis, proposed: proposed.policies, range });
        if (options.format === 'json') printJson(surroundings, document(plan));
        else {
          const subject = { path, policies: proposed.policies.length, basis, range };
          const layout = { paint: createPaint(stdout, env), columns: stdout.columns };
          stdout.write(planText(plan, subject, layout));
        }
        return isEmptyPlan(plan) ? 0 : CHANGES_EXIT;
      }),
    );
}

function rangeOf({ from, to }: Options, { policies }: PolicySet, now: Instant): Interval {
  const zones = policies.map(({ timezone }) => timezone);
  const start = from === undefined ? now : instantOf(parseWhen(from, '--from'), '--from', zones);
  const end =
    to === undefined ? start + DAYS_SHOWN * dayMs : instantOf(parseWhen(to, '--to'), '--to', zones);
  if (start >= end) throw new Failure(2, '--to must be later than --from');
  if (end <= now) throw new Failure(2, '--to must not be in the past: a plan is about what comes');
  return { start: Math.max(start, now), end };
}

function document({ now, next, schedulers }: Plan): object {
  const forEver = <T extends { until?: Instant | undefined; change: string }>(change: T) =>
    change.change === 'resume' ? change : { ...change, until: change.until ?? Infinity };
  return toWire({ now: now.map(forEver), next: next.map(forEver), schedulers });
}
