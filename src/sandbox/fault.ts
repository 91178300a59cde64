// Faults on request: what can go wrong between a client and the API, switched on by route and rate.

import { z } from 'zod';
import { type Chance, chanceOf } from './chance.ts';
import { routePattern } from './route-pattern.ts';

const scope = {
  /** A pattern of `routePattern`, matched against the path without its query. */
  route: z.string().min(1).max(500).default('**'),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
  /** How many of the matching requests are hit. */
  rate: z.number().min(0).max(1).default(1),
  /** After so many hits the fault is over. */
  count: z.int().min(1).optional(),
};

/** An hour: longer than any client's patience, and a test that forgets it still ends. */
const LATENCY_MAX_MS = 3_600_000;

/** What `POST /_sandbox/faults` takes. */
export const faultBody = z.discriminatedUnion('kind', [
  // A gateway answers in place of the API: nothing is done, and no idempotency key remembers it.
  z.strictObject({
    ...scope,
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfter: z.union([z.number().min(0), z.string()]).optional(),
    message: z.string().optional(),
  }),
  z.strictObject({
    ...scope,
    kind: z.literal('html'),
    status: z.int().min(200).max(599).default(502),
  }),
  // The request waits before it is handled, with its key in flight.
  z.strictObject({
    ...scope,
    kind: z.literal('latency'),
    ms: z.number().min(0).max(LATENCY_MAX_MS),
  }),
  // The connection is reset: before the request is handled, or after, in place of the answer.
  z.strictObject({ ...scope, kind: z.literal('reset') }),
  z.strictObject({ ...scope, kind: z.literal('reset-after') }),
  // Handled; the answer's headers come, its body never does, or ends too early.
  z.strictObject({ ...scope, kind: z.literal('stall') }),
  z.strictObject({ ...scope, kind: z.literal('truncate') }),
  // 500, remembered under the key, nothing done.
  z.strictObject({ ...scope, kind: z.literal('record-500') }),
  // 200 as if done, remembered under the key, nothing done.
  z.strictObject({ ...scope, kind: z.literal('ignore') }),
]);
export type Fault = z.infer<typeof faultBody>;

/** A fault that decides how a request goes; latency only decides when. */
export type Harm = Exclude<Fault, { kind: 'latency' }>;

export interface FaultReport {
  readonly id: string;
  readonly fault: Fault;
  readonly hits: number;
  readonly isOver: boolean;
}

export interface Faults {
  /** Undefined when there are too many already. */
  add(fault: Fault): FaultReport | undefined;
  list(): FaultReport[];
  /** Removes one, or all; says how many. */
  remove(id?: string): number;
  /** What befalls this request: latencies add up, the first other fault that hits wins. */
  draw(method: string, path: string): { readonly delayMs: number; readonly harm: Harm | undefined };
}

/** Each is matched against each request; a hundred cost a few microseconds. */
const FAULTS_MAX = 100;

interface Rule {
  readonly id: string;
  readonly fault: Fault;
  readonly matches: (path: string) => boolean;
  readonly chance: Chance;
  hits: number;
}

/** Starts without any fault. */
export function createFaults(seed: string): Faults {
  const rules: Rule[] = [];
  let made = 0;
  return {
    add(fault) {
      if (rules.length >= FAULTS_MAX) return undefined;
      made += 1;
      const id = `fault-${made}`;
      const chance = chanceOf(`${seed}:${id}`);
      const rule = { id, fault, matches: routePattern(fault.route), chance, hits: 0 };
      rules.push(rule);
      return report(rule);
    },
    list: () => rules.map(report),
    remove(id) {
      const gone = rules.filter((rule) => id === undefined || rule.id === id);
      for (const rule of gone) rules.splice(rules.indexOf(rule), 1);
      return gone.length;
    },
    draw(method, path) {
      let delayMs = 0;
      for (const rule of rules) {
        if (!isHit(rule, method, path)) continue;
        rule.hits += 1;
        if (rule.fault.kind !== 'latency') return { delayMs, harm: rule.fault };
        delayMs += rule.fault.ms;
      }
      return { delayMs, harm: undefined };
    },
  };
}

function isHit(rule: Rule, method: string, path: string): boolean {
  const { fault } = rule;
  if (isOver(rule) || (fault.method !== undefined && fault.method !== method)) return false;
  return rule.matches(path) && (fault.rate === 1 || rule.chance.next() < fault.rate);
}

function isOver({ fault, hits }: Rule): boolean {
  return fault.count !== undefined && hits >= fault.count;
}

function report(rule: Rule): FaultReport {
  return { id: rule.id, fault: rule.fault, hits: rule.hits, isOver: isOver(rule) };
}
