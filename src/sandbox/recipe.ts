// Makes whole syncs, with their models, from the few words by which a person would describe one.

import { connectionType } from './catalog.ts';
import { chanceOf } from './chance.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { Actor, BulkSync, Connection, Model, ModelSync, Sync } from './sync.ts';
import type { World } from './world.ts';

/** A sync in a person's words. */
export interface Recipe {
  readonly kind: 'model' | 'bulk';
  readonly name: string;
  /** Connections by name. */
  readonly source: string;
  readonly destination: string;
  /** What a model sync reads and writes; by default the first objects of the two connections. */
  readonly from?: string | undefined;
  readonly into?: string | undefined;
  readonly schedule?: Partial<Schedule> | undefined;
  readonly active?: boolean | undefined;
  readonly mode?: string | undefined;
  readonly typicalMs?: number | undefined;
  readonly typicalRecords?: number | undefined;
}

/** Who made it, when, and under which name its id is drawn. */
export interface Origin {
  readonly name: string;
  readonly by: Actor;
  readonly at: number;
}

const TYPICAL_MS = 90_000;
const TYPICAL_RECORDS = 2_000;

/** Makes the sync; nothing of it is in the world yet but the model that it reads. */
export function cook(world: World, recipe: Recipe, origin: Origin): Sync {
  const state = {
    id: chanceOf(origin.name).uuid(),
    name: recipe.name,
    active: recipe.active ?? true,
    createdAt: origin.at,
    createdBy: origin.by,
    updatedAt: origin.at,
    updatedBy: origin.by,
    habits: {
      typicalMs: recipe.typicalMs ?? TYPICAL_MS,
      typicalRecords: recipe.typicalRecords ?? TYPICAL_RECORDS,
    },
    executions: [],
    executionCount: 0,
    playedUntil: origin.at,
  };
  return recipe.kind === 'model'
    ? { ...state, kind: 'model', settings: modelSettings(world, recipe) }
    : { ...state, kind: 'bulk', settings: bulkSettings(world, recipe) };
}

/** The connection of this name, exact but for case. */
export function connectionNamed(world: World, name: string): Connection | undefined {
  const wanted = name.toLowerCase();
  for (const connection of world.connections.values()) {
    if (connection.name.toLowerCase() === wanted) return connection;
  }
  return undefined;
}

function modelSettings(world: World, recipe: Recipe): ModelSync['settings'] {
  const source = mustConnect(world, recipe.source);
  const destination = mustConnect(world, recipe.destination);
  const model = modelOf(world, source, recipe.from ?? connectionType(source.type).objects[0]);
  const map = (field: string) => ({ target: field, source: { model_id: model.id, field } });
  return {
    mode: recipe.mode ?? 'updateOrCreate',
    fields: ['name', 'owner', 'updated_at'].map(map),
    target: {
      connection_id: destination.id,
      object: recipe.into ?? connectionType(destination.type).objects[0],
      new_name: null,
      configuration: null,
      create: null,
      filter_logic: null,
      search_values: null,
    },
    schedule: scheduleOf(recipe.schedule ?? {}),
    identity: { ...map('email'), function: 'Equality', new_field: false },
    override_fields: null,
    overrides: null,
    filters: null,
    filter_logic: null,
    policies: null,
    encryption_passphrase: null,
    only_enrich_updates: false,
    skip_initial_backfill: false,
    sync_all_records: false,
  };
}

function bulkSettings(world: World, recipe: Recipe): BulkSync['settings'] {
  const source = mustConnect(world, recipe.source);
  const destination = mustConnect(world, recipe.destination);
  return {
    mode: recipe.mode === 'snapshot' ? 'snapshot' : 'replicate',
    source_connection_id: source.id,
    destination_connection_id: destination.id,
    source_configuration: {},
    destination_configuration: { schema: source.name.toLowerCase().replaceAll(/\W+/g, '_') },
    schedule: scheduleOf(recipe.schedule ?? {}),
    schemas: connectionType(source.type).objects,
  };
}

/** One model per object and connection: syncs that read the same thing share it. */
function modelOf(world: World, source: Connection, object: string): Model {
  const id = chanceOf(`${world.seed}:model:${source.id}:${object}`).uuid();
  const known = world.models.get(id);
  if (known !== undefined) return known;
  const { createdAt, createdBy } = source;
  const name = `${source.name} ${object}`;
  const model = { id, name, connectionId: source.id, object, createdAt, createdBy };
  world.models.set(id, model);
  return model;
}

function mustConnect(world: World, name: string): Connection {
  const connection = connectionNamed(world, name);
  if (connection === undefined) throw new Error(`no connection named ${name}`);
  return connection;
}
