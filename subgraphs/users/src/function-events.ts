import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type AnswerEvent = (
  event: Readonly<APIGatewayProxyEventV2>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Headers that concern only one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect'],
  ...['proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
]);

/**
 * Answers events of API Gateway (version 2, also sent by a function's own address) through a server in this
 * process: whatever it refuses, limits or routes is the same here as there.
 */
export const answerEventsBy =
  (origin: string): AnswerEvent =>
  async (event) => {
    const body = bodyOf(event);
    const { method } = event.requestContext.http;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // A new connection each time: one that was kept while the instance was frozen may be half closed.
      const options = { agent: false, method, headers: headersOf(event, body) };
      const asking = request(addressOf(event, origin), options, resolve);
      asking.once('error', reject);
      asking.end(body);
    });
    return resultOf(answer, await buffer(answer));
  };

/** Without the stage, which precedes the path of all but the default one. */
function addressOf(event: APIGatewayProxyEventV2, origin: string): URL {
  const { rawPath, rawQueryString, requestContext } = event;
  const { stage } = requestContext;
  const url = new URL(origin);
  // Set, not resolved: whatever a path contains, it cannot name another host.
  url.pathname = rawPath.startsWith(`/${stage}/`) ? rawPath.slice(stage.length + 1) : rawPath;
  url.search = rawQueryString;
  return url;
}

const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/**
 * Cookies come separately from the other headers, of which those with the same name are joined, in any case:
 * a client that sends two identities has none. The host is the one that was requested.
 */
function headersOf({ headers, cookies, requestContext }: APIGatewayProxyEventV2, body: Buffer) {
  const given = new Map<string, string>();
  for (const [spelled, value = ''] of Object.entries(headers)) {
    const name = spelled.toLowerCase();
    const before = given.get(name);
    given.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const ofConnection = (given.get('connection') ?? '').toLowerCase().split(',');
  for (const name of [...HOP_BY_HOP, ...ofConnection]) given.delete(name.trim());
  if (!given.has('host')) given.set('host', requestContext.domainName);
  given.delete('content-length');
  if (cookies) given.set('cookie', cookies.join('; '));
  if (body.length > 0) given.set('content-length', String(body.length));
  return Object.fromEntries(given);
}

function resultOf(answer: IncomingMessage, body: Buffer): APIGatewayProxyStructuredResultV2 {
  const { statusCode = 502, headers } = answer;
  const { 'set-cookie': cookies, ...others } = headers;
  const isText =
    /^(text\/|application\/([\w.-]+\+)?json)/.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined;
  return {
    statusCode,
    headers: Object.fromEntries(
      Object.entries(others)
        .filter(([name]) => !HOP_BY_HOP.has(name))
        .map(([name, value]) => [name, String(value)]),
    ),
    ...(cookies ? { cookies } : {}),
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}
