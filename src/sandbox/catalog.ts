// What the organization is connected to: connection types, their objects and the objects' fields.

/** A connection type as far as the sandbox needs it. */
export interface ConnectionType {
  readonly id: string;
  readonly name: string;
  readonly operations: readonly string[];
  /** Tables of a database are found in this schema; services have none. */
  readonly schema: string | null;
  readonly objects: readonly [string, ...string[]];
}

const BOTH = ['model', 'sync', 'bulk_source', 'bulk_destination', 'query'];
const SERVICE = ['model', 'sync', 'bulk_source'];

const CONNECTION_TYPES: readonly ConnectionType[] = [
  warehouse('snowflake', 'Snowflake', 'ANALYTICS', ['ACCOUNTS', 'CUSTOMERS', 'INVOICES', 'USAGE']),
  warehouse('bigquery', 'BigQuery', 'analytics', ['contacts', 'events', 'leads', 'sessions']),
  warehouse('postgresql', 'PostgreSQL', 'public', ['users', 'orders', 'subscriptions', 'tickets']),
  warehouse('redshift', 'Amazon Redshift', 'public', ['accounts', 'orders', 'shipments']),
  service('salesforce', 'Salesforce', ['Account', 'Contact', 'Lead', 'Opportunity']),
  service('hubspot', 'HubSpot', ['contacts', 'companies', 'deals']),
  service('marketo', 'Marketo', ['leads', 'programs', 'activities']),
  service('netsuite', 'NetSuite', ['customer', 'invoice', 'vendor']),
  service('zendesk', 'Zendesk Support', ['users', 'organizations', 'tickets']),
  service('stripe', 'Stripe', ['charges', 'customers', 'invoices', 'payouts']),
  service('gsheets', 'Google Sheets', ['Forecast', 'Targets']),
];

/** The connections that people have made, by name. */
export const CONNECTIONS: readonly { readonly name: string; readonly type: string }[] = [
  { name: 'Snowflake Production', type: 'snowflake' },
  { name: 'BigQuery Analytics', type: 'bigquery' },
  { name: 'Postgres App', type: 'postgresql' },
  { name: 'Redshift Legacy', type: 'redshift' },
  { name: 'Salesforce', type: 'salesforce' },
  { name: 'Salesforce Sandbox', type: 'salesforce' },
  { name: 'HubSpot', type: 'hubspot' },
  { name: 'Marketo', type: 'marketo' },
  { name: 'NetSuite', type: 'netsuite' },
  { name: 'Zendesk', type: 'zendesk' },
  { name: 'Stripe', type: 'stripe' },
  { name: 'Google Sheets', type: 'gsheets' },
];

/** A field of any object here; objects differ in name and rows, hardly in columns. */
export interface CatalogField {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'number' | 'datetime' | 'boolean';
  readonly unique: boolean;
}

export const FIELDS: readonly CatalogField[] = [
  { name: 'id', label: 'ID', type: 'string', unique: true },
  { name: 'name', label: 'Name', type: 'string', unique: false },
  { name: 'email', label: 'Email', type: 'string', unique: true },
  { name: 'owner', label: 'Owner', type: 'string', unique: false },
  { name: 'amount', label: 'Amount', type: 'number', unique: false },
  { name: 'is_active', label: 'Is active', type: 'boolean', unique: false },
  { name: 'created_at', label: 'Created at', type: 'datetime', unique: false },
  { name: 'updated_at', label: 'Updated at', type: 'datetime', unique: false },
];

/** The type with this id; the catalog names no type that it does not describe. */
export function connectionType(id: string): ConnectionType {
  const type = CONNECTION_TYPES.find((each) => each.id === id);
  if (type === undefined) throw new Error(`no connection type ${id} in the catalog`);
  return type;
}

type Objects = ConnectionType['objects'];

function warehouse(id: string, name: string, schema: string, objects: Objects): ConnectionType {
  return { id, name, operations: BOTH, schema, objects };
}

function service(id: string, name: string, objects: Objects): ConnectionType {
  return { id, name, operations: SERVICE, schema: null, objects };
}
