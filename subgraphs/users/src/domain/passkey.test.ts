import { mistakesOf } from '@souk/runtime/domain';
import { expect, test } from 'vitest';
import { assertAnotherWayIn } from './passkey.ts';

const nothing = {
  hasPassword: false,
  emailVerified: false,
  totpEnabled: true,
  recoveryCodesLeft: 10,
  passkeys: 1,
  identities: 0,
};

test.each([
  [{}, ['LAST_SIGN_IN_METHOD']],
  [{ hasPassword: true }, []],
  [{ emailVerified: true }, []],
  [{ passkeys: 2 }, []],
  [{ identities: 1 }, []],
])('a passkey goes when there is %j besides: %j', (has, codes) => {
  const mistakes = mistakesOf(() => assertAnotherWayIn({ ...nothing, ...has }, 'passkeys'));
  expect(mistakes.map(({ code }) => code)).toEqual(codes);
});
