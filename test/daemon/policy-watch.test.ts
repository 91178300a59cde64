import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { policyFingerprint, watchPolicies } from '../../src/daemon/policy-watch.ts';
import { temporaryFolder } from '../support/guard.ts';

test('a change that could not be loaded is tried again without another edit', async () => {
  const folder = await temporaryFolder('watched');
  onTestFinished(() => folder.remove());
  const before = await policyFingerprint(folder.path);
  await writeFile(join(folder.path, 'a.yaml'), 'version: 1\n');
  const errors: unknown[] = [];
  let tries = 0;
  await new Promise<void>((resolve) => {
    const onChange = async (): Promise<void> => {
      tries += 1;
      if (tries === 1) throw new Error('the database is away');
      resolve();
    };
    const watch = watchPolicies(folder.path, before, onChange, (error) => errors.push(error));
    onTestFinished(() => watch.stop());
  });
  expect(errors).toHaveLength(1);
});
