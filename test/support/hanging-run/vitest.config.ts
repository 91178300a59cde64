import { defineConfig } from 'vitest/config';

// A run that never ends by itself, to be killed by guard.test.ts.
export default defineConfig({
  test: {
    root: 'test/support/hanging-run',
    include: ['hang.ts'],
    globalSetup: ['../global-setup.ts'],
    setupFiles: ['../worker-setup.ts'],
    pool: 'forks',
    testTimeout: 0,
    disableConsoleIntercept: true,
  },
});
