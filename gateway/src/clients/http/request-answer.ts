import {
  errorsOfParts,
  type PartsReceiver,
  type PlanOutline,
  type ResponseBody,
  responseText,
} from '@souk/engine';
import { OperationTypeNode } from 'graphql';
import { httpHeadOf, Refusal } from '../../pipeline/refusal.ts';
import { codesIn, codesOf } from '../../telemetry/error-codes.ts';
import { CLIENT_LEFT } from '../../telemetry/operation-telemetry.ts';
import { type PartsFraming, PartsResponse } from '../incremental/parts-response.ts';
import { serverSentEvents, wholeAsEvents } from '../streams/stream-format.ts';
import { answerTypeFor, namesType } from './accepted-types.ts';
import type { KeptSession } from './cookies/kept-session.ts';
import { keepsSession, withoutAccess } from './cookies/session-cookies.ts';
import type { Exchange } from './exchange.ts';
import type { GraphQLEndpointOptions } from './graphql-endpoint.ts';
import { failureBody, RequestFailure } from './request-failure.ts';
import type { RequestRecord } from './request-record.ts';

/** When this header is sent with any value, the answer says what the operation costs. */
export const COST_HEADER = 'x-graphql-cost';
/** When this header is sent with any value, the answer says how the operation is planned. */
export const PLAN_HEADER = 'x-graphql-plan';

const NO_CODES: readonly string[] = [];
/**
 * Statuses that are sent as an event to a client that accepts only a stream: answers with data, and errors of
 * the operation itself.
 */
const SENT_AS_EVENT: ReadonlySet<number> = new Set([200, 400, 504]);

/**
 * Whether a query or mutation is answered by server-sent events: when the client accepts nothing else, as
 * graphql-sse's client does for every operation.
 */
export const isAnsweredAsStream = (accept: string | undefined): boolean =>
  answerTypeFor(accept) === null && namesType(accept, 'text/event-stream');

/** The one answer of a request, in the format that its client accepts, and the answers to failures. */
export class RequestAnswer {
  /** The client accepts only server-sent events: the answer is one event, and then the stream ends. */
  isStreamed = false;
  readonly #exchange: Exchange;
  readonly #record: RequestRecord;
  readonly #endpoint: GraphQLEndpointOptions;

  constructor(exchange: Exchange, record: RequestRecord, endpoint: GraphQLEndpointOptions) {
    this.#exchange = exchange;
    this.#record = record;
    this.#endpoint = endpoint;
  }

  /** Sends the answer of an operation; without its tokens when the page has its session in cookies. */
  send(status: number, body: ResponseBody, isPlain: boolean, kept: KeptSession | null): void {
    const codes = isPlain ? NO_CODES : codesIn(responseText(body));
    if (!kept) {
      this.#write(status, body, codes);
      return;
    }
    const { body: rest, cookies } = kept.taken(responseText(body));
    this.#setCookies(cookies);
    this.#write(status, rest, codes);
  }

