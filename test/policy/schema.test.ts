import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { policyJsonSchema } from '../../src/policy/schema.ts';
import { readFixtures } from './fixtures.ts';

function without<T>(value: T, ...fields: string[]): T {
  return JSON.parse(
    JSON.stringify(value, (key, part) => (fields.includes(key) ? undefined : part)),
  );
}

describe('the JSON Schema', () => {
  const schema = policyJsonSchema() as { $schema: string } & z.core.JSONSchema.JSONSchema;

  it('is what lies in docs/policy.schema.json; `curfew schema` prints it', () => {
    const file = new URL('../../docs/policy.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
  });

  it('is of draft 2020-12 and the same each time', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(policyJsonSchema()).toEqual(schema);
  });

  it('describes every field of a policy that does something', () => {
    const { properties } = schema.properties!.policies as { properties?: object };
    expect(properties).toBeUndefined();
    const policy = (
      schema.properties!.policies as { additionalProperties: z.core.JSONSchema.JSONSchema }
    ).additionalProperties;
    for (const [name, field] of Object.entries(policy.properties!)) {
      const { description, anyOf, properties, default: value } = field as Record<string, unknown>;
      const says = description ?? anyOf ?? properties ?? value;
      expect(says, name).toBeDefined();
    }
  });

  // The other way round: what editors check must agree with what loading checks.
  // (zod does not read those keywords, and `anyOf` only where it stands alone.)
  const { anyOf: _, ...shape } = without(schema, 'oneOf', 'dependentRequired', 'dependentSchemas');
  const check = z.fromJSONSchema(shape);
  const wrongShape =
    /field-unknown|field-missing|list-empty|type-wrong|value-|version-|select-empty/;

  it.each(readFixtures('good'))('accepts the good file $name', ({ text }) => {
    expect(check.safeParse(parse(text, { merge: true })).error?.issues ?? []).toEqual([]);
  });

  // That `cron` needs `for`, and so on, is said by `oneOf`; that a mapping needs one of some fields
  // by `anyOf`, which zod does not read beside properties.
  const unread = new RegExp(
    '^(cron|rrule)-without-|^(cost-without-price|limit-empty|resume-empty)$' +
      '|^neither-policies-nor-calendars$',
  );
  const misshapen = readFixtures('bad').filter(
    ({ name, expected }) => !unread.test(name) && expected.every((line) => wrongShape.test(line)),
  );

  it.each(misshapen)('refuses the misshapen file $name', ({ text }) => {
    expect(check.safeParse(parse(text, { merge: true })).success).toBe(false);
  });
});
