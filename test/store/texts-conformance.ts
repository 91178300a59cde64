import { describe, expect, test } from 'vitest';
import type { Feed } from '../../src/plan/feed.ts';
import type { Database } from '../../src/store/database.ts';
import type { Store } from '../../src/store/store.ts';
import { entryOf, freshSync, NOW } from './samples.ts';

function feedOf(url: string, changes: Partial<Feed>): Feed {
  return { url, text: 'BEGIN', hash: 'one', fetchedAt: NOW, checkedAt: NOW, ...changes };
}

/** What every store promises about the texts of policies and calendars; part of `testStore`. */
export function testTexts(opened: () => { database: Database; store: Store }): void {
  describe('texts of policies and calendars', () => {
    test('a set holds each of its texts, which many sets may share', async () => {
      const { database, store } = opened();
      const shared = { file: 'policies/day.yaml', text: '# day' };
      const feed = (text: string) => ({
        file: 'https://vendor.example/a.ics',
        text,
        kind: 'calendar' as const,
      });
      const sources = [shared, { ...shared, file: 'policies/again.yaml' }, feed('BEGIN')];
      await store.savePolicySet({ hash: 'shared-1', files: 'f', loadedAt: NOW, sources });
      const next = [shared, feed('BEGIN: other')];
      await store.savePolicySet({ hash: 'shared-2', files: 'f', loadedAt: NOW, sources: next });
      expect((await store.policySet('shared-1'))?.sources).toEqual(sources);
      expect((await store.policySet('shared-2'))?.sources).toEqual(next);
      const [row] = await database.query<{ count: number }>(
        "select count(*)::int as count from curfew.policy_texts where body = '# day'",
      );
      expect(row!.count).toBe(1);
      await store.savePolicySet({ hash: 'empty', files: 'f', loadedAt: NOW, sources: [] });
      expect((await store.policySet('empty'))?.sources).toEqual([]);
    });

    test('a feed is the copy written last, and who looked too late writes nothing', async () => {
      const { store } = opened();
      const url = `https://vendor.example/${freshSync()}`;
      const told = [entryOf(undefined, { type: 'calendar.changed', policy: url })];
      expect(await store.feed(url)).toBeUndefined();
      expect(await store.feedStates([])).toEqual([]);
      const first = feedOf(url, { etag: '"1"' });
      expect(await store.saveFeed(first, undefined, told)).toBe(true);
      expect(await store.feed(url)).toEqual(first);
      expect(await store.saveFeed({ ...first, hash: 'late' }, undefined, told)).toBe(false);
      const failing = { failure: 'shrunk', since: NOW + 1, why: 'has no events to come' } as const;
      const second = { ...first, checkedAt: NOW + 1, lastModified: 'today', failing };
      expect(await store.saveFeed(second, first, [])).toBe(true);
      expect(await store.saveFeed({ ...first, hash: 'late' }, first, told)).toBe(false);
      expect(await store.feed(url)).toEqual(second);
      expect(await store.feedStates([url, `${url}/other`])).toEqual([
        { url, hash: 'one', checkedAt: NOW + 1, failing },
      ]);
      const third = feedOf(url, { text: 'BEGIN: other', hash: 'two', checkedAt: NOW + 2 });
      expect(await store.saveFeed(third, second, told)).toBe(true);
      expect(await store.feed(url)).toEqual(third);
      expect(await store.journal({ policy: url })).toHaveLength(2);
    });
  });
}
