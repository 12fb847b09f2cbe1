import { buildSubgraphSchema } from '@apollo/subgraph';
import { stoppable } from '@souk/runtime/async';
import { apiKeyScopeMissing, typeOfId } from '@souk/runtime/domain';
import { createLoader, type Loader } from '@souk/runtime/graphql';
import type { InternalIdentity } from '@souk/runtime/identity';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  isObjectType,
  parse,
} from 'graphql';
import type { LocalRequest, LocalSubgraph } from '../upstream/local-subgraph.ts';
import type { AskOwner } from './ask-owners.ts';
import { MAX_NODES } from './identity-schema.ts';
import type { ViewerStreamItem } from './viewer-stream.ts';

/** A gateway repeats the same few documents. */
const MAX_DOCUMENTS = 1_000;

interface Named {
  readonly __typename: string;
  readonly id: string;
}

interface Asking {
  isThere(claim: Named): Promise<boolean>;
  /** Whether something that another subgraph refers to as `Shareable` exists: its id came from a client. */
  isShown(claim: Named): Promise<boolean>;
}

const believed = () => Promise.resolve(true);

/** The arguments of `viewerEvents`. */
export interface AskedEvents {
  readonly topics?: readonly string[] | null;
  readonly after?: string | null;
}

/** Opens `viewerEvents` for the viewer, until the signal aborts. */
export type OpenViewerEvents = (
  asked: AskedEvents,
  identity: InternalIdentity,
  signal: AbortSignal,
) => AsyncIterable<ViewerStreamItem>;

interface Listening extends Asking {
  readonly identity: InternalIdentity;
  readonly signal: AbortSignal;
}

/** Asks each owner once for all ids of an operation, and about each id once. */
function batched(askOwner: AskOwner, identity: InternalIdentity): Asking['isShown'] {
  const byType = new Map<string, Loader<string>>();
  return async ({ __typename, id }) => {
    const loader =
      byType.get(__typename) ??
      createLoader(
        (ids: readonly string[]) => askOwner(__typename, ids, identity),
        (known) => known,
      );
    byType.set(__typename, loader);
    return (await loader.load(id)) !== null;
  };
}

/**
 * Answers `node`, `nodes` and `shareable`. The id says the type. The owner is asked whether the object exists
 * and whether this viewer may see it, so that a missing object is null whatever is selected of it. When
 * nobody can be asked, every id is believed. Subscribers get `viewerEvents`.
 */
export function createIdentitySubgraph(
  typeDefs: string,
  askOwner?: AskOwner,
  openViewerEvents?: OpenViewerEvents,
): LocalSubgraph {
  const askingIn = (identity: InternalIdentity, areKnown: boolean): Asking => {
    if (!askOwner) return { isThere: believed, isShown: believed };
    // The scopes of an API key are about root fields, and an id alone could name anything. A program is shown
    // what anonymous clients see.
    if (identity.viewer?.apiKeyScopes) {
      const isShown = batched(askOwner, { ...identity, viewer: null });
      return { isThere: () => Promise.resolve(false), isShown };
    }
    const isShown = batched(askOwner, identity);
    return { isThere: areKnown ? believed : isShown, isShown };
  };
  const claimed = (id: string): Named | null => {
    const name = typeOfId(id);
    return name !== null && isObjectType(schema.getType(name)) ? { __typename: name, id } : null;
  };
  const named = async (id: string, { isThere }: Asking): Promise<Named | null> => {
    const claim = claimed(id);
    return claim && (await isThere(claim)) ? claim : null;
  };
  const shareable = async (id: string, { isShown }: Asking): Promise<Named | null> => {
    const claim = claimed(id);
    if (claim === null) return null;
    const type = schema.getType(claim.__typename);
    const canBeShared =
      isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Shareable');
    return canBeShared && (await isShown(claim)) ? claim : null;
  };
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers: {
      Query: {
        node: (_: unknown, { id }: { id: string }, asking: Asking) => named(id, asking),
        nodes: (_: unknown, { ids }: { ids: string[] }, asking: Asking) => {
          if (ids.length > MAX_NODES) throw tooManyNodes();
          return ids.map((id) => named(id, asking));
        },
        shareable: (_: unknown, { id }: { id: string }, asking: Asking) => shareable(id, asking),
      },
      Subscription: {
        viewerEvents: {
          subscribe: (_: unknown, asked: AskedEvents, { identity, signal }: Listening) => {
            if (identity.viewer?.apiKeyScopes) throw notForPrograms();
            return openViewerEvents?.(asked, identity, signal);
          },
        },
      },
      Shareable: {
        __resolveReference: ({ id }: { id: string }, asking: Asking) => shareable(id, asking),
      },
    } as never,
  });
  const documents = new Map<string, DocumentNode>();
  const documentOf = (query: string) => {
    const document = documents.get(query) ?? parse(query);
    if (documents.size >= MAX_DOCUMENTS) documents.delete(documents.keys().next().value as string);
    documents.set(query, document);
    return document;
  };
  return {
    execute: async (request: LocalRequest): Promise<ExecutionResult> => {
      const { query, operationName, variables, identity, areKnown } = request;
      const document = documentOf(query);
      const contextValue = askingIn(identity, areKnown ?? false);
      return execute({ schema, document, operationName, variableValues: variables, contextValue });
    },
    subscribe: async ({ query, operationName, variables, identity }) => {
      const document = documentOf(query);
      // An event comes from the owner of the object that it is about.
      const contextValue: Asking = { isThere: believed, isShown: believed };
      const asked = { schema, document, operationName, variableValues: variables };
      return stoppable((signal) => resultsOf(asked, { ...contextValue, identity, signal }));
    },
  };
}

/** What a subscription sends; an error within a topic is passed on unchanged, to keep its code. */
async function* resultsOf(
  asked: ExecutionArgs,
  contextValue: Listening,
): AsyncGenerator<ExecutionResult, void, undefined> {
  const source = await createSourceEventStream({ ...asked, contextValue });
  if (!(Symbol.asyncIterator in source)) return yield source;
  for await (const item of source as AsyncIterable<ViewerStreamItem>) {
    yield 'failed' in item
      ? item.failed
      : await execute({ ...asked, contextValue, rootValue: { viewerEvents: item.event } });
  }
}

/** Streams of everything are for people: no scope of an API key includes them. */
const notForPrograms = () => {
  const { code, message } = apiKeyScopeMissing();
  return new GraphQLError(message, { extensions: { code } });
};

const tooManyNodes = () =>
  new GraphQLError(`At most ${MAX_NODES} ids at a time.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
