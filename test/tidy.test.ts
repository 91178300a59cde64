// The style of the house as a test: test/support/tidy holds one file per kind of rule, and
// tidy-rules.test.ts shows what each of them forbids and allows.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HOUSE_RULES, render } from './support/tidy/house-rules.ts';
import { readSources } from './support/tidy/source.ts';

const sources = readSources(fileURLToPath(new URL('..', import.meta.url)));

describe('the repository is tidy:', () => {
  it.each(Object.entries(HOUSE_RULES))('%s', (_, rule) => {
    const findings = new Set(rule(sources).map(render));
    expect([...findings].join('\n')).toBe('');
  });
});
