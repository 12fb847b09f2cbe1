// What runs on a planning thread: the planner's own view of one supergraph, and one operation at a
// time. Planning has no bound of its own, so it must never run where requests are answered; whoever
// started this thread may end it at any moment. Plain JavaScript, since threads are started without
// the loader that reads TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { GraphQLError, parse } from 'graphql';

const { supergraphSdl, supportedFeatures, mostPlansEvaluated } = workerData;
const supergraph = Supergraph.build(supergraphSdl, {
  supportedFeatures: new Set(supportedFeatures),
  validateSupergraph: false,
});
const schema = supergraph.apiSchema();
const planner = new QueryPlanner(supergraph, { debug: { maxEvaluatedPlans: mostPlansEvaluated } });

parentPort.on('message', ({ text, operationName, overrides }) => {
  try {
    const operation = operationFromDocument(schema, parse(text), { operationName });
    const overrideConditions = new Map(overrides.map((label) => [label, true]));
    const plan = planner.buildQueryPlan(operation, { overrideConditions });
    parentPort.postMessage({ plan: JSON.stringify(plan) });
  } catch (error) {
    const { message } = error;
    parentPort.postMessage({ message, isForClients: error instanceof GraphQLError });
  }
});
parentPort.postMessage('ready');
