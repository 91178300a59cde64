// The answer to "which schedules are there?".

/** One choice of the API's schedule options; `configuration` is a JSON Schema form. */
export interface ScheduleOption {
  readonly frequency: string;
  readonly label: string;
  readonly description: string;
  readonly configuration: object;
}

export const SCHEDULE_OPTIONS: readonly ScheduleOption[] = [
  option('manual', 'Manual', 'Runs when somebody starts it', []),
  option('continuous', 'Continuous', 'Runs again as soon as it has finished', []),
  option('hourly', 'Hourly', 'Runs every hour', ['minute']),
  option('daily', 'Daily', 'Runs every day', ['hour', 'minute']),
  option('weekly', 'Weekly', 'Runs every week', ['day_of_week', 'hour', 'minute']),
  option('custom', 'Custom', 'Runs by a cron-like rule', [
    'month',
    'day_of_month',
    'day_of_week',
    'hour',
    'minute',
  ]),
  option('runafter', 'Run after', 'Runs when other syncs have finished', ['run_after']),
];

function option(
  frequency: string,
  label: string,
  description: string,
  fields: readonly string[],
): ScheduleOption {
  const properties = Object.fromEntries(
    fields.map((name) => [name, { type: name === 'run_after' ? 'object' : 'string' }]),
  );
  return { frequency, label, description, configuration: { type: 'object', properties } };
}
