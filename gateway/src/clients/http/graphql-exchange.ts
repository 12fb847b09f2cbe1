import type { IncomingMessage, ServerResponse } from 'node:http';
import { type PlanOutline, type ResponseBody, responseText } from '@souk/engine';
import {
  childSpan,
  enterSpan,
  isTracing,
  type OpenSpan,
  SpanKind,
  traceIn,
} from '@souk/runtime/telemetry';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { VerifiedViewer } from '../../authentication/viewer.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import { operationCache, tally } from '../../pipeline/cache-metrics.ts';
import { type Operation, preparedFor } from '../../pipeline/operation.ts';
import { httpHeadOf, Refusal } from '../../pipeline/refusal.ts';
import { codesIn, codesOf } from '../../telemetry/error-codes.ts';
import { type GatewayContext, sharingKeyOf } from '../../upstream/context.ts';
import {
  type PartsFraming,
  PartsResponse,
  partsFramingFor,
} from '../incremental/parts-response.ts';
import { answerTypeFor, assertAcceptsAnswer } from './accepted-types.ts';
import { KeptSession } from './cookies/kept-session.ts';
import { keepsSession, refreshCookieOf, withoutAccess } from './cookies/session-cookies.ts';
import { crossSiteProblem } from './cross-site.ts';
import type { Exchange } from './exchange.ts';
import type { GraphQLEndpointOptions, KnownBodies, KnownBody } from './graphql-endpoint.ts';
import { MAX_HEADERS } from './http-limits.ts';
import {
  assertJsonContent,
  type BodyReceiver,
  collectBody,
  type GraphQLParameters,
  parametersInBody,
  parametersInUrl,
  textOf,
} from './read-body.ts';
import { failureBody, methodNotAllowed, RequestFailure } from './request-failure.ts';
import { authentic, viewerOf } from './request-viewer.ts';
import { isAnsweredAsStream, writeAsStream } from './streamed-answer.ts';
import { userAgentOf } from './user-agent.ts';

/** What all exchanges of an endpoint have in common. */
export interface Endpoint extends GraphQLEndpointOptions {
  readonly bodies: KnownBodies;
}

/** Sent with any value, it asks what the operation costs. */
export const COST_HEADER = 'x-graphql-cost';
/** Sent with any value, it asks how the operation is planned. */
export const PLAN_HEADER = 'x-graphql-plan';

const LONGEST_REMEMBERED_BODY = 8_192;
const NO_CODES: readonly string[] = [];
/** Of a client that takes a stream alone: answers with data, and errors of the operation itself. */
const SENT_AS_EVENT: ReadonlySet<number> = new Set([200, 400, 504]);
/** The status, in log and metrics alone, of what nobody waited for. */
const CLIENT_LEFT = 499;

/**
 * One request, from its head to its answer. A body that is known to be in order takes the same way as
 * any other; nothing on it waits for anything but who asks. A class, since functions that are made for
 * each request cost more than all that is done here.
 */
export class GraphQLExchange implements Exchange, BodyReceiver {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly address: string;
  readonly #endpoint: Endpoint;
  readonly startedAt = performance.now();
  #verified: VerifiedViewer | null = null;
  #operation: Operation | undefined;
  #kept: KeptSession | null = null;
  #cost: number | undefined;
  #type: OperationTypeNode | undefined;
  /** Its client takes nothing but server-sent events: the answer is one, and then the end. */
  #isStreamed = false;
  /** Of an answer in parts. */
  #transport: PartsFraming['transport'] | undefined;
  /** Null where no trace is kept, as are those of the steps. */
  #span: OpenSpan | null = null;
  #step: OpenSpan | null = null;

  constructor(
    endpoint: Endpoint,
    incoming: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    address: string,
  ) {
    this.#endpoint = endpoint;
    this.incoming = incoming;
    this.response = response;
    this.requestId = requestId;
    this.address = address;
  }

  /** Whose new operations wait for each other. */
  get row(): string {
    return addressKey(this.address);
  }

