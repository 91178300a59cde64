import { defineConfig } from 'vitest/config';

// `npm run check` wants an answer in a second: no servers, no build, only the rules of the house.
export default defineConfig({
  test: {
    include: ['test/tidy.test.ts', 'test/tidy-rules.test.ts'],
  },
});
