import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import {
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { asListener } from '@souk/testkit';
import { decodeJwt, jwtVerify } from 'jose';
import type { ApnsAccount } from '../src/push/apns-account.ts';
import type { FcmAccount } from '../src/push/fcm-account.ts';

/** An answer to come before anything is taken: status, and what stands in the body. */
export interface ComingAnswer {
  status: number;
  body?: unknown;
  retryAfter?: number;
}

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const textOf = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

export interface ApnsRequest {
  path: string;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** The shapes of Apple's service on this machine (no TLS): what it takes it checks, and keeps. */
export async function startApns() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const account: ApnsAccount = {
    ...{ teamId: 'TEAM123456', keyId: 'KEY1234567', topic: 'test.souk.app' },
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
  const taken: ApnsRequest[] = [];
  const answers: ComingAnswer[] = [];
  const server = createHttp2Server();
  const take = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const text = await textOf(stream as AsyncIterable<Buffer>);
    const token = String(headers.authorization).replace(/^bearer /, '');
    const coming = answers.shift();
    const answer = (status: number, body?: unknown, more = {}) => {
      stream.respond({ ':status': status, ...more });
      stream.end(body === undefined ? '' : JSON.stringify(body));
    };
    if (coming) {
      const { status, body, retryAfter } = coming;
      return answer(status, body, retryAfter ? { 'retry-after': String(retryAfter) } : {});
    }
    const options = { issuer: account.teamId, algorithms: ['ES256'], currentDate: iatOf(token) };
    const verified = await jwtVerify(token, publicKey, options).catch(() => null);
    if (verified?.protectedHeader.kid !== account.keyId) {
      return answer(403, { reason: 'InvalidProviderToken' });
    }
    if (headers['apns-topic'] !== account.topic) return answer(400, { reason: 'BadTopic' });
    taken.push({ path: String(headers[':path']), headers, body: JSON.parse(text) });
    return answer(200);
  };
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    take(stream, headers).catch(() => stream.destroy());
  });
  const url = await listen(server);
  return { account, url, taken, answers, close: () => closed(server) };
}

export interface FcmRequest {
  authorization: string;
  message: Record<string, never> & { token: string; data: Record<string, string> };
}

/** The shapes of Firebase Cloud Messaging and of Google's token endpoint on this machine. */
export async function startFcm() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const taken: FcmRequest[] = [];
  const answers: ComingAnswer[] = [];
  let tokens = 0;
  const server = createServer(
    asListener(async (request: IncomingMessage, response) => {
      const text = await textOf(request);
      const answer = (status: number, body: unknown, more = {}) => {
        response.writeHead(status, { 'content-type': 'application/json', ...more });
        response.end(JSON.stringify(body));
      };
      if (request.url === '/token') {
        const asked = new URLSearchParams(text);
        const assertion = asked.get('assertion') ?? '';
        const verified = await jwtVerify(assertion, publicKey, {
          ...{ issuer: account.client_email, audience: account.token_uri, algorithms: ['RS256'] },
          currentDate: iatOf(assertion),
        }).catch(() => null);
        const isFor = asked.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer';
        if (!verified || !isFor) return answer(400, { error: 'invalid_grant' });
        tokens += 1;
        return answer(200, { access_token: `token-${tokens}`, expires_in: 3_599 });
      }
      const coming = answers.shift();
      if (coming) {
        const { status, body = {}, retryAfter } = coming;
        return answer(status, body, retryAfter ? { 'retry-after': String(retryAfter) } : {});
      }
      if (request.url !== `/v1/projects/${account.project_id}/messages:send`)
        return answer(404, {});
      const { message } = JSON.parse(text) as FcmRequest;
      taken.push({ authorization: request.headers.authorization ?? '', message });
      return answer(200, { name: `projects/${account.project_id}/messages/${taken.length}` });
    }),
  );
  const url = await listen(server);
  const account: FcmAccount = {
    ...{ project_id: 'souk-test', client_email: 'push@souk-test.example' },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    token_uri: `${url}/token`,
  };
  return { account, url, taken, answers, tokens: () => tokens, close: () => closed(server) };
}

/** Tests let time pass for the sender alone. */
const iatOf = (token: string): Date => {
  try {
    return new Date((decodeJwt(token).iat ?? 0) * 1_000);
  } catch {
    return new Date();
  }
};

const closed = (server: Server): Promise<void> => {
  const { closeAllConnections } = server as { closeAllConnections?: () => void };
  closeAllConnections?.call(server);
  // A sender that keeps its line open has it closed with the process.
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.unref();
    if (!closeAllConnections) resolve();
  });
};
