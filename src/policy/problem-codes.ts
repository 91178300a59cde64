import type { Severity } from './problem.ts';

/** What one code stands for; `docs/problems.md` says more and is tested against this list. */
export interface CodeMeaning {
  readonly severity: Severity;
  /** One line, without a full stop. */
  readonly meaning: string;
}

const error = (meaning: string): CodeMeaning => ({ severity: 'error', meaning });
const warning = (meaning: string): CodeMeaning => ({ severity: 'warning', meaning });
const note = (meaning: string): CodeMeaning => ({ severity: 'note', meaning });

/**
 * Every problem a policy set can have. The list is closed: a code is never reused for something
 * else, so that people can search for it and tools can rely on it.
 */
export const problemCodes = {
  // reading files
  'path-unreadable': error('a file or folder is missing or cannot be read'),
  'no-policy-files': error('no .yaml or .yml file was found'),
  'no-policies': error('the files hold no policy at all'),
  'mass-deletion': error('a reload would delete most of the policies that hold syncs'),
  'too-many-files': error('more files or deeper folders than a policy set may have'),
  'too-many-policies': error('more than 10,000 policies'),
  'symlink-loop': error('a symbolic link leads back into itself'),
  'file-too-big': error('a file is larger than 1 MiB'),
  'encoding-invalid': error('a file is not UTF-8 text'),
  'byte-order-mark': warning('a file begins with a byte order mark'),

  // YAML
  'yaml-syntax': error('the text is not valid YAML'),
  'yaml-tab': error('a tab is used where YAML wants spaces'),
  'yaml-documents': error('a file holds more than one YAML document'),
  'yaml-directive': error('a %YAML or %TAG directive'),
  'yaml-tag': error('a YAML tag that this format does not know'),
  'yaml-alias': error('an alias without an anchor before it, or inside its own anchor'),
  'yaml-too-large': error('nested too deeply, or aliases that multiply into too much'),
  'yaml-merge': error('a merge key that does not name a mapping'),
  'key-duplicate': error('the same key twice in one mapping'),
  'key-invalid': error('a key that is not plain text'),

  // shape
  'field-unknown': error('a field that does not exist here'),
  'field-missing': error('a required field is not there'),
  'field-without-effect': error('a field that does nothing where it stands'),
  'type-wrong': error('a value of the wrong type'),
  'value-unknown': error('a word that is none of the allowed ones'),
  'value-out-of-range': error('a number, text or list outside of its limits'),
  'list-empty': error('a list without an entry'),
  'text-invalid': error('text that is empty or holds characters it may not'),
  'name-invalid': error('a policy, calendar or label name with other characters than allowed'),
  'version-unsupported': error('a format version that this program does not read'),
  'policy-duplicate': error('two policies of the same name'),
  'effect-not-one': error('not exactly one of pause.during, pause.outside and protect.during'),
  'form-not-one': error('not exactly one form in a window or a calendar'),

  // selecting
  'select-empty': error('a selector that says nothing'),
  'exclude-all': error('an exclusion that leaves nothing selected'),
  'glob-invalid': error('a pattern that cannot be read'),

  // windows
  'window-syntax': error('a window that cannot be read'),
  'weekday-unknown': error('a word that is no day of the week'),
  'month-unknown': error('a word that is no month'),
  'time-invalid': error('a time of day that does not exist'),
  'window-empty': error('a window that ends where it starts'),
  'window-inverted': error('a window that ends before it starts'),
  'date-invalid': error('a date that does not exist or cannot be read'),
  'dates-inverted': error('`until` is before `from`, or a range of dates ends before it starts'),
  'duration-invalid': error('a length of time that cannot be read or is out of range'),
  'cron-invalid': error('a cron expression that cannot be read'),
  'cron-never': error('a cron expression that names no date that exists'),
  'rrule-invalid': error('a recurrence rule that cannot be read'),
  'rrule-limit': error('a recurrence rule that counts too far'),
  'rrule-never': error('a recurrence rule that names no time'),
  'zone-missing': error('a window without a time zone'),
  'zone-unknown': error('a time zone that does not exist or is not exact'),
  'once-in-gap': error('a wall time that the clock of its zone skips'),
  'once-mixed': error('a window with a wall time at one end and an exact time at the other'),
  'never-runs': error('a policy that pauses its syncs for ever'),
  'never-pauses': error('a policy that never pauses anything'),
  'never-protects': error('a policy that never protects anything'),
  'always-protects': error('a policy that protects its syncs for ever'),
  'window-never-opens': warning('a window without a single occurrence'),
  'window-short': warning('a window shorter than a minute'),
  'window-overlaps-itself': warning('a window that starts again before it has ended'),
  'window-in-gap': warning('a window that a clock change swallows is moved past it'),
  'window-skips-dates': warning('a window on a date that some months or years do not have'),
  'rrule-starting': warning('a recurrence rule that does not name the time it starts at'),
  'cron-both-days': warning('a cron expression that restricts both day fields, which cron ORs'),

  // calendars
  'calendar-unknown': error('a calendar that is in no file'),
  'calendar-duplicate': error('two calendars of the same name'),
  'calendar-cycle': error('a calendar that includes itself'),
  'calendar-unused': warning('a calendar that nothing refers to'),
  'place-unknown': error('a country, state or region whose holidays are not known'),
  'holiday-unknown': error('the name of a holiday that its place does not have'),
  'ics-place-invalid': error('neither a path to an .ics file nor an https URL'),
  'calendar-unreadable': error('an iCalendar file or feed that cannot be had'),
  'calendar-invalid': error('a text that is no iCalendar'),
  'calendar-event-refused': warning('an event that cannot be understood, and does not count'),
  'calendar-empty': warning('an iCalendar file or feed without an event that takes time'),
  'calendar-stale': warning('a feed of which only an older copy can be had'),

  // whole sets
  'overlap-tie': warning('a pause and a protection of equal priority over the same syncs'),
  'overlap-decided': note('a pause and a protection over the same syncs; the priority decides'),
  'gap-short': warning('a pause that is interrupted for less than 5 minutes'),
  'select-nothing': warning('a selector that matches no sync of the inventory'),
  'run-after-starved': warning('a sync that runs after one which is paused, and is not itself'),

  // tests
  'no-test-files': error('no .test.yaml file was found'),
  'moment-invalid': error('a date and time that cannot be read'),
  'case-time-not-one': error('a case with neither `at` nor `from` and `to`, or with both'),
  'sync-duplicate': error('the same sync twice'),
  'sync-unknown': error('a name that no sync of the test file has'),
  'sync-ambiguous': error('a name that several syncs of the test file have'),
  'policy-unknown': error('a name that no policy has'),
} as const satisfies Record<string, CodeMeaning>;

/** A code of the closed list. */
export type ProblemCode = keyof typeof problemCodes;
