import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlanOutline } from '@souk/engine';
import { type BodyReceiver, collectBody } from '@souk/runtime/process';
import { OperationTypeNode } from 'graphql';
import type { VerifiedViewer } from '../../authentication/viewer.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import { operationCache, tally } from '../../pipeline/cache-metrics.ts';
import { isMutation, type Operation, preparedFor } from '../../pipeline/operation.ts';
import { Refusal } from '../../pipeline/refusal.ts';
import { requestContext } from '../../upstream/context.ts';
import { partsFramingFor } from '../incremental/parts-response.ts';
import { answerTypeFor, assertAcceptsAnswer } from './accepted-types.ts';
import { userAgentOf } from './client-of-request.ts';
import { KeptSession } from './cookies/kept-session.ts';
import { keepsSession, refreshCookieOf } from './cookies/session-cookies.ts';
import { assertOwnSite } from './cross-site.ts';
import type { Exchange } from './exchange.ts';
import type { Endpoint, KnownBody } from './graphql-endpoint.ts';
import { MAX_HEADERS } from './http-limits.ts';
import {
  assertJsonContent,
  type GraphQLParameters,
  parametersInBody,
  parametersInUrl,
  textOf,
} from './read-body.ts';
import { isAnsweredAsStream, PLAN_HEADER, RequestAnswer } from './request-answer.ts';
import {
  assertStreamed,
  methodNotAllowed,
  onlyQueriesByGet,
  payloadTooLarge,
  RequestFailure,
} from './request-failure.ts';
import { RequestRecord } from './request-record.ts';
import { authentic, viewerOf } from './request-viewer.ts';

/**
 * One request on its way through the steps of the pipeline. A body that is known to be valid takes the same
 * way as any other; it waits only for the viewer to be identified. This is a class because creating closures
 * for each request would cost more than everything that is done here.
 */
