import { ApolloGateway, type SupergraphSdlUpdateFunction } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { checkScalars, type ScalarChecks } from '@souk/engine';
import type { Logger } from '@souk/runtime';
import { type FormattedExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { Bag, type Placed } from '../bag.ts';
import type { GatewayContext } from '../context.ts';
import { AnswerText, execute } from '../executor.ts';
import { asApolloLoads } from './as-apollo-loads.ts';
import type { LoadedSupergraph } from './loaded-supergraph.ts';
import type { SupergraphSource } from './supergraph-source.ts';

type ApolloGatewayInterface = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['gateway']>;

/** Apollo Gateway with another executor, for `new ApolloServer({ gateway })`. */
export interface HouseGateway extends ApolloGatewayInterface {
  /** The supergraph that new operations run on. Throws before the first is loaded. */
  current(): LoadedSupergraph;
  /** The supergraph that a schema told to Apollo Server belongs to. */
  of(schema: GraphQLSchema): LoadedSupergraph;
  /** Calls back after every change of the supergraph; returns how to stop. */
  onChange(changed: (supergraph: LoadedSupergraph) => void): () => void;
}

interface Listener extends Placed {
  changed(supergraph: LoadedSupergraph): void;
}

export interface HouseGatewayOptions {
  source: SupergraphSource;
  /** Throws when the text cannot be served. */
  load(sdl: string): LoadedSupergraph;
  /** What clients may give for the scalars of a supergraph. */
  scalars(sdl: string): ScalarChecks;
  logger: Logger;
}

/**
 * `ApolloGateway` keeps its part, loading the supergraph and telling Apollo Server of its schema;
 * plans run on our own engine. A request runs on the supergraph it was validated against, even
 * when a new one comes meanwhile.
 */
export function createHouseGateway({
  source,
  load,
  scalars,
  logger,
}: HouseGatewayOptions): HouseGateway {
  const bySchema = new WeakMap<GraphQLSchema, LoadedSupergraph>();
  const listeners = new Bag<Listener>();
  let current: LoadedSupergraph | null = null;
  /** The schema that Apollo Server validates against; it stays where only what is stripped changed. */
  let validated: GraphQLSchema | null = null;
  /** Of the texts that were read, in order. */
  let lastTurn = 0;
  let update: SupergraphSdlUpdateFunction = () => {};

  // Apollo Gateway reports where it is deployed unless told not to; nobody here asked it to.
  process.env.APOLLO_TELEMETRY_DISABLED ??= '1';
  const gateway = new ApolloGateway({
    logger: logger.child({}, { level: 'warn' }),
    supergraphSdl: async (functions) => {
      update = functions.update;
      current = load(await source.load());
      await current.engine.ready;
      const stopWatching = source.watch((sdl) => void replace(sdl));
      return {
        supergraphSdl: asApolloLoads(current.document),
        cleanup: async () => stopWatching(),
      };
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    checkScalars(apiSchema, scalars(coreSupergraphSdl));
    validated = apiSchema;
  });

  /** From here on the supergraph serves, whether or not Apollo Gateway saw a difference. */
  const serve = (supergraph: LoadedSupergraph) => {
    if (validated) bySchema.set(validated, supergraph);
    current = supergraph;
    for (const { changed } of [...listeners]) changed(supergraph);
  };

  /** A supergraph that cannot be served changes nothing: the last good one stays. */
  const replace = async (sdl: string) => {
    const turn = ++lastTurn;
    try {
      const next = load(sdl);
      await next.engine.ready;
      // A later text has been read meanwhile, or the gateway has stopped.
      if (turn !== lastTurn) return next.engine.close();
      const before = loaded();
      update(asApolloLoads(next.document));
      serve(next);
      before.engine.close();
      logger.info('the supergraph was replaced');
    } catch (err) {
      logger.error(
        { err, problem: problemOf(err) },
        'the new supergraph is refused; the last good one stays',
      );
    }
  };

  const loaded = () => {
    if (!current) throw new Error('no supergraph is loaded');
    return current;
  };
  const of = (schema: GraphQLSchema) => bySchema.get(schema) ?? loaded();

  return {
    load: async (options) => {
      await gateway.load(options);
      serve(loaded());
      return {
        executor: async ({ schema, document, source: text, request, context }) => {
          const { operationName } = request;
          const own = context as GatewayContext;
          const variables = own.variables ?? request.variables ?? {};
          const operation = { source: text, document, operationName, variables };
          const answer = await execute(of(schema), operation, own);
          return answer instanceof AnswerText ? { data: { answer } } : asResult(answer);
        },
      };
    },
    stop: async () => {
      lastTurn += 1;
      await gateway.stop();
      current?.engine.close();
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    current: loaded,
    of,
    onChange: (changed) => {
      const listener = { changed, place: -1 };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Apollo Server formats only errors that are GraphQLErrors. */
const asResult = ({ data, errors, extensions }: FormattedExecutionResult) => ({
  ...(data === undefined ? {} : { data }),
  ...(extensions ? { extensions } : {}),
  ...(errors
    ? {
        errors: errors.map(({ message, path, locations, extensions: given }) =>
          Object.assign(new GraphQLError(message, { path, extensions: given }), { locations }),
        ),
      }
    : {}),
});

/** What is wrong and where, in words; GraphQL errors print the place in the text. */
const problemOf = (error: unknown) => String(error instanceof Error ? error : String(error));
