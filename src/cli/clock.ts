import { randomUUID } from 'node:crypto';
import type { Chance, Clock } from '../daemon/clock.ts';

/** The clock of this machine: the only place where real time comes in. */
export const realClock: Clock = { now: () => Date.now() };

/** Real chance, likewise. */
export const realChance: Chance = { random: () => Math.random(), uuid: () => randomUUID() };
