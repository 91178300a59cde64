// Cron expressions from all over: what the manuals show, and combinations of everything that a
// field may hold.

/** Of crontab(5), Quartz and the guides that people copy from. */
const known = [
  '5 0 * * *',
  '15 14 1 * *',
  '0 22 * * 1-5',
  '23 0-23/2 * * *',
  '5 4 * * sun',
  '0 4 8-14 * *',
  '0 0 1,15 * 1',
  '*/5 * * * *',
  '0 */4 * * *',
  '30 8-17 * * mon-fri',
  '0 0 1 1 *',
  '0 0 1 */3 *',
  '0 12 1 1,4,7,10 *',
  '45 23 * * 6',
  '0 9-17/2 * * *',
  '10,20,30,40,50 6 * * *',
  '0 0 * * 7',
  '0 0 * * 0',
  '15 10 ? * *',
  '15 10 15 * ?',
  '15 10 ? * 6L',
  '15 10 L * ?',
  '15 10 ? * 6#3',
  '0 12 1/5 * ?',
  '11 11 11 11 ?',
  '0 10,14,16 * * ?',
  '0/30 9-17 ? * MON-FRI',
  '0-5 14 * * ?',
  '10,44 14 ? 3 WED',
  '0 0 29 2 *',
  '0 0 31 * *',
  '0 0 31 1,3,5,7,8,10,12 *',
  '59 23 31 12 *',
  '0 0 * 2 *',
  '0 6 * jan-mar MON',
  '0 6 1-7 * TUE',
  '0 6 * * TUE#1',
  '0 6 * * 5#5',
  '0 6 * * FRIL',
  '*/7 */5 */3 * *',
];

const minuteFields = ['0', '*', '*/7', '5,50', '10-20/5', '59', '0,15-30/5,45'];
const hourFields = ['*', '0', '*/6', '9-17', '22,23,0', '4-20/8'];
const dayFields = [
  '* * *',
  '* * 1-5',
  '* * MON,wed',
  '* * 7',
  '* * 5-7',
  '* * 0-6/2',
  '* * 5L',
  '* * 1#2',
  '* * fri#5',
  '* * 6L,1',
  '1 * *',
  '31 * *',
  'L * *',
  '15,L * *',
  '*/10 * *',
  '1-7 * *',
  '29 2 *',
  '* 2 *',
  '? JAN,jul ?',
  '13 * 5',
  '1,15 * 1-5',
  'L 6,9 0',
  '31 4,5 *',
  '* */5 2',
  '30 11 1L',
  '10-20/3 */2 *',
];

const combined = dayFields.flatMap((days, index) => [
  ...minuteFields.map((minute) => `${minute} ${hourFields[index % 6]} ${days}`),
  ...hourFields.slice(1).map((hour) => `${minuteFields[(index + 2) % 7]} ${hour} ${days}`),
]);

/** Each once. */
export const cronCorpus: readonly string[] = [...new Set([...known, ...combined])];
