/** How many cases a property tries; CURFEW_TEST_RUNS raises it for a long run. */
export const propertyRuns = Number(process.env.CURFEW_TEST_RUNS ?? 500);
