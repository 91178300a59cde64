import { readFileSync } from 'node:fs';
import {
  type Config,
  type ConfigProblem,
  type FeedSettings,
  parseConfig,
  parseFeedSettings,
  parseReach,
  type Reach,
  secretsOf,
} from '../daemon/config.ts';
import { createLog, type Logger } from '../daemon/log.ts';
import { Failure } from './failure.ts';
import { logLine } from './log-line.ts';
import { createPaint } from './paint.ts';
import type { Surroundings } from './surroundings.ts';

const readFile = (path: string): string => readFileSync(path, 'utf8');

/** The configuration, or a failure that names all that is wrong with it. */
export function configOf({ env }: Surroundings): Config {
  const result = parseConfig(env, readFile);
  if ('problems' in result) throw refused(result.problems);
  return result.config;
}

/** How to find a running daemon, likewise. */
export function reachOf({ env }: Surroundings): Reach {
  const result = parseReach(env, readFile);
  if ('problems' in result) throw refused(result.problems);
  return result.reach;
}

/** What fetching calendars needs to know; wants no key of the vendor's API. */
export function feedSettingsOf({ env }: Surroundings): FeedSettings {
  const result = parseFeedSettings(env);
  if ('problems' in result) throw refused(result.problems);
  return result.settings;
}

function refused(problems: readonly ConfigProblem[]): Failure {
  return new Failure(
    1,
    problems.map(({ variable, message }) => `${variable} ${message}`).join('\n'),
  );
}

/** Where the policies are when a command names no path. */
export function policyPathOf({ env }: Surroundings): string {
  return env.CURFEW_POLICIES?.trim() || './policies';
}

/** The log of this process on stderr: JSON lines, or lines for people on a terminal. */
export function logOf(surroundings: Surroundings, config: Config, level = config.logLevel): Logger {
  const { stderr, env } = surroundings;
  const paint = createPaint(stderr, env);
  return createLog({
    level,
    secrets: secretsOf(config),
    write: (line) => stderr.write(line),
    render: stderr.isTerminal ? (record) => logLine(record, paint) : undefined,
  });
}
