import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { calendarOf, type FeedServer, plain, startFeedServer } from '../feeds/feed-server.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/guard.ts';
import { curfew } from './curfew.ts';

const HOURS = `version: 1
timezone: America/New_York
calendars:
  us: { holidays: US }
  moving: { ics: calendars/moving.ics }
policies:
  hours:
    select: { all: true }
    pause:
      outside:
        - weekly: Mon-Fri 08:00-19:00
          except: [us, moving]
  move:
    select: { name: Nobody }
    pause: { during: [calendar: moving] }
`;

const MOVING = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260512
DTEND;VALUE=DATE:20260514
SUMMARY:We move
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;TZID=Moon/Tranquility:20260601T020000
DURATION:PT1H
SUMMARY:Somewhere else
END:VEVENT
END:VCALENDAR
`;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder('cli');
  await mkdir(join(folder.path, 'policies/calendars'), { recursive: true });
  await writeFile(join(folder.path, 'policies/hours.yaml'), HOURS);
  await writeFile(join(folder.path, 'policies/calendars/moving.ics'), MOVING);
  await writeFile(join(folder.path, 'syncs.yaml'), 'syncs: [{ id: model:1, name: Orders }]\n');
});
afterAll(() => folder.remove());

const at = (args: string, env = {}) => curfew(args.split(' '), env, folder.path);

describe('calendars beside the policies', () => {
  it('are validated: an event that does not count has a place', async () => {
    expect(await at('validate')).toEqual({
      exitCode: 0,
      stdout:
        'policies/calendars/moving.ics:11:1: warning calendar-event-refused: DTSTART: the time ' +
        'zone `Moon/Tranquility` is not known (the other events of this calendar count)\n' +
        '2 policies in 1 file: 1 warning\n',
      stderr: '',
    });
  });

  it('are validated: a file that is not there is told where it is referred to', async () => {
    const text = HOURS.replace('moving.ics', 'moved.ics');
    await mkdir(join(folder.path, 'lost'));
    await writeFile(join(folder.path, 'lost/hours.yaml'), text);
    const { exitCode, stdout } = await at('validate lost');
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')[0]).toBe(
      'lost/hours.yaml:5:18: error calendar-unreadable: lost/calendars/moved.ics: ' +
        'there is no such file or folder',
    );
  });

  it('are shown as windows, and cut others', async () => {
    const shown = async (args: string) => {
      const { stdout } = await at(`windows --format json ${args}`);
      return (JSON.parse(stdout) as { start: string; end: string }[]).map(
        ({ start, end }) => `${start}/${end}`,
      );
    };
    expect(await shown('move --from 2026-05-01 --to 2026-06-30')).toEqual([
      '2026-05-12T04:00:00Z/2026-05-14T04:00:00Z',
    ]);
    expect(await shown('hours --raw --from 2026-05-11 --to 2026-05-16')).toEqual([
      '2026-05-11T12:00:00Z/2026-05-11T23:00:00Z',
      '2026-05-14T12:00:00Z/2026-05-14T23:00:00Z',
      '2026-05-15T12:00:00Z/2026-05-15T23:00:00Z',
    ]);
    expect(await shown('hours --from 2026-05-12T12:00 --to 2026-05-13')).toEqual([
      '2026-05-11T23:00:00Z/2026-05-14T12:00:00Z',
    ]);
  });

  it('are named when they are why', async () => {
    const explain = async (when: string) => {
      const args = `explain Orders --syncs syncs.yaml --policies policies --at ${when}`;
      const { stdout } = await at(`${args} --format json`);
      return (JSON.parse(stdout) as { because: string[] }).because.slice(1);
    };
    const window = '(weekly: Mon-Fri 08:00-19:00, except: us, moving).';
    expect(await explain('2026-12-25T17:00Z')).toEqual([
      `hours: not on 25 December 2026, Christmas Day, of us ${window}`,
    ]);
    expect(await explain('2026-05-13T17:00Z')).toEqual([
      `hours: not on 13 May 2026, We move, of moving ${window}`,
    ]);
    // At night the window would not be open anyway.
    expect(await explain('2026-12-25T03:00Z')).toEqual([]);
  });
});

describe('calendars from the network', () => {
  let server: FeedServer;
  let place: TemporaryFolder;
  const allowed = () => ({ CURFEW_PRIVATE_CALENDARS: 'allow', CURFEW_DATA: place.path });
  beforeEach(async () => {
    server = await startFeedServer();
    place = await temporaryFolder('cli');
    await writeFile(
      join(place.path, 'p.yaml'),
      HOURS.replace('calendars/moving.ics', `"${server.url()}"`),
    );
  });
  afterEach(async () => {
    await server.stop();
    await place.remove();
  });

  const validate = (env: Record<string, string>) => curfew(['validate', 'p.yaml'], env, place.path);

  it('are fetched once for many commands', async () => {
    server.answer = plain(200, calendarOf(Date.UTC(2030, 0, 1)));
    const good = { exitCode: 0, stdout: '2 policies in 1 file: no problems\n', stderr: '' };
    expect(await validate(allowed())).toEqual(good);
    await server.stop();
    expect(await validate(allowed())).toEqual(good);
    expect(server.seen).toHaveLength(1);
  });

  it('are a problem where they are referred to when they cannot be had', async () => {
    const { exitCode, stdout } = await validate(allowed());
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'p.yaml:5:18: error calendar-unreadable: this calendar has answered 404\n',
    );
  });

  it('want a permission over plain http, and a word for it', async () => {
    const { stdout } = await validate({ CURFEW_DATA: place.path });
    expect(stdout).toContain('this calendar leads to plain http, which is not allowed');
    expect(server.seen).toEqual([]);
    const wrong = await validate({ ...allowed(), CURFEW_PRIVATE_CALENDARS: 'yes' });
    expect(wrong).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'error: CURFEW_PRIVATE_CALENDARS is neither allow nor refuse\n',
    });
  });
});
