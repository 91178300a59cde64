/** Whether tests may take hours: `npm run test:long`. */
export const isLongRun = process.env.CURFEW_TEST_LONG === '1';
