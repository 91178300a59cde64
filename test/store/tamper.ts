// What somebody does who may do anything to the database: past the triggers, behind Curfew's back.

import type { Database } from '../../src/store/database.ts';

const TRIGGERS = {
  journal: ['journal_is_append_only', 'journal_loses_nothing'],
  seals: ['seals_are_append_only'],
  seal_lists: ['seal_lists_are_append_only', 'seal_lists_lose_nothing'],
} as const;

/** Runs a statement while the tables of the journal are unprotected. */
export async function tamper(database: Database, sql: string): Promise<void> {
  await database.transaction(async (session) => {
    for (const table of Object.keys(TRIGGERS)) {
      await session.query(`alter table curfew.${table} disable trigger user`);
    }
    await session.query(sql);
    for (const [table, triggers] of Object.entries(TRIGGERS)) {
      for (const trigger of triggers) {
        await session.query(`alter table curfew.${table} enable always trigger ${trigger}`);
      }
    }
  });
}

/** Leaves nothing in the journal, nor a seal. */
export function forgetEverything(database: Database): Promise<void> {
  return tamper(database, 'truncate curfew.journal, curfew.seals, curfew.seal_lists');
}
