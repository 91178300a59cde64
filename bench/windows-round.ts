// One round of `windows` in a process of its own, so that no zone table is there yet. Every walker
// first walks the same rule in other zones, to warm up its code; then each walks ten years of New
// York, in the order of the arguments, and once more. What it took goes to stdout as JSON.
//
// usage: node windows-round.js <rule> <walker>...

import { setTimeout as sleep } from 'node:timers/promises';
import { RULES, type Rule, WALKERS } from './walkers.ts';

const ZONE = 'America/New_York';
const FROM = Date.UTC(2026, 0, 1, 5);
const TO = Date.UTC(2036, 0, 1, 5);

// Year by year, so that building tables is warm code, too.
const WARM_UP_ZONES = ['Europe/Berlin', 'America/Denver', 'Australia/Sydney', 'Africa/Cairo'];
const WARM_UP_YEARS = Array.from({ length: 60 }, (_, index) => 2000 + index);
const WARM_UP_MS = 1_000;
/** For the compiler, which goes on in the background. */
const SETTLE_MS = 50;

const [ruleName, ...walkers] = process.argv.slice(2);
const rule = RULES.find(({ name }) => name === ruleName);
if (rule === undefined) throw new Error(`no rule ${ruleName}`);

for (const name of walkers) warmUp(name, rule);
const results: object[] = [];
for (const name of walkers) {
  const walk = WALKERS[name]!(rule, ZONE);
  await sleep(SETTLE_MS);
  const startedAt = cpuMs();
  const walked = walk(FROM, TO);
  const firstMs = cpuMs() - startedAt;
  const restartedAt = cpuMs();
  walk(FROM, TO);
  results.push({ name, ...walked, firstMs, secondMs: cpuMs() - restartedAt });
}
process.stdout.write(JSON.stringify(results));

function warmUp(name: string, rule: Rule): void {
  const until = cpuMs() + WARM_UP_MS;
  for (const zone of WARM_UP_ZONES) {
    const walk = WALKERS[name]!(rule, zone);
    for (const year of WARM_UP_YEARS) {
      walk(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
      if (cpuMs() > until) return;
    }
  }
}

/** CPU time: a walk is one long computation, and others on the machine must not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
