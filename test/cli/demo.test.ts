import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { curfew } from './curfew.ts';

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
      /Every sync is as it was\./,
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
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(await leftovers()).toEqual(before);
  });

  it('refuses to be too short for its story', async () => {
    expect(await curfew(['demo', '--for', '30s'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the story takes 1 min at least'),
    });
  });
});
