import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

const SPKI_BYTES = 44;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const secretOf = (privateKey: KeyObject, publicKey: KeyObject) =>
  Buffer.from(
    hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), '', 'souk sealed data', 32),
  );

/**
 * A pair of keys: data that is encrypted with the public one can be decrypted only with the private one
 * (X25519, AES-256-GCM).
 */
export function newSealingKeys(): { publicKey: string; privateKey: Uint8Array<ArrayBuffer> } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    privateKey: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

/** The public key that belongs to a private one. */
export const sealingKeyOf = (privateKey: Uint8Array): string =>
  createPublicKey(createPrivateKey({ key: Buffer.from(privateKey), type: 'pkcs8', format: 'der' }))
    .export({ type: 'spki', format: 'der' })
    .toString('base64');

/** Encrypts a text for the owner of the private key. */
export function seal(publicKey: string, text: string): string {
  const to = createPublicKey({
    key: Buffer.from(publicKey, 'base64'),
    type: 'spki',
    format: 'der',
  });
  const own = generateKeyPairSync('x25519');
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secretOf(own.privateKey, to), iv);
  const body = Buffer.concat([cipher.update(gzipSync(text)), cipher.final()]);
  const from = own.publicKey.export({ type: 'spki', format: 'der' });
  return Buffer.concat([from, iv, cipher.getAuthTag(), body]).toString('base64');
}

/** Decrypts a text; throws for anything that was not encrypted for this key. */
export function unseal(privateKey: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const own = createPrivateKey({ key: Buffer.from(privateKey), type: 'pkcs8', format: 'der' });
  const from = createPublicKey({
    key: bytes.subarray(0, SPKI_BYTES),
    type: 'spki',
    format: 'der',
  });
  const iv = bytes.subarray(SPKI_BYTES, SPKI_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', secretOf(own, from), iv);
  const body = bytes.subarray(SPKI_BYTES + IV_BYTES);
  decipher.setAuthTag(body.subarray(0, TAG_BYTES));
  const packed = Buffer.concat([decipher.update(body.subarray(TAG_BYTES)), decipher.final()]);
  return gunzipSync(packed).toString();
}