  isWanted(): boolean {
    return !this.response.destroyed;
  }

  get trace(): Exchange['trace'] {
    return this.#span?.context;
  }

  begin(): void {
    try {
      this.#begin();
    } catch (error) {
      this.failed(error);
    }
  }

  #begin(): void {
    const { pipeline, limits, guard } = this.#endpoint;
    const { method, rawHeaders, headers } = this.incoming;
    if (isTracing()) this.#span = requestSpan(method, headers);
    if (rawHeaders.length > 2 * MAX_HEADERS) {
      throw new RequestFailure(431, 'BAD_REQUEST', `At most ${MAX_HEADERS} headers.`);
    }
    throwRefusal(pipeline.admit.address(this.address));
    if (method === 'POST') {
      assertJsonContent(this.incoming);
      collectBody(this.incoming, limits.bodyBytes, this);
    } else if (method === 'GET') {
      this.#ask(parametersInUrl(this.incoming, limits.jsonDepth, guard.persisted), null);
    } else throw methodNotAllowed('GET, POST');
  }

  received(body: Buffer): void {
    try {
      this.#receive(textOf(body));
    } catch (error) {
      this.failed(error);
    }
  }

  #receive(text: string): void {
    const { bodies, pipeline, limits, guard } = this.#endpoint;
    const known = bodies.get(text);
    const mayAnswer = answerTypeFor(this.incoming.headers.accept) !== null;
    // What a cookie is part of belongs to one page alone.
    const isRemembered = known && !(isMutation(known) && keepsSession(this.incoming));
    if (isRemembered && mayAnswer && pipeline.isCurrent(known.request.operation)) {
      tally(operationCache, true);
      this.#identify(known, null, null);
    } else this.#ask(parametersInBody(text, limits.jsonDepth, guard.persisted), text);
  }

  #ask(parameters: GraphQLParameters, text: string | null): void {
    this.#identify(null, parameters, text);
  }

  /** A request without a token or cookie has no viewer, which needs no waiting. */
  #identify(
    known: KnownBody | null,
    parameters: GraphQLParameters | null,
    text: string | null,
  ): void {
    const { authorization, cookie } = this.incoming.headers;
    if (authorization === undefined && cookie === undefined) {
      this.#identified(known, parameters, text);
      return;
    }
    viewerOf(this.incoming, this.#endpoint.verify, this.#endpoint.origins)
      .then((verified) => {
        this.#verified = verified;
        this.#identified(known, parameters, text);
      })
      .catch((error) => this.failed(error));
  }

  #identified(
    known: KnownBody | null,
    parameters: GraphQLParameters | null,
    text: string | null,
  ): void {
    throwRefusal(this.#endpoint.pipeline.admit.viewer(this.#verified?.viewer ?? null));
    if (known) this.#confirm(known);
    else if (parameters) this.#understand(parameters, text);
  }

  #understand(parameters: GraphQLParameters, text: string | null): void {
    this.#enter('understand');
    const { query, operationName } = parameters;
    const understood = this.#endpoint.pipeline.understand(query, operationName, this);
    if (understood instanceof Promise) {
      understood
        .then((operation) => this.#goOn(operation, parameters, text))
        .catch((error) => this.failed(error));
    } else this.#goOn(understood, parameters, text);
  }

  #goOn(operation: Operation | Refusal, parameters: GraphQLParameters, text: string | null): void {
    const asked = this.#understood(operation, parameters, text);
    if (asked) this.#confirm(asked);
  }

  /** Null when the request has been dealt with: refused, or answered by a stream. */
  #understood(
    operation: Operation | Refusal,
    parameters: GraphQLParameters,
    text: string | null,
  ): KnownBody | null {
    const { pipeline, streams, bodies } = this.#endpoint;
    const { variables } = parameters;
    this.#enter(null);
    if (!(operation instanceof Refusal)) this.#operation = operation;
    this.#assertOwnSite(operation.type);
    if (operation instanceof Refusal) {
      if (!streams.sendRefusal(operation, this)) this.#sendRefusal(operation);
      return null;
    }
    if (operation.type === OperationTypeNode.SUBSCRIPTION) {
      streams
        .stream({ operation, parameters, verified: this.#verified }, this)
        .then(assertStreamed)
        .catch((error) => this.failed(error));
      return null;
    }
    const { accept } = this.incoming.headers;
    this.#isStreamed = isAnsweredAsStream(accept);
    const comesInParts = operation.prepared.defers && partsFramingFor(accept) !== null;
    if (!this.#isStreamed && !comesInParts) assertAcceptsAnswer(accept);
    if (this.incoming.method === 'GET' && operation.type !== OperationTypeNode.QUERY) {
      throw new Refusal([onlyQueriesByGet(operation.type)]);
    }
    this.#kept = this.#keptSession(operation);
    const request = pipeline.admit.variables(
      operation,
      this.#kept?.variables(variables) ?? variables,
    );
    if (request instanceof Refusal) throw request;
    const known = { request, parameters };
    const mayRemember = text !== null && text.length <= LONGEST_REMEMBERED_BODY && !this.#kept;
    if (mayRemember) bodies.set(text, known);
    return known;
  }

  /** Of a page that has its session in cookies. */
  #keptSession(operation: Operation): KeptSession | null {
    if (operation.type !== OperationTypeNode.MUTATION || !keepsSession(this.incoming)) return null;
    return new KeptSession(operation, refreshCookieOf(this.incoming, this.#endpoint.origins));
  }

  /** A page of any origin may send a GET. */
  #assertOwnSite(type: OperationTypeNode | undefined): void {
    if (this.incoming.method !== 'GET') return;
    // A malformed document runs nothing, and an EventSource gets its errors like any other client.
    const isSubscription = type === OperationTypeNode.SUBSCRIPTION || type === undefined;
    const { origins } = this.#endpoint;
    const problem = crossSiteProblem(this.incoming, { isSubscription, origins });
    if (problem) throw problem;
  }

  /** Before data is changed, that the session has not ended a moment ago. */
  #confirm(known: KnownBody): void {
    const { type } = known.request.operation;
    const confirm = type === OperationTypeNode.MUTATION ? this.#verified?.confirm : undefined;
    if (!confirm) {
      this.#admit(known);
      return;
    }
    authentic(confirm)
      .then(() => this.#admit(known))
      .catch((error) => this.failed(error));
  }

  #admit({ request, parameters }: KnownBody): void {
    const { pipeline, guard } = this.#endpoint;
    this.#enter('admit');
    this.#operation = request.operation;
    this.#cost = request.cost;
    guard.persisted.accepted(parameters);
    const asker = { address: this.address, viewer: this.#verified?.viewer ?? null };
    const refusal = pipeline.admit.request(request, asker);
    if (!(refusal instanceof Promise)) {
      this.#admitted(request, refusal);
      return;
    }
    refusal.then((late) => this.#admitted(request, late)).catch((error) => this.failed(error));
  }

  #admitted(request: KnownBody['request'], refusal: Refusal | null): void {
    if (refusal) throw refusal;
    if (!this.#shows(this.#endpoint.exposePlan, PLAN_HEADER)) {
      this.#run(request, null);
      return;
    }
    preparedFor(request.operation, this.#verified?.viewer ?? null)
      .outline()
      .then((plan) => this.#run(request, plan))
      .catch((error) => this.failed(error));
  }

  #run(request: KnownBody['request'], plan: PlanOutline | null): void {
    const { pipeline, limits } = this.#endpoint;
    const viewer = this.#verified?.viewer ?? null;
    this.#enter('run');
    const isMutation = request.operation.type === OperationTypeNode.MUTATION;
    const context = {
      requestId: this.requestId,
      viewer,
      clientAddress: isMutation ? addressKey(this.address) : undefined,
      userAgent: isMutation ? userAgentOf(this.incoming.headers) : undefined,
      deadlineAt: Date.now() + limits.requestTimeoutMs,
      sharingKey: sharingKeyOf(viewer),
      extensions: this.#extensions(request.cost, plan),
      trace: (this.#step ?? this.#span)?.context,
      traceLines: undefined,
    };
    const kept = this.#kept;
    const framing =
      request.operation.prepared.defers && !kept
        ? partsFramingFor(this.incoming.headers.accept)
        : null;
    if (framing) {
      this.#runInParts(request, context, framing);
      return;
    }
    pipeline.run(request, context, (status, body, isPlain = false) => {
      const codes = isPlain ? NO_CODES : codesIn(responseText(body));
      if (!kept) return this.#write(status, body, codes);
      const { body: rest, cookies } = kept.taken(responseText(body));
      this.#setCookies(cookies);
      this.#write(status, rest, codes);
    });
  }

  /** What is still asked for subgraphs is given up when the client goes; a change is not, once it has begun. */
  #runInParts(
    request: KnownBody['request'],
    context: GatewayContext,
    { transport, format, contentType, start, part, end }: PartsFraming,
  ): void {
    const { pipeline, streamLimits, writer } = this.#endpoint;
    const { response } = this;
    const leaving = new AbortController();
    const giveUpWithClient = (): void => {
      if (response.destroyed) leaving.abort();
      else response.once('close', () => leaving.abort());
    };
    if (request.operation.type !== OperationTypeNode.MUTATION) giveUpWithClient();
    const parts = new PartsResponse(response, streamLimits);
    const codes = new Set<string>();
    const ended = (): void => {
      parts.end(end);
      this.#report(response.destroyed ? CLIENT_LEFT : 200, [...codes]);
    };
    pipeline.runInParts(
      request,
      { ...context, sharingKey: undefined, signal: leaving.signal },
      {
        first: (answer) => {
          const { status, body, pending } = answer;
          const mayBeWhole = answerTypeFor(this.incoming.headers.accept) !== null;
          if (pending.length === 0 && (mayBeWhole || status !== 200)) {
            this.#write(status, body, codesIn(body));
            return;
          }
          this.#transport = transport;
          for (const code of codesIn(body)) codes.add(code);
          if (!response.destroyed) {
            writer.begin(this);
            response.writeHead(200, { 'content-type': contentType, 'x-accel-buffering': 'no' });
          }
          parts.write(start + part(format.first(answer)));
          if (pending.length === 0) ended();
          else if (request.operation.type === OperationTypeNode.MUTATION) giveUpWithClient();
        },
        later: (batch) => {
          for (const code of codesOf(batch.results.flatMap(({ errors }) => errors)))
            codes.add(code);
          parts.write(part(format.later(batch)));
          if (batch.isLast) ended();
        },
      },
    );
  }

  #setCookies(cookies: readonly string[]): void {
    if (cookies.length > 0) this.response.setHeader('set-cookie', cookies);
  }

  #write(
    status: number,
    body: ResponseBody,
    codes: readonly string[],
    headers?: Readonly<Record<string, string>>,
  ): void {
    // A client over its rate, or whose token is not valid, gets the status of any other request.
    if (this.#isStreamed && SENT_AS_EVENT.has(status)) {
      this.#endpoint.writer.begin(this);
      writeAsStream(this.response, responseText(body));
      // What became of the operation; the response that tells it is a 200.
      this.#report(status, codes);
      return;
    }
    this.#endpoint.writer.write(this, status, body, headers);
    this.#report(status, codes);
  }

  streaming(): void {
    this.#endSpan(200, NO_CODES);
  }

  /** Ends the step before, and begins the span of the next. */
  #enter(step: string | null): void {
    this.#step?.end();
    this.#step = step === null ? null : childSpan(step, this.#span?.context);
  }

  #endSpan(status: number, codes: readonly string[]): void {
    const span = this.#span;
    if (!span) return;
    this.#enter(null);
    this.#span = null;
    if (!span.isRecording) return;
    const operation = this.#operation;
    if (operation)
      span.rename(`${operation.type} ${operation.definition.name?.value ?? ''}`.trim());
    span.set({
      'http.response.status_code': status,
      'graphql.operation.type': operation?.type,
      'graphql.operation.name': operation?.definition.name?.value,
      'souk.request.id': this.requestId,
    });
    span.end(codes[0]);
  }

  #report(status: number, codes: readonly string[]): void {
    this.#endSpan(status, codes);
    this.#endpoint.telemetry.answered({
      requestId: this.requestId,
      transport: this.#transport ?? (this.#isStreamed ? 'sse' : 'http'),
      operation: this.#operation,
      type: this.#type,
      cost: this.#cost,
      startedAt: this.startedAt,
      status,
      codes,
    });
  }

  #extensions(cost: number | undefined, plan: PlanOutline | null) {
    const { exposeCost, guard } = this.#endpoint;
    const showsCost = cost !== undefined && this.#shows(exposeCost, COST_HEADER);
    if (!showsCost && !plan) return undefined;
    return {
      ...(showsCost ? { cost: { estimated: cost, limit: guard.limits.cost } } : {}),
      ...(plan ? { plan } : {}),
    };
  }

  #shows(mayShow: boolean, header: string): boolean {
    return mayShow && this.incoming.headers[header] !== undefined;
  }

  #sendRefusal(refusal: Refusal): void {
    const { status, headers } = httpHeadOf(refusal.errors);
    const extensions = this.#extensions(refusal.cost, null);
    const body = JSON.stringify({ errors: refusal.clientErrors(), extensions });
    this.#cost ??= refusal.cost;
    this.#type = refusal.type;
    this.#write(status, body, codesOf(refusal.errors), headers);
  }

  /** Answers with the error of whatever went wrong on the way. */
  failed(error: unknown): void {
    const { response, requestId } = this;
    const { logger } = this.#endpoint;
    if (response.headersSent) {
      response.destroy();
    } else if (error instanceof Refusal) {
      this.#sendRefusal(error);
    } else if (error instanceof RequestFailure) {
      const { status, code, message, headers, extensions } = error;
      // Else it would stand in the way of a refresh, which needs no access token.
      const isOfCookie = this.incoming.headers.authorization === undefined;
      if (status === 401 && isOfCookie && keepsSession(this.incoming))
        this.#setCookies(withoutAccess());
      this.#write(status, failureBody(code, message, extensions), [code], headers);
    } else if (response.destroyed) {
      // Not what was read of it: a request whose body has come in full is destroyed as well.
      this.#report(CLIENT_LEFT, []);
    } else {
      logger.error({ err: error, requestId }, 'request failed');
      const message = 'Something went wrong on our side.';
      const code = 'INTERNAL_SERVER_ERROR';
      this.#write(500, failureBody(code, message, { requestId }), [code]);
    }
  }
}

/** The span of a request, which goes on with the client's trace where it sends one. */
const requestSpan = (method: string | undefined, headers: IncomingMessage['headers']) =>
  enterSpan(`${method} /graphql`, traceIn(headers), SpanKind.SERVER, {
    'http.request.method': method,
    'http.route': '/graphql',
  });

const isMutation = ({ request }: KnownBody): boolean =>
  request.operation.type === OperationTypeNode.MUTATION;

function throwRefusal(refusal: Refusal | null): void {
  if (refusal) throw refusal;
}

function assertStreamed(isStreamed: boolean): void {
  if (isStreamed) return;
  throw new RequestFailure(
    405,
    'OPERATION_NOT_SUPPORTED',
    'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream or multipart/mixed.',
    { allow: 'GET, POST' },
  );
}

const onlyQueriesByGet = (type: OperationTypeNode): GraphQLError =>
  new GraphQLError(`GET requests only support query operations, not ${type} operations`, {
    extensions: {
      code: 'BAD_REQUEST',
      http: { status: 405, headers: new Map([['allow', 'POST']]) },
    },
  });
