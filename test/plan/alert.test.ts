import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ALERTS } from '../../src/plan/alert.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

test('whoever is on call finds every alert in the page for them, and no other', () => {
  const [, section = ''] = page.split('\n## Alerts\n');
  const [table = ''] = section.split('\n## ');
  const named = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map((name) => name.replaceAll('`', '')),
  );
  expect(named.sort()).toEqual(Object.keys(ALERTS).sort());
});
