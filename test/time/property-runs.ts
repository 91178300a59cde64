/** How many cases a property tries; CURFEW_TEST_RUNS raises it for a long run. */
export const propertyRuns = Number(process.env.CURFEW_TEST_RUNS ?? 500);

/** For what could fail by no fault of ours: the same cases, unless CURFEW_TEST_SEED is set. */
export const propertySeed = Number(process.env.CURFEW_TEST_SEED ?? 5545);
