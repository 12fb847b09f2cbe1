import { createBoundedCache } from '@souk/engine';
import type { Logger } from '@souk/runtime/process';
import { type DocumentNode, GraphQLError, Kind } from 'graphql';
import { refusal } from '../refusal.ts';
import { idOf, isOperationId } from './operation-id.ts';
import { outlineOf } from './outline.ts';
import {
  createRegisteredOperations,
  DEFAULT_REGISTRATION_LIMITS,
  type RegistrationLimits,
} from './registered-operations.ts';
import { openSafelist, type Safelist } from './safelist.ts';

export interface PersistedOptions {
  /** Let clients register operations by sending each once with its id (Apollo's APQ). */
  automatic?: boolean | Partial<RegistrationLimits>;
  /** Run only the operations of a manifest, or log all others. */
  safelist?: SafelistOptions;
  logger: Logger;
}

export interface SafelistOptions {
  mode: 'log' | 'enforce';
  /** Read again whenever it changes; see parseManifest. */
  manifestFile: string;
  /** Milliseconds between checks of the file. */
  pollMs?: number;
}

/** What a client sent to name its operation: the text, its id, or both. */
export interface AskedOperation {
  readonly query: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

export interface ResolvedOperation {
  readonly query: string;
  /** The id under which the text is kept once it has proved valid. */
  readonly registerAs?: string | undefined;
}

/** Operations that clients name instead of sending them, and which operations may run at all. */
export interface PersistedOperations {
  /** A different value whenever the set of operations that may run has changed. */
  readonly edition: unknown;
  /** The text to run. An error with `http.status` 200 asks the client to send the text. */
  resolve(asked: AskedOperation): ResolvedOperation | GraphQLError;
  /** The texts of the manifest. */
  listed(): Iterable<string>;
  /** Whether a text is in the manifest. */
  isListed(text: string): boolean;
  /** Why a text may not run at all. */
  problemOf(text: string): GraphQLError | null;
  /** Called with each document that was parsed and is within the limits. */
  seen(text: string, document: DocumentNode): void;
  /** Called with each operation that is valid and within the limits. */
  accepted(operation: ResolvedOperation): void;
  close(): void;
}

/** Unknown operations that were logged are remembered, up to this many. */
const MOST_LOGGED = 10_000;

export const noPersistedOperations = (): PersistedOperations =>
  rulesOf(null, 'off', null, undefined);

/** Rejects when there is a manifest that cannot be read. */
export async function createPersistedOperations(
  options: PersistedOptions,
): Promise<PersistedOperations> {
  const { automatic = false, safelist, logger } = options;
  if (automatic && safelist?.mode === 'enforce') {
    throw new Error('clients cannot register operations where only those of a manifest may run');
  }
  const list = safelist
    ? await openSafelist(safelist.manifestFile, { logger, pollMs: safelist.pollMs })
    : null;
  const limits = { ...DEFAULT_REGISTRATION_LIMITS, ...(automatic === true ? {} : automatic) };
  return rulesOf(list, safelist?.mode ?? 'off', automatic ? limits : null, logger);
}

function rulesOf(
  safelist: Safelist | null,
  mode: 'off' | 'log' | 'enforce',
  registration: RegistrationLimits | null,
  logger: Logger | undefined,
): PersistedOperations {
  const registered = registration && createRegisteredOperations(registration);
  const logged = createBoundedCache<string, true>(MOST_LOGGED);
  const understandsIds = safelist !== null || registered !== null;

  return {
    get edition() {
      return safelist?.edition;
    },
    resolve: ({ query = '', extensions }) => {
      const given = extensions?.persistedQuery;
      if (given === undefined) return { query };
      if (!understandsIds) return notSupported();
      const id = idGiven(given);
      if (id === null) return malformed();
      if (query !== '') {
        if (idOf(query) !== id) return mismatch();
        return { query, registerAs: registered ? id : undefined };
      }
      const text = safelist?.textOf(id) ?? registered?.get(id);
      if (text !== undefined) return { query: text };
      return mode === 'enforce' ? notListed() : notFound();
    },
    listed: () => safelist?.texts() ?? [],
    isListed: (text) => safelist?.has(text) ?? false,
    problemOf: (text) => (mode === 'enforce' && !safelist?.has(text) ? notListed() : null),
    seen: (text, document) => {
      if (mode !== 'log' || safelist?.has(text)) return;
      const id = idOf(text);
      if (logged.get(id)) return;
      logged.set(id, true);
      logger?.warn(
        { id, operations: namesIn(document), outline: outlineOf(document) },
        'an operation is not in the manifest; it was let through',
      );
    },
    accepted: ({ query, registerAs }) => {
      if (registerAs !== undefined) registered?.set(registerAs, query);
    },
    close: () => safelist?.close(),
  };
}

function idGiven(given: unknown): string | null {
  if (typeof given !== 'object' || given === null) return null;
  const { version, sha256Hash } = given as Record<string, unknown>;
  return version === 1 && isOperationId(sha256Hash) ? sha256Hash : null;
}

const namesIn = ({ definitions }: DocumentNode): string[] =>
  definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value ?? 'anonymous'] : [],
  );

const notListed = () =>
  refusal('Only operations from the manifests of released clients are accepted.', {
    code: 'PERSISTED_QUERY_REQUIRED',
  });

const mismatch = () =>
  refusal('`sha256Hash` is not the SHA-256 of `query`.', { code: 'BAD_REQUEST' });

const malformed = () =>
  refusal('`extensions.persistedQuery` must be { version: 1, sha256Hash: "64 hex digits" }.', {
    code: 'BAD_REQUEST',
  });

/** With status 200 and exactly these messages, clients send the whole operation (Apollo's protocol). */
const sendTheText = (code: string, message: string) =>
  new GraphQLError(message, { extensions: { code, http: { status: 200 } } });

const notFound = () => sendTheText('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
const notSupported = () =>
  sendTheText('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
