import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asListener } from '@souk/testkit';

/** What reached a browser, as it reads it. */
export interface ShownPush {
  path: string;
  topic: string | undefined;
  authorization: string;
  content: Record<string, unknown>;
}

/** A real push service with its browsers: it takes what is sent, and each browser decrypts its own. */
export async function startPushService() {
  const shown: ShownPush[] = [];
  /** Answers to come before it takes anything, by path. */
  const refusals = new Map<string, number[]>();
  const browsers = new Map<string, ReturnType<typeof newBrowser>>();
  const server = createServer(
    asListener(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const path = request.url ?? '';
      const status = refusals.get(path)?.shift();
      if (status !== undefined) return response.writeHead(status).end();
      const browser = browsers.get(path);
      if (!browser) return response.writeHead(404).end();
      shown.push({
        path,
        topic: request.headers.topic as string | undefined,
        authorization: request.headers.authorization ?? '',
        content: JSON.parse(browser.decrypt(Buffer.concat(chunks))),
      });
      return response.writeHead(201).end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    shown,
    refusals,
    /** A browser that subscribes; what a client hands to `registerDevice`. */
    subscribe: (name: string) => {
      const browser = newBrowser();
      browsers.set(`/${name}`, browser);
      const { p256dh, auth } = browser;
      return { platform: 'WEB_PUSH', token: `http://127.0.0.1:${port}/${name}`, p256dh, auth };
    },
    at: (name: string) => shown.filter(({ path }) => path === `/${name}`),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function newBrowser() {
  const keys = createECDH('prime256v1');
  const publicKey = keys.generateKeys();
  const auth = randomBytes(16);
  const expand = (salt: Buffer, secret: Buffer, info: Buffer | string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, length));
  return {
    p256dh: publicKey.toString('base64url'),
    auth: auth.toString('base64url'),
    /** RFC 8291 over RFC 8188, of one record. */
    decrypt: (body: Buffer): string => {
      const salt = body.subarray(0, 16);
      const keyLength = body[20] ?? 0;
      const sender = body.subarray(21, 21 + keyLength);
      const record = body.subarray(21 + keyLength);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
      const secret = expand(auth, keys.computeSecret(sender), info, 32);
      const key = expand(salt, secret, 'Content-Encoding: aes128gcm\0', 16);
      const nonce = expand(salt, secret, 'Content-Encoding: nonce\0', 12);
      const decipher = createDecipheriv('aes-128-gcm', key, nonce);
      decipher.setAuthTag(record.subarray(-16));
      const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
      return padded.subarray(0, padded.lastIndexOf(2)).toString();
    },
  };
}
