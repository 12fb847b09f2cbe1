// What runs on a planning thread: a planner for each supergraph that it was given, and one operation
// at a time. Planning has no bound of its own, so it must never run where requests are answered;
// whoever started this thread may end it at any moment. Plain JavaScript, since threads are started
// without the loader that reads TypeScript.
import { parentPort } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { GraphQLError, parse } from 'graphql';

/** By the number that the main thread gave them. */
const planners = new Map();

function createPlanner({ supergraphSdl, supportedFeatures, mostPlansEvaluated }) {
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: new Set(supportedFeatures),
    validateSupergraph: false,
  });
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, {
    incrementalDelivery: { enableDefer: true },
    debug: { maxEvaluatedPlans: mostPlansEvaluated },
  });
  return ({ text, operationName, overrides }) => {
    const operation = operationFromDocument(schema, parse(text), { operationName });
    const overrideConditions = new Map(overrides.map((label) => [label, true]));
    return JSON.stringify(planner.buildQueryPlan(operation, { overrideConditions }));
  };
}

function answerTo({ kind, planner, setting, operation }) {
  switch (kind) {
    case 'load':
      planners.set(planner, createPlanner(setting));
      return {};
    case 'forget':
      planners.delete(planner);
      return {};
    default:
      return { plan: planners.get(planner)(operation) };
  }
}

parentPort.on('message', (message) => {
  try {
    parentPort.postMessage(answerTo(message));
  } catch (error) {
    const { message: problem } = error;
    parentPort.postMessage({ problem, isForClients: error instanceof GraphQLError });
  }
});
