// The syncs that every sandbox starts with, written by hand so that a demonstration reads well:
// both kinds, every common frequency, some at work right now, one paused by a person.

import type { Recipe } from './recipe.ts';

export interface StorySync extends Recipe {
  /** An execution is under way when the sandbox starts. */
  readonly isBusy?: true;
  /** Who paused it before anybody else came. */
  readonly pausedBy?: string;
  /** Runs after these, by name. */
  readonly after?: readonly string[];
}

const MINUTE_MS = 60_000;

/** In this order, so that the first few already tell the story. */
export const STORY: readonly StorySync[] = [
  {
    kind: 'model',
    name: 'Sales/Accounts to Salesforce',
    source: 'Snowflake Production',
    destination: 'Salesforce',
    from: 'ACCOUNTS',
    into: 'Account',
    schedule: { frequency: 'hourly', minute: '5' },
    typicalMs: 4 * MINUTE_MS,
    typicalRecords: 18_400,
    isBusy: true,
  },
  {
    kind: 'bulk',
    name: 'Salesforce to Snowflake',
    source: 'Salesforce',
    destination: 'Snowflake Production',
    schedule: { frequency: 'hourly', minute: '20' },
    typicalMs: 9 * MINUTE_MS,
    typicalRecords: 240_000,
    isBusy: true,
  },
  {
    kind: 'model',
    name: 'Marketing/Event attendees to Marketo',
    source: 'BigQuery Analytics',
    destination: 'Marketo',
    from: 'events',
    into: 'leads',
    schedule: { frequency: 'daily', hour: '7', minute: '30' },
    typicalRecords: 950,
    pausedBy: 'Maya Chen',
  },
  {
    kind: 'model',
    name: 'Marketing/Qualified leads to HubSpot',
    source: 'BigQuery Analytics',
    destination: 'HubSpot',
    from: 'leads',
    into: 'contacts',
    schedule: { frequency: 'continuous' },
    typicalMs: 2 * MINUTE_MS,
    typicalRecords: 320,
    isBusy: true,
  },
  {
    kind: 'bulk',
    name: 'Warehouse/Postgres to Snowflake',
    source: 'Postgres App',
    destination: 'Snowflake Production',
    schedule: { frequency: 'continuous' },
    typicalMs: 5 * MINUTE_MS,
    typicalRecords: 61_000,
    isBusy: true,
  },
  {
    kind: 'model',
    name: 'Finance/Invoices to NetSuite',
    source: 'Snowflake Production',
    destination: 'NetSuite',
    from: 'INVOICES',
    into: 'invoice',
    schedule: { frequency: 'daily', hour: '4', minute: '0' },
    typicalMs: 6 * MINUTE_MS,
    typicalRecords: 5_200,
  },
  {
    kind: 'model',
    name: 'Sales/Renewals to Salesforce',
    source: 'Snowflake Production',
    destination: 'Salesforce',
    from: 'CUSTOMERS',
    into: 'Opportunity',
    schedule: { frequency: 'runafter' },
    after: ['Sales/Accounts to Salesforce'],
    typicalRecords: 640,
  },
  {
    kind: 'bulk',
    name: 'Finance/Stripe to Snowflake',
    source: 'Stripe',
    destination: 'Snowflake Production',
    schedule: { frequency: 'daily', hour: '2', minute: '15' },
    typicalMs: 12 * MINUTE_MS,
    typicalRecords: 88_000,
  },
  {
    kind: 'model',
    name: 'Sandbox/Contacts to HubSpot',
    source: 'Postgres App',
    destination: 'HubSpot',
    from: 'users',
    into: 'contacts',
    schedule: { frequency: 'hourly', minute: '40' },
    typicalRecords: 150,
  },
  {
    kind: 'model',
    name: 'Sandbox/Opportunities to Salesforce',
    source: 'Snowflake Production',
    destination: 'Salesforce Sandbox',
    from: 'ACCOUNTS',
    into: 'Opportunity',
    schedule: { frequency: 'manual' },
    typicalRecords: 75,
  },
  {
    kind: 'model',
    name: 'Support/Customer health to Zendesk',
    source: 'Snowflake Production',
    destination: 'Zendesk',
    from: 'USAGE',
    into: 'organizations',
    schedule: { frequency: 'weekly', day_of_week: '1', hour: '6', minute: '0' },
    typicalRecords: 2_700,
  },
  {
    kind: 'bulk',
    name: 'Warehouse/HubSpot to BigQuery',
    source: 'HubSpot',
    destination: 'BigQuery Analytics',
    schedule: { frequency: 'hourly', minute: '50' },
    typicalMs: 3 * MINUTE_MS,
    typicalRecords: 14_000,
  },
  {
    kind: 'model',
    name: 'Finance/Forecast to Google Sheets',
    source: 'Snowflake Production',
    destination: 'Google Sheets',
    from: 'INVOICES',
    into: 'Forecast',
    mode: 'replace',
    schedule: { frequency: 'custom', minute: '0', hour: '8-18/2', day_of_week: 'mon-fri' },
    typicalMs: MINUTE_MS / 2,
    typicalRecords: 210,
  },
];
