import { defineConfig } from 'vitest/config';
import { EnginesReporter } from './test/support/engines-reporter.ts';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/worker-setup.ts'],
    reporters: ['default', new EnginesReporter()],
    // Daemons, databases and job queues are started for real; a thread could not hold them apart.
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // More workers only make the tests that race real clocks wait for each other's processes.
    maxWorkers: 2,
    // Limits for a hang, not expectations: a laptop on battery with two cores must pass too.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
