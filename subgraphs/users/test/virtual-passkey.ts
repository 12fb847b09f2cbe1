import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * An authenticator in software: makes a WebAuthn credential and signs with it, so that every part of an
 * answer can be made wrong. Chromium's own is used in `e2e/playground-story.test.ts`.
 */
export function virtualPasskey({ rpId = 'localhost', origin = 'http://localhost:4000' } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const credentialId = randomBytes(16);
  let counter = 0;
  let userHandle = '';

  const authenticatorData = (flags: number, attested = Buffer.alloc(0)) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const rpIdHash = createHash('sha256').update(rpId).digest();
    return Buffer.concat([rpIdHash, Buffer.from([flags]), count, attested]);
  };
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const id = credentialId.toString('base64url');
  const answer = (response: Record<string, string | string[]>) => ({
    ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
    response,
  });

  return {
    id,
    create: ({ challenge, user }: CreationOptions, flags = PRESENT | VERIFIED) => {
      userHandle = user.id;
      const length = Buffer.from([0, credentialId.length]);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(x, y)]);
      const data = authenticatorData(flags | ATTESTED, attested);
      return answer({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestationOf(data).toString('base64url'),
        transports: ['internal'],
      });
    },
    /** What is given otherwise is made wrong. */
    get: (
      challenge: string,
      given: { flags?: number; count?: number; userHandle?: string } = {},
    ) => {
      counter = given.count ?? counter + 1;
      const data = authenticatorData(given.flags ?? PRESENT | VERIFIED);
      const client = clientData('webauthn.get', challenge);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        userHandle: given.userHandle ?? userHandle,
      });
    },
  };
}

/** What of `navigator.credentials.create`'s options it reads. */
interface CreationOptions {
  readonly challenge: string;
  readonly user: { readonly id: string };
}

export const PRESENT = 0x01;
export const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** An EC2 key for ES256 as COSE writes it, in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
const coseKey = (x: string, y: string) =>
  Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ]);

/** {"fmt": "none", "attStmt": {}, "authData": data} in CBOR. */
const attestationOf = (data: Buffer) => {
  const text = (value: string) =>
    Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
  const length = Buffer.from([0x58, data.length]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    ...[text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData')],
    ...[length, data],
  ]);
};
