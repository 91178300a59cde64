// Who am I, and what is the organization connected to.

import {
  type Answer,
  badRequest,
  type Call,
  type Endpoint,
  isAnswer,
  notFound,
  ok,
} from './answer.ts';
import { type CatalogField, connectionType, FIELDS } from './catalog.ts';
import { chanceOf } from './chance.ts';
import { pageOf } from './page.ts';
import { orNull, timeText } from './render.ts';
import type { Connection, Model } from './sync.ts';

/** All of them, for the server to mount. */
export const ORGANIZATION_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', url: '/api/me', handle: me },
  { method: 'GET', url: '/api/organization', handle: organization },
  {
    method: 'GET',
    url: '/api/connections',
    handle: (call) =>
      ok([...call.world.connections.values()].map((each) => renderConnection(call, each))),
  },
  {
    method: 'GET',
    url: '/api/connections/:id',
    handle: withConnection((call, connection) => ok(renderConnection(call, connection))),
  },
  {
    method: 'GET',
    url: '/api/connections/:id/modelsync/source',
    handle: withConnection(source),
  },
  {
    method: 'GET',
    url: '/api/connections/:id/modelsync/source/fields',
    handle: withConnection(sourceFields),
  },
  { method: 'GET', url: '/api/models', handle: listModels },
  { method: 'GET', url: '/api/models/:id', handle: getModel },
];

function me({ world, caller }: Call): Answer {
  const { actor, email } = caller;
  return ok({
    id: actor.id,
    email,
    role: actor.type === 'user' ? 'admin' : null,
    organization_id: world.organization.id,
    organization_name: world.organization.name,
    is_user: actor.type === 'user',
    is_organization: actor.type === 'organization',
    is_partner: false,
    is_system: false,
  });
}

function organization({ world }: Call): Answer {
  const { id, name } = world.organization;
  return ok({ id, name, sso_domain: null, sso_org_id: null, issuer: null });
}

function withConnection(
  handle: (call: Call, connection: Connection) => Answer,
): (call: Call) => Answer {
  return (call) => {
    const connection = call.world.connections.get(call.params.id ?? '');
    return connection === undefined ? notFound('connection') : handle(call, connection);
  };
}

function renderConnection({ world }: Call, connection: Connection): object {
  const { id, name, operations } = connectionType(connection.type);
  return {
    id: connection.id,
    name: connection.name,
    type: { id, name, operations, logo_url: null },
    status: 'healthy',
    status_error: null,
    saved: true,
    policies: null,
    organization_id: world.organization.id,
    parent_connection_id: null,
    api_calls_last_24_hours: 0,
    configuration: {},
    created_at: timeText(connection.createdAt),
    created_by: connection.createdBy,
    updated_at: timeText(connection.createdAt),
    updated_by: connection.createdBy,
  };
}

/** What can be picked as a model sync's source; `params` carries what was picked so far. */
function source({ query }: Call, connection: Connection): Answer {
  const params = paramsIn(query.params);
  if (params === undefined) return badRequest('params must be a JSON object of lists of strings');
  const { schema, objects } = connectionType(connection.type);
  const needsSchema = schema !== null && params.schema?.[0] !== schema;
  const item = (items: readonly string[]) => ({ has_items: true, items, requires_one_of: null });
  return ok({
    configuration: {},
    items: {
      ...(schema === null ? {} : { schema: item([schema]) }),
      ...(needsSchema ? {} : { [objectKey(connection)]: item(objects) }),
    },
    requires_one_of: schema === null ? null : ['table', 'view'],
  });
}

/** The fields of the source that `params` picks; of the first object when it picks none. */
function sourceFields({ query }: Call, connection: Connection): Answer {
  const params = paramsIn(query.params);
  if (params === undefined) return badRequest('params must be a JSON object of lists of strings');
  const { objects } = connectionType(connection.type);
  const object = params[objectKey(connection)]?.[0] ?? objects[0];
  if (!objects.includes(object)) return notFound(`source ${object}`);
  return ok(FIELDS.map((field) => renderField(field, connection, `${connection.id}:${object}`)));
}

function objectKey(connection: Connection): string {
  return connectionType(connection.type).schema === null ? 'object' : 'table';
}

function paramsIn(
  text: string | readonly string[] | undefined,
): Record<string, readonly string[] | undefined> | undefined {
  if (text === undefined) return {};
  if (typeof text !== 'string') return undefined;
  try {
    const params: unknown = JSON.parse(text);
    const isMap = typeof params === 'object' && params !== null && !Array.isArray(params);
    return isMap && Object.values(params).every(isTexts) ? { ...params } : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function listModels(call: Call): Answer {
  const rows = [...call.world.models.values()];
  const page = pageOf(rows, (model) => ({ at: model.createdAt, id: model.id }), call.query, {
    list: 'models',
    limit: 50,
    limitMax: 50,
  });
  if (isAnswer(page)) return page;
  const data = orNull(page.rows.map((model) => renderModel(call, model)));
  return { status: 200, body: { data, pagination: page.pagination } };
}

function getModel(call: Call): Answer {
  const model = call.world.models.get(call.params.id ?? '');
  return model === undefined ? notFound('model') : ok(renderModel(call, model));
}

function renderModel({ world }: Call, model: Model): object {
  const { id, name, connectionId, object, createdAt, createdBy } = model;
  const connection = world.connections.get(connectionId);
  return {
    id,
    name,
    type: connection?.type ?? null,
    organization_id: world.organization.id,
    connection_id: connectionId,
    configuration: { table: object },
    identifier: 'id',
    tracking_columns: ['updated_at'],
    fields: FIELDS.map((field) => renderField(field, model, id)),
    relations: null,
    enricher: null,
    labels: null,
    policies: null,
    version: 1,
    created_at: timeText(createdAt),
    created_by: createdBy,
    updated_at: timeText(createdAt),
    updated_by: createdBy,
  };
}

function renderField(
  field: CatalogField,
  made: Pick<Model, 'createdAt' | 'createdBy'>,
  of: string,
) {
  return {
    id: chanceOf(`${of}:${field.name}`).uuid(),
    name: field.name,
    label: field.label,
    type: field.type,
    remote_type: field.type,
    description: null,
    example: null,
    unique: field.unique,
    user_added: false,
    created_at: timeText(made.createdAt),
    created_by: made.createdBy,
    updated_at: timeText(made.createdAt),
  };
}
