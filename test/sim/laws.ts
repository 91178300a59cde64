// The closed list of what has to hold in every story. To add a law, write it into a file of
// test/sim/laws and list it here.

import type { Law } from './law.ts';
import { JOURNAL_LAWS } from './laws/journal.ts';
import { PEOPLE_LAWS } from './laws/people.ts';
import { RESTORING_LAWS } from './laws/restoring.ts';
import { WRITING_LAWS } from './laws/writing.ts';

export const LAWS: readonly Law[] = [
  ...WRITING_LAWS,
  ...PEOPLE_LAWS,
  ...RESTORING_LAWS,
  ...JOURNAL_LAWS,
];
