import { expect, test } from 'vitest';
import { z } from 'zod';
import { sealed } from '../sealed-values.ts';
import { EVENTS, type EventName } from './index.ts';

/** Words in the names of what opens something, or may lead to where something is opened. */
const SECRET =
  /^(code|token|secret|password|url|uri|link|href|nonce|key|otp|totp|pin|credential|challenge|cookie|signature)s?$/;

/** Fields that have such a name without being a secret, with the reason. */
const OPEN: Readonly<Record<string, string>> = {
  'users.AccountExportRequested.publicKey': 'seals, and opens nothing',
  'orders.OrderStatusChanged.cause.code': 'names why an order is off',
  'orders.CartChanged.cartKey': 'a digest of the id that opens the cart',
};

interface Schema {
  readonly sealedFor?: string;
  readonly [keyword: string]: unknown;
}

/** Keywords of JSON Schema that say nothing about what a value contains. */
const SAYS_NOTHING = new Set(['$schema', 'description', 'default', 'title', 'examples']);

/** Every field of a payload at any depth, by its path; `*` stands for whatever the keys of a record are. */
function* fieldsOf(schema: Schema, path: string): Generator<[path: string, field: Schema]> {
  for (const [keyword, part] of Object.entries(schema)) {
    if (part === null || typeof part !== 'object') continue;
    if (keyword === 'properties') {
      for (const [name, field] of Object.entries(part as Record<string, Schema>)) {
        yield [`${path}.${name}`, field];
        yield* fieldsOf(field, `${path}.${name}`);
      }
    } else if (keyword === 'items' || keyword === 'additionalProperties') {
      yield [`${path}.*`, part as Schema];
      yield* fieldsOf(part as Schema, `${path}.*`);
    } else yield* fieldsOf(part as Schema, path);
  }
}

const FIELDS = (Object.keys(EVENTS) as EventName[]).flatMap((name) => [
  ...fieldsOf(z.toJSONSchema(EVENTS[name].payload) as Schema, name),
]);

/** The possible types of a field, except null. */
const choicesOf = (field: Schema): Schema[] =>
  ((field.anyOf ?? field.oneOf ?? [field]) as Schema[])
    .flatMap((choice) => (choice === field ? [choice] : choicesOf(choice)))
    .filter(({ type }) => type !== 'null');

const isSealed = (field: Schema) =>
  choicesOf(field).every(({ sealedFor }) => sealedFor !== undefined);

const isUntyped = (field: Schema) =>
  Object.keys(field).every((keyword) => SAYS_NOTHING.has(keyword));

/** `productImageUrl` in its words, of the last name of a path that is one. */
const wordsOf = (path: string): string[] => {
  const name = path.split('.').findLast((part) => part !== '*') ?? '';
  return name.split(/(?=[A-Z])|_/).map((word) => word.toLowerCase());
};
const isNamedLikeASecret = ([path]: [string, Schema]) =>
  wordsOf(path).some((word) => SECRET.test(word));

/** The schema of a made-up event, as the walk sees it. */
const made = (payload: z.ZodType) => [...fieldsOf(z.toJSONSchema(payload) as Schema, 'made.Up')];

test('whatever opens something is sealed in its event', () => {
  const bare = FIELDS.filter(
    (field) => isNamedLikeASecret(field) && !isSealed(field[1]) && field[1].type !== 'object',
  );
  expect(bare.map(([path]) => path).sort()).toEqual(Object.keys(OPEN).sort());
});

test('no field of an event may hold just anything, where a secret could hide', () => {
  expect(FIELDS.filter(([, field]) => choicesOf(field).some(isUntyped))).toEqual([]);
  expect(FIELDS.filter(([, { additionalProperties: rest }]) => rest === true)).toEqual([]);
});

test('the walk sees what is not named at the end, half sealed, in a list or untyped', () => {
  const half = z.union([sealed('notifications'), z.string()]);
  const fields = made(
    z.object({
      linkToFile: z.string(),
      codes: z.array(z.string()),
      token: half,
      tokens: z.record(z.string(), half.nullable()),
      data: z.unknown(),
      answers: z.record(z.string(), z.unknown()),
    }),
  );
  const bare = fields.filter((field) => isNamedLikeASecret(field) && !isSealed(field[1]));
  expect(new Set(bare.map(([path]) => path))).toEqual(
    new Set(
      ['linkToFile', 'codes', 'codes.*', 'token', 'tokens', 'tokens.*'].map(
        (it) => `made.Up.${it}`,
      ),
    ),
  );
  const untyped = fields.filter(([, field]) => choicesOf(field).some(isUntyped));
  expect(untyped.map(([path]) => path)).toEqual(['made.Up.data', 'made.Up.answers.*']);
});

test('what is sealed goes to the one subgraph that opens it, and to no stream that anybody follows', () => {
  const recipients = FIELDS.flatMap(([path, field]) =>
    choicesOf(field).flatMap(({ sealedFor }) => {
      return sealedFor === undefined ? [] : [[path.split('.', 2).join('.'), sealedFor]];
    }),
  );
  expect(recipients.sort()).toEqual([
    ['groups.InviteMailed', 'notifications'],
    ['orders.GuestCodeRequested', 'notifications'],
    ['users.EmailCodeRequested', 'notifications'],
    ['users.MediaReady', 'products'],
  ]);
  for (const [name, recipient] of recipients as [EventName, string][]) {
    expect(EVENTS[name].consumedBy, name).toContain(recipient);
    expect(EVENTS[name].heardByGateways).toBeUndefined();
  }
});
