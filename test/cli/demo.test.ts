import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { launch } from '../support/launch.ts';
import { curfew, PROGRAM } from './curfew.ts';

const leftovers = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('curfew-demo-'));

describe('curfew demo', () => {
  it('tells the whole story, leaves nothing behind and exits 0', { timeout: 240_000 }, async () => {
    const before = await leftovers();
    const { exitCode, stdout, stderr } = await curfew(['demo', '--for', '60s']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const story = [
      /Northwind Traders has 13 syncs; .* paused already: Marketing\/Event/,
      /▶ snowflake-upgrade +opens, until/,
      /‖ Finance\/Invoices to NetSuite +paused/,
      /◆ Sales\/Renewals to Salesforce +Priya Patel activates it/,
      /◆ Sales\/Renewals to Salesforce +Priya Patel wins: not paused again/,
      /■ snowflake-upgrade +closes/,
      /✓ Finance\/Invoices to NetSuite +active again/,
      /Every sync is as it was[.,]/,
    ];
    const text = stdout.replace(/\n {2}(?=\S)(?!\d\d:)/g, ' ');
    let from = 0;
    for (const moment of story) {
      const match = moment.exec(text.slice(from));
      expect(match, `${moment} in ${text.slice(from)}`).not.toBeNull();
      from += match!.index;
    }
    expect(stdout).toMatch(/· Marketing\/Event attendees to Marketo +was paused already/);
    expect(stdout).toMatch(/· Marketing\/Event attendees to Marketo +stays paused/);
    expect(stdout).toMatch(/× Sales\/Accounts to Salesforce +its running execution was cancelled/);
    expect(stdout).toMatch(
      /… Marketing\/Qualified leads to HubSpot +its running execution is left/,
    );
    // Outside of business hours a shipped policy goes on to hold some of them.
    const isHeldOn = /Paused by sandbox-hours, until it ends:/.test(text);
    expect(/as it was, but for some below\./.test(text)).toBe(isHeldOn);
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(await leftovers()).toEqual(before);
  });

  it('leaves to its audience what they hold meanwhile', { timeout: 240_000 }, async () => {
    const demo = await launch(process.execPath, [PROGRAM, 'demo', '--for', '60s'], {
      env: { PATH: process.env.PATH },
      lastSignal: 'SIGTERM',
    });
    const ended = once(demo.child, 'exit');
    const hint = await demo.waitForLine(/CURFEW_LISTEN=\S+ npx curfew status/);
    const env = { CURFEW_LISTEN: /CURFEW_LISTEN=(\S+)/.exec(hint)![1]! };
    const hold = ['hold', 'Salesforce*', '--for', '2h', '--reason', 'a migration'];
    expect(await curfew(hold, env)).toMatchObject({ exitCode: 0, stderr: '' });
    const explained = await curfew(['explain', 'Salesforce to Snowflake'], env);
    expect(explained.stdout).toMatch(/wants it paused until .*: a migration/);
    const [exitCode] = await ended;
    const text = demo.lines.join('\n');
    expect(text).toMatch(/→ Salesforce to Snowflake +stays paused, for a person now/);
    expect(text).toMatch(/Every sync is as it was, but for some below\./);
    expect(text).toMatch(/Yours, since you had a word on them: Salesforce to Snowflake\./);
    expect(exitCode, text).toBe(0);
  });

  it('refuses to be too short for its story', async () => {
    expect(await curfew(['demo', '--for', '30s'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the story takes 1 min at least'),
    });
  });
});
