import { ApolloGateway, type SupergraphSdlUpdateFunction } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { checkScalars, parseExactly, responseText, type ScalarChecks } from '@souk/engine';
import type { Logger } from '@souk/runtime/process';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { Refusal } from '../../pipeline/refusal.ts';
import type { ServedSupergraphs } from '../../supergraph/served-supergraphs.ts';
import { codesIn, codesOf } from '../../telemetry/error-codes.ts';
import type { OperationReport, OperationTelemetry } from '../../telemetry/operation-telemetry.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import { asApolloLoads } from './as-apollo-loads.ts';

/** What `new ApolloServer({ gateway })` takes. */
export type ApolloGatewayInterface = NonNullable<
  ApolloServerOptionsWithGateway<BaseContext>['gateway']
>;

export interface ApolloGatewayOptions {
  supergraphs: Pick<ServedSupergraphs, 'current' | 'onChange'>;
  pipeline: Pipeline;
  start(): Promise<void>;
  close(): Promise<void>;
  /** What clients may pass for the scalars of a supergraph. */
  scalars(sdl: string): ScalarChecks;
  /** What the pipeline needs to know about a request, taken from the context that Apollo Server made. */
  contextOf(contextValue: BaseContext): GatewayContext & { readonly address?: string };
  telemetry: OperationTelemetry;
  logger: Logger;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/**
 * The pipeline as the `gateway` of an Apollo Server, for teams with their own plugins. `ApolloGateway` still
 * gives Apollo Server the schema; every operation goes through the steps of the pipeline.
 */
export function createApolloGateway({
  supergraphs,
  pipeline,
  start,
  close,
  scalars,
  contextOf,
  telemetry,
  logger,
}: ApolloGatewayOptions): ApolloGatewayInterface {
  let update: SupergraphSdlUpdateFunction = () => {};
  // Apollo Gateway reports its deployment unless told not to; nobody here asked for that.
  process.env.APOLLO_TELEMETRY_DISABLED ??= '1';
  const gateway = new ApolloGateway({
    logger: logger.child({}, { level: 'warn' }),
    supergraphSdl: async (functions) => {
      update = functions.update;
      await start();
      const stopListening = supergraphs.onChange(({ sdl }) => update(asApolloLoads(sdl)));
      return {
        supergraphSdl: asApolloLoads(supergraphs.current().sdl),
        cleanup: async () => stopListening(),
      };
    },
  });
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) =>
    checkScalars(apiSchema, scalars(coreSupergraphSdl)),
  );

  const answer = async (
    text: string,
    operationName: string | undefined,
    variables: Record<string, unknown>,
    context: ReturnType<ApolloGatewayOptions['contextOf']>,
  ): Promise<Result> => {
    const report: Writable<OperationReport> = {
      requestId: context.requestId,
      transport: 'apollo',
      operation: undefined,
      cost: undefined,
      startedAt: performance.now(),
    };
    const refused = ({ errors, type, cost = report.cost }: Refusal): Result => {
      telemetry.answered({ ...report, type, cost, codes: codesOf(errors) });
      return { errors };
    };
    const operation = await pipeline.understand(text, operationName, {
      row: context.address ?? 'apollo',
      isWanted: () => true,
    });
    if (operation instanceof Refusal) return refused(operation);
    report.operation = operation;
    const request = pipeline.admit.variables(operation, variables);
    if (request instanceof Refusal) return refused(request);
    report.cost = request.cost;
    const { viewer, address } = context;
    // Operations count towards rates only when the context says where the client is.
    const refusal =
      address === undefined ? null : await pipeline.admit.request(request, { viewer, address });
    if (refusal) return refused(refusal);
    const body = await new Promise<string>((resolve) =>
      pipeline.run(request, context, (_, body) => resolve(responseText(body))),
    );
    telemetry.answered({ ...report, codes: codesIn(body) });
    return asResult(parseExactly(body) as FormattedExecutionResult);
  };

  return {
    load: async (options) => {
      await gateway.load(options);
      return {
        executor: ({ source, request, context }) =>
          answer(
            source,
            request.operationName ?? undefined,
            request.variables ?? {},
            contextOf(context),
          ),
      };
    },
    stop: async () => {
      telemetry.close();
      await gateway.stop();
      await close();
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  };
}

interface Result {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
  extensions?: Record<string, unknown>;
}

/** Apollo Server formats only errors that are GraphQLErrors. */
const asResult = ({ data, errors, extensions }: FormattedExecutionResult): Result => ({
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
