// What runs on a planning thread: a planner for each supergraph that it was given, and one operation
// at a time. Neither planning nor the rule that fields can be merged has a bound of its own, so they must
// never run where requests are answered; whoever started this thread may end it at any moment. Plain
// JavaScript, since threads are started without the loader that reads TypeScript.
import { readFileSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import {
  buildSchemaFromAST,
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  operationFromDocument,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { GraphQLError, OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';

const MERGE_RULES = [OverlappingFieldsCanBeMergedRule];
/** graphql-js adds one more, to say that it has stopped. */
const MOST_CONFLICTS = 4;

/** By the number that the main thread gave them. */
const planners = new Map();

function readSupergraph(text, features, isValid, options) {
  const schema = buildSchemaFromAST(parse(text, options), { validate: false });
  // Throws when the supergraph is invalid or requires a feature that is not supported.
  if (!isValid) new Supergraph(schema, features, true);
  // The subgraphs of a valid supergraph are valid and need no validation of their own.
  return new Supergraph(schema, features, false);
}

function loadSupergraph(text, supportedFeatures, isValid) {
  const features = new Set([...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, ...supportedFeatures]);
  try {
    // Locations would double the size of the document, and only error messages need them.
    return readSupergraph(text, features, isValid, { noLocation: true });
  } catch {
    return readSupergraph(text, features, isValid, {});
  }
}

function createPlanner({ supergraphSdl, supportedFeatures, mostPlansEvaluated }, isValid) {
  const supergraph = loadSupergraph(supergraphSdl, supportedFeatures, isValid);
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, {
    incrementalDelivery: { enableDefer: true },
    debug: { maxEvaluatedPlans: mostPlansEvaluated },
  });
  let clientSchema;
  return {
    plan: ({ operation: { text, overrides } }) => {
      const operation = operationFromDocument(schema, parse(text));
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      return planner.buildQueryPlan(operation, { overrideConditions });
    },
    check: ({ text }) => {
      clientSchema ??= schema.toGraphQLJSSchema({ includeDefer: true, includeStream: true });
      const conflicts = validate(clientSchema, parse(text), MERGE_RULES, {
        maxErrors: MOST_CONFLICTS,
      });
      return conflicts.map(({ message, positions }) => ({ message, positions }));
    },
  };
}

/**
 * Reading a supergraph leaves more behind than a planner keeps, and then the thread may have nothing to do. Pages that it lies
 * scattered over are given back when they are compacted, and the collection after that. The flag stays: flags are the
 * process's, and another thread may be about to make its context.
 */
function collectGarbage() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  setFlagsFromString('--compact-on-every-full-gc');
  collect();
  collect();
  // Node 22 keeps emptied pages for what comes, unless this is the last resort; Node 20 knows no flavors.
  collect({ type: 'major', flavor: 'last-resort' });
  setFlagsFromString('--no-compact-on-every-full-gc');
}

/** Where Linux counts how long this thread has run, in nanoseconds; other systems have no such file. */
function usageFile() {
  try {
    const file = `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
    return Number.parseInt(readFileSync(file, 'latin1'), 10) > 0 ? file : undefined;
  } catch {
    return undefined;
  }
}

function answerTo({ kind, planner, ...order }) {
  switch (kind) {
    case 'load':
      planners.set(planner, createPlanner(order.setting, order.isValid));
      collectGarbage();
      return { usage: usageFile() };
    case 'forget':
      planners.delete(planner);
      return {};
    default:
      return { result: JSON.stringify(planners.get(planner)[kind](order)) };
  }
}

parentPort.on('message', (message) => {
  try {
    parentPort.postMessage(answerTo(message));
  } catch (error) {
    const isGraphQL = error instanceof GraphQLError;
    // Problems of a supergraph include their location, which its operator needs.
    const problem = isGraphQL && message.kind === 'load' ? `${error}` : error.message;
    parentPort.postMessage({ problem, isForClients: isGraphQL });
  }
});
