import { ApolloServer } from '@apollo/server';
import { FiniteFloatsRule, parseExactly, stringifyExactly } from '@souk/engine';
import type { Logger } from '@souk/runtime';
import {
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  NoSchemaIntrospectionCustomRule,
} from 'graphql';
import type { GatewayContext } from '../../context.ts';
import { AnswerText } from '../../executor.ts';
import type { OperationGuard } from '../../limits/guard.ts';
import { MAX_TOLD_ERRORS } from '../../limits/limits.ts';
import type { Rates } from '../../limits/rates/rates.ts';
import { rateError } from '../../limits/rates/refusal.ts';
import { withoutSuggestion } from '../../limits/suggestions.ts';
import type { HouseGateway } from '../../supergraph/house-gateway.ts';

export interface ApolloOptions {
  gateway: HouseGateway;
  guard: OperationGuard;
  rates: Rates;
  introspection: boolean;
  /** Hide what a client could learn of the schema from a refusal. */
  hideSchema: boolean;
  logger: Logger;
}

/** Apollo Server over the house's gateway, for queries and mutations. */
export async function startApollo(options: ApolloOptions): Promise<ApolloServer<GatewayContext>> {
  const { gateway, guard, rates, introspection, hideSchema, logger } = options;
  /** Told to those who asked for it. */
  const costs = new WeakMap<GatewayContext, { estimated: number; limit: number }>();
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    // The rule below says it without naming the option that would turn it on.
    introspection: true,
    validationRules: [
      FiniteFloatsRule,
      ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ],
    // graphql-js adds one more, to say that it has stopped.
    validationOptions: { maxErrors: MAX_TOLD_ERRORS - 1 },
    // Apollo's own option for this covers validation alone, not what is wrong with variables.
    ...(hideSchema ? { formatError: withoutSchema } : {}),
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    // Bodies are JSON only, and GET is checked before it gets here.
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    cache: 'bounded',
    logger: logger.child({}, { level: 'warn' }),
    stringifyResult: ({ data, errors, extensions }) => {
      const answer = data?.answer;
      if (!(answer instanceof AnswerText)) return stringifyExactly({ errors, data, extensions });
      if (!extensions) return answer.text;
      const told = parseExactly(answer.text) as FormattedExecutionResult;
      return stringifyExactly({ ...told, extensions: { ...told.extensions, ...extensions } });
    },
    plugins: [
      {
        requestDidStart: async () => ({
          didResolveOperation: async ({ document, operation, request, schema, contextValue }) => {
            const { address, viewer, tellsCost } = contextValue;
            if (!operation) return;
            const { costs: rules, engine } = gateway.of(schema);
            const variables = request.variables ?? {};
            const { problems, cost } = guard.judge(
              { document, operation, variables },
              engine.apiSchema,
              rules,
            );
            if (tellsCost) costs.set(contextValue, { estimated: cost, limit: guard.limits.cost });
            if (problems[0]) throw problems[0];
            if (address === undefined) return;
            const asked = { document, operation, variables, cost, address, viewer };
            const refusal = await rates.admitOperation(asked);
            if (refusal) throw rateError(refusal);
          },
          willSendResponse: async ({ response: { body }, contextValue }) => {
            const cost = costs.get(contextValue);
            if (!cost || body.kind !== 'single') return;
            body.singleResult.extensions = { ...body.singleResult.extensions, cost };
          },
        }),
      },
    ],
  });
  await apollo.start();
  return apollo;
}

/** A request error, which has no path, as it is told where the schema is not. */
const withoutSchema = (error: GraphQLFormattedError): GraphQLFormattedError =>
  error.path ? error : { ...error, message: withoutSuggestion(error.message) };
