import { expect, test } from 'vitest';
import { z } from 'zod';
import { EVENTS, type EventName } from './index.ts';

/** Names of what opens something, or may lead to where something is opened. */
const SECRET = /(code|token|secret|password|url|link|nonce|key|otp)s?$/i;

/** What is named so and opens nothing, with the reason. */
const OPEN: Readonly<Record<string, string>> = {
  'users.AccountExportRequested.publicKey': 'seals, and opens nothing',
  'orders.OrderStatusChanged.cause.code': 'names why an order is off',
  'orders.CartChanged.cartKey': 'a digest of the id that opens the cart',
};

interface Schema {
  readonly sealed?: boolean;
  readonly [keyword: string]: unknown;
}

/** Every field of a payload at any depth, by its path. */
function* fieldsOf(schema: Schema, path: string): Generator<[path: string, field: Schema]> {
  for (const [keyword, part] of Object.entries(schema)) {
    if (part === null || typeof part !== 'object') continue;
    if (keyword === 'properties') {
      for (const [name, field] of Object.entries(part as Record<string, Schema>)) {
        yield [`${path}.${name}`, field];
        yield* fieldsOf(field, `${path}.${name}`);
      }
    } else yield* fieldsOf(part as Schema, path);
  }
}

const FIELDS = (Object.keys(EVENTS) as EventName[]).flatMap((name) => [
  ...fieldsOf(z.toJSONSchema(EVENTS[name].payload) as Schema, name),
]);
const isSealed = (field: Schema): boolean =>
  field.sealed === true ||
  ((field.anyOf as Schema[] | undefined) ?? []).some((choice) => choice.sealed === true);

test('whatever opens something is sealed in its event', () => {
  const bare = FIELDS.filter(([path, field]) => SECRET.test(path) && !isSealed(field));
  expect(bare.map(([path]) => path).sort()).toEqual(Object.keys(OPEN).sort());
});

test('what is sealed goes to subgraphs that can open it, and to no stream that anybody follows', () => {
  const names = FIELDS.filter(([, field]) => isSealed(field)).map(([path]) =>
    path.split('.', 2).join('.'),
  );
  expect(names.sort()).toEqual([
    'groups.InviteMailed',
    'orders.GuestCodeRequested',
    'users.EmailCodeRequested',
    'users.MediaReady',
  ]);
  for (const name of names as EventName[]) {
    expect(EVENTS[name].consumedBy.some((it) => ['notifications', 'products'].includes(it))).toBe(
      true,
    );
    expect(EVENTS[name].heardByGateways).toBeUndefined();
  }
});