  /**
   * Receives the parts of an answer as they come. When the client disconnects, `leaving` cancels what is
   * still pending.
   */
  inParts(
    type: OperationTypeNode,
    { transport, format, contentType, start, part, end }: PartsFraming,
    leaving: AbortController,
  ): PartsReceiver {
    const { streamLimits, writer } = this.#endpoint;
    const { response, incoming } = this.#exchange;
    const giveUpWithClient = (): void => {
      if (response.destroyed) leaving.abort();
      else response.once('close', () => leaving.abort());
    };
    // A mutation is not cancelled once it has begun.
    const isMutation = type === OperationTypeNode.MUTATION;
    if (!isMutation) giveUpWithClient();
    const parts = new PartsResponse(response, streamLimits);
    const codes = new Set<string>();
    const ended = (): void => {
      parts.end(end);
      this.#record.answered(response.destroyed ? CLIENT_LEFT : 200, [...codes], transport);
    };
    return {
      first: (answer) => {
        const { status, body, pending } = answer;
        const mayBeWhole = answerTypeFor(incoming.headers.accept) !== null;
        if (pending.length === 0 && (mayBeWhole || status !== 200)) {
          this.#write(status, body, codesIn(body));
          return;
        }
        for (const code of codesIn(body)) codes.add(code);
        if (!response.destroyed) {
          writer.begin(this.#exchange);
          response.writeHead(200, { 'content-type': contentType, 'x-accel-buffering': 'no' });
        }
        parts.write(start + part(format.first(answer)));
        if (pending.length === 0) ended();
        else if (isMutation) giveUpWithClient();
      },
      later: (batch) => {
        for (const code of codesOf(errorsOfParts(batch))) codes.add(code);
        parts.write(part(format.later(batch)));
        if (batch.isLast) ended();
      },
    };
  }

  refuse(refusal: Refusal): void {
    const { status, headers } = httpHeadOf(refusal.errors);
    const extensions = this.extensions(refusal.cost, null);
    const body = JSON.stringify({ errors: refusal.clientErrors(), extensions });
    const record = this.#record;
    record.cost ??= refusal.cost;
    record.type = refusal.type;
    this.#write(status, body, codesOf(refusal.errors), headers);
  }

  /** Answers with whatever error occurred. */
  fail(error: unknown): void {
    const { response, requestId, incoming } = this.#exchange;
    if (response.headersSent) {
      response.destroy();
    } else if (error instanceof Refusal) {
      this.refuse(error);
    } else if (error instanceof RequestFailure) {
      const { status, code, message, headers, extensions } = error;
      // Otherwise an invalid cookie would also prevent a refresh, which needs no access token.
      const isOfCookie = incoming.headers.authorization === undefined;
      if (status === 401 && isOfCookie && keepsSession(incoming)) this.#setCookies(withoutAccess());
      this.#write(status, failureBody(code, message, extensions), [code], headers);
    } else if (response.destroyed) {
      // `response` is checked, not `incoming`: a request whose body has been read in full is destroyed as
      // well.
      this.#record.answered(CLIENT_LEFT, [], this.#transport);
    } else {
      this.#endpoint.logger.error({ err: error, requestId }, 'request failed');
      const message = 'Something went wrong on our side.';
      const code = 'INTERNAL_SERVER_ERROR';
      this.#write(500, failureBody(code, message, { requestId }), [code]);
    }
  }

  /** The extensions of a response, for clients who ask for them and may have them. */
  extensions(cost: number | undefined, plan: PlanOutline | null) {
    const { exposeCost, guard } = this.#endpoint;
    const showsCost = cost !== undefined && this.shows(exposeCost, COST_HEADER);
    if (!showsCost && !plan) return undefined;
    return {
      ...(showsCost ? { cost: { estimated: cost, limit: guard.limits.cost } } : {}),
      ...(plan ? { plan } : {}),
    };
  }

  shows(mayShow: boolean, header: string): boolean {
    return mayShow && this.#exchange.incoming.headers[header] !== undefined;
  }

  get #transport() {
    return this.isStreamed ? 'sse' : 'http';
  }

  #setCookies(cookies: readonly string[]): void {
    if (cookies.length > 0) this.#exchange.response.setHeader('set-cookie', cookies);
  }

  #write(
    status: number,
    body: ResponseBody,
    codes: readonly string[],
    headers?: Readonly<Record<string, string>>,
  ): void {
    const { writer } = this.#endpoint;
    // A client that exceeds its rate, or whose token is invalid, gets the status of any other request.
    if (this.isStreamed && SENT_AS_EVENT.has(status)) {
      const { response } = this.#exchange;
      writer.begin(this.#exchange);
      response.writeHead(200, {
        'content-type': serverSentEvents.contentType,
        'x-accel-buffering': 'no',
      });
      response.end(wholeAsEvents(body));
    } else writer.write(this.#exchange, status, body, headers);
    // Recorded is the status of the operation; the response of a stream itself is always a 200.
    this.#record.answered(status, codes, this.#transport);
  }
}
