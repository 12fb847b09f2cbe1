import type { FetchNode } from '@apollo/query-planner';
import {
  type ConstValueNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type ValueNode,
  visit,
} from 'graphql';
import { type AnswerReader, compileReader } from './answer-reader.ts';
import type { SyntheticFields } from './planner-supergraph.ts';
import { compileRenames, type Renames } from './renames.ts';
import { compileRepresentation, type RepresentationWriter } from './representation.ts';
import type { Shape } from './shape.ts';
import type { TypeRelations } from './type-relations.ts';

export const REPRESENTATIONS = 'representations';

/** A fetch node of the plan, with everything precomputed that does not depend on a request. */
export interface CompiledFetch {
  readonly index: number;
  readonly subgraph: string;
  readonly operationType: OperationTypeNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: readonly FragmentDefinitionNode[];
  readonly text: RequestText;
  /** The client's variables that the fetch uses. */
  readonly variableNames: readonly string[];
  /** Where its answer belongs. */
  readonly target: Shape;
  readonly reader: AnswerReader;
  readonly renames: Renames | undefined;
  readonly synthetic: SyntheticFields;
  /** Absent when the fetch starts at a root type instead of completing entities. */
  readonly representation: RepresentationWriter | undefined;
}

/** What the fetches of an operation share. */
export interface FetchSetting {
  readonly operationName: string | undefined;
  readonly types: TypeRelations;
  readonly synthetic: SyntheticFields;
  /** Default values of the operation's variables, as the client wrote them. */
  readonly defaults: ReadonlyMap<string, ValueNode>;
}

export function compileFetch(
  node: FetchNode,
  index: number,
  target: Shape,
  setting: FetchSetting,
): CompiledFetch {
  const { operation, fragments } = definitionsOf(node, setting);
  const bySpread = new Map<string, SelectionSetNode>(
    fragments.map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const selection = node.requires
    ? (entitiesField(operation).selectionSet as SelectionSetNode)
    : operation.selectionSet;
  const renames = compileRenames(node.outputRewrites);
  return {
    index,
    subgraph: node.serviceName,
    operationType: operation.operation,
    operation,
    fragments,
    text: requestText(operation, fragments),
    variableNames: (node.variableUsages ?? []).filter((name) => name !== REPRESENTATIONS),
    target,
    reader: compileReader([selection], target, bySpread, renames),
    renames,
    synthetic: setting.synthetic,
    representation:
      node.requires &&
      compileRepresentation(node.requires, target, node.inputRewrites ?? [], setting),
  };
}

/** The part of a request that does not depend on its variables. */
export interface RequestText {
  readonly query: string;
  readonly operationName: string | undefined;
  /** The JSON body up to the point where variables are inserted. */
  readonly bodyStart: string;
}

export function requestText(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): RequestText {
  const document = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] } as const;
  const query = stripIgnoredCharacters(print(document));
  const operationName = operation.name?.value;
  const named = operationName ? `,"operationName":${JSON.stringify(operationName)}` : '';
  return { query, operationName, bodyStart: `{"query":${JSON.stringify(query)}${named}` };
}

export const entitiesField = (operation: OperationDefinitionNode): FieldNode =>
  operation.selectionSet.selections[0] as FieldNode;

/**
 * The planner numbers the names of its operations, which would make equal fetches of one operation differ.
 * All of them get the client's operation name, which is also more useful in a subgraph's log.
 */
function definitionsOf(node: FetchNode, { operationName, synthetic, defaults }: FetchSetting) {
  const document = parse(node.operation, { noLocation: true });
  const { definitions } =
    synthetic.fields.size > 0 ? withTrueFields(document, synthetic) : document;
  const operation = definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  return {
    operation: {
      ...operation,
      name: operationName ? ({ kind: Kind.NAME, value: operationName } as const) : undefined,
      variableDefinitions: operation.variableDefinitions?.map((definition) => ({
        ...definition,
        defaultValue: defaults.get(definition.variable.name.value) as ConstValueNode | undefined,
      })),
    },
    fragments: definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION),
  };
}

/** Requests the fields that synthetic fields stand for, under the names of the synthetic fields. */
const withTrueFields = (document: DocumentNode, synthetic: SyntheticFields): DocumentNode =>
  visit(document, {
    enter: (node) => {
      const syntheticField = node.kind === Kind.FIELD && synthetic.fields.get(node.name.value);
      if (!syntheticField) return undefined;
      const name = { kind: Kind.NAME, value: syntheticField.fieldName } as const;
      return { ...node, alias: node.alias ?? node.name, name, arguments: syntheticField.arguments };
    },
  });