export class GraphQLExchange implements Exchange, BodyReceiver {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: string;
  readonly #endpoint: Endpoint;
  readonly #record: RequestRecord;
  readonly #answer: RequestAnswer;
  #verified: VerifiedViewer | null = null;
  #kept: KeptSession | null = null;

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
    this.address = address;
    this.#record = new RequestRecord(requestId, endpoint.telemetry);
    this.#answer = new RequestAnswer(this, this.#record, endpoint);
  }

  get requestId(): string {
    return this.#record.requestId;
  }

  get startedAt(): number {
    return this.#record.startedAt;
  }

  /** Clients with the same key wait in one queue for their new operations to be understood. */
  get row(): string {
    return addressKey(this.address);
  }

  isWanted(): boolean {
    return !this.response.destroyed;
  }

  get trace(): Exchange['trace'] {
    return this.#record.trace;
  }

  begin(): void {
    try {
      this.#begin();
    } catch (error) {
      this.#answer.fail(error);
    }
  }

  #begin(): void {
    const { pipeline, limits, guard } = this.#endpoint;
    const { method, rawHeaders } = this.incoming;
    this.#record.begin(this.incoming);
    if (rawHeaders.length > 2 * MAX_HEADERS) {
      throw new RequestFailure(431, 'BAD_REQUEST', `At most ${MAX_HEADERS} headers.`);
    }
    throwRefusal(pipeline.admit.address(this.address));
    if (method === 'POST') {
      assertJsonContent(this.incoming);
      collectBody(this.incoming, limits.bodyBytes, this);
    } else if (method === 'GET') {
      this.#identify(null, parametersInUrl(this.incoming, limits.jsonDepth, guard.persisted), null);
    } else throw methodNotAllowed('GET, POST');
  }

  received(body: Buffer): void {
    try {
      this.#receive(textOf(body));
    } catch (error) {
      this.#answer.fail(error);
    }
  }

  tooLarge(): void {
    this.#answer.fail(payloadTooLarge(this.#endpoint.limits.bodyBytes));
  }

  #receive(text: string): void {
    const { bodies, pipeline, limits, guard } = this.#endpoint;
    const known = bodies.get(text);
    const mayAnswer = answerTypeFor(this.incoming.headers.accept) !== null;
    // Mutations of a page with a session in cookies are never reused.
    const isRemembered =
      known && !(isMutation(known.request.operation) && keepsSession(this.incoming));
    if (isRemembered && mayAnswer && pipeline.isCurrent(known.request.operation)) {
      tally(operationCache, true);
      this.#identify(known, null, null);
    } else this.#identify(null, parametersInBody(text, limits.jsonDepth, guard.persisted), text);
  }

  /** A request without a token or cookie has no viewer, so nothing is waited for. */
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
      .catch((error) => this.#answer.fail(error));
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
    this.#record.enter('understand');
    const { query, operationName } = parameters;
    const understood = this.#endpoint.pipeline.understand(query, operationName, this);
    if (understood instanceof Promise) {
      understood
        .then((operation) => this.#understood(operation, parameters, text))
        .catch((error) => this.#answer.fail(error));
    } else this.#understood(understood, parameters, text);
  }

  /** Goes on with a query or mutation; a refusal and a subscription are answered here. */
  #understood(
    operation: Operation | Refusal,
    parameters: GraphQLParameters,
    text: string | null,
  ): void {
    const { pipeline, streams, bodies, origins } = this.#endpoint;
    const { variables } = parameters;
    this.#record.enter(null);
    if (!(operation instanceof Refusal)) this.#record.operation = operation;
    if (this.incoming.method === 'GET') assertOwnSite(this.incoming, operation.type, origins);
    if (operation instanceof Refusal) {
      if (!streams.sendRefusal(operation, this)) this.#answer.refuse(operation);
      return;
    }
    if (operation.type === OperationTypeNode.SUBSCRIPTION) {
      streams
        .stream({ operation, parameters, verified: this.#verified }, this)
        .then(assertStreamed)
        .catch((error) => this.#answer.fail(error));
      return;
    }
    const { accept } = this.incoming.headers;
    this.#answer.isStreamed = isAnsweredAsStream(accept);
    const comesInParts = operation.prepared.defers && partsFramingFor(accept) !== null;
    if (!this.#answer.isStreamed && !comesInParts) assertAcceptsAnswer(accept);
    if (this.incoming.method === 'GET' && operation.type !== OperationTypeNode.QUERY) {
      throw new Refusal([onlyQueriesByGet(operation.type)]);
    }
    // A page that has its session in cookies.
    if (isMutation(operation) && keepsSession(this.incoming)) {
      const cookie = refreshCookieOf(this.incoming, origins);
      this.#kept = new KeptSession(operation, cookie);
    }
    const request = pipeline.admit.variables(
      operation,
      this.#kept?.variables(variables) ?? variables,
    );
    if (request instanceof Refusal) throw request;
    const known = { request, parameters };
    if (text !== null && !this.#kept) bodies.set(text, known);
    this.#confirm(known);
  }

  /** Before data is changed, confirms that the session has not just ended. */
  #confirm(known: KnownBody): void {
    const confirm = isMutation(known.request.operation) ? this.#verified?.confirm : undefined;
    if (confirm) {
      authentic(confirm)
        .then(() => this.#admit(known))
        .catch((error) => this.#answer.fail(error));
    } else this.#admit(known);
  }

  #admit({ request, parameters }: KnownBody): void {
    const { pipeline, guard } = this.#endpoint;
    this.#record.enter('admit');
    this.#record.operation = request.operation;
    this.#record.cost = request.cost;
    guard.persisted.accepted(parameters);
    const asker = { address: this.address, viewer: this.#verified?.viewer ?? null };
    const refusal = pipeline.admit.request(request, asker);
    if (!(refusal instanceof Promise)) {
      this.#admitted(request, refusal);
      return;
    }
    refusal
      .then((late) => this.#admitted(request, late))
      .catch((error) => this.#answer.fail(error));
  }

  #admitted(request: KnownBody['request'], refusal: Refusal | null): void {
    if (refusal) throw refusal;
    if (!this.#answer.shows(this.#endpoint.exposePlan, PLAN_HEADER)) {
      this.#run(request, null);
      return;
    }
    preparedFor(request.operation, this.#verified?.viewer ?? null)
      .outline()
      .then((plan) => this.#run(request, plan))
      .catch((error) => this.#answer.fail(error));
  }

  #run(request: KnownBody['request'], plan: PlanOutline | null): void {
    const { pipeline, limits } = this.#endpoint;
    const kept = this.#kept;
    this.#record.enter('run');
    const mutates = isMutation(request.operation);
    const context = requestContext({
      requestId: this.requestId,
      viewer: this.#verified?.viewer ?? null,
      clientAddress: mutates ? addressKey(this.address) : undefined,
      userAgent: mutates ? userAgentOf(this.incoming.headers) : undefined,
      timeoutMs: limits.requestTimeoutMs,
      extensions: this.#answer.extensions(request.cost, plan),
      signal: undefined,
      trace: this.#record.stepTrace,
    });
    const framing =
      request.operation.prepared.defers && !kept
        ? partsFramingFor(this.incoming.headers.accept)
        : null;
    if (framing) {
      const leaving = new AbortController();
      const receiver = this.#answer.inParts(request.operation.type, framing, leaving);
      const inParts = { ...context, sharingKey: undefined, signal: leaving.signal };
      pipeline.runInParts(request, inParts, receiver);
      return;
    }
    pipeline.run(request, context, (status, body, isPlain = false) =>
      this.#answer.send(status, body, isPlain, kept),
    );
  }

  streaming(): void {
    this.#record.endSpan(200, []);
  }
}

function throwRefusal(refusal: Refusal | null): void {
  if (refusal) throw refusal;
}
