import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type OperationTypeNode,
  parse,
  print,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { argumentOf } from './given-arguments.ts';
import { type FieldsNode, hasFields } from './join-directives.ts';
import { PlannedType } from './planned-type.ts';

/**
 * The types of a supergraph, reduced to what its planner considers. They are kept as text, which takes a tenth of the memory
 * of nodes; each is parsed once, when it is needed.
 */
export class PlannedTypes {
  /** The text of the whole supergraph, as it is passed to the planner. */
  readonly text: string;
  readonly #texts = new Map<string, string>();
  readonly #types = new Map<string, PlannedType>();
  readonly #subtypes = new Map<string, string[]>();
  readonly #roots = new Map<OperationTypeNode, string>();
  /** The names of subgraphs, by the values of `join__Graph`. */
  readonly #graphs = new Map<string, string>();
  /** What is linked, which determines what directives mean. */
  readonly schemaText: string;

  constructor(document: DocumentNode) {
    let schemaText = '';
    const texts: string[] = [];
    for (const node of document.definitions) {
      const text = print(node);
      texts.push(text);
      if (node.kind === Kind.SCHEMA_DEFINITION) {
        schemaText = text;
        for (const { operation, type } of node.operationTypes)
          this.#roots.set(operation, type.name.value);
      } else if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph') {
        for (const { name, directives = [] } of node.values ?? [])
          this.#graphs.set(name.value, directives.map(subgraphIn).join());
      } else if (hasFields(node)) {
        this.#texts.set(node.name.value, text);
        for (const { name } of node.interfaces ?? []) this.#addSubtype(name.value, node.name.value);
      } else if (node.kind === Kind.UNION_TYPE_DEFINITION) {
        this.#texts.set(node.name.value, text);
        for (const { name } of node.types ?? []) this.#addSubtype(node.name.value, name.value);
      }
    }
    this.text = texts.join('\n\n');
    this.schemaText = schemaText;
  }

  /** Undefined for types without fields, which do not matter for planning. */
  get(name: string): PlannedType | undefined {
    const known = this.#types.get(name);
    const text = known ? undefined : this.#texts.get(name);
    if (text === undefined) return known;
    const [node] = parse(text, { noLocation: true }).definitions;
    const type = new PlannedType(node as FieldsNode | UnionTypeDefinitionNode, this);
    this.#types.set(name, type);
    this.#texts.delete(name);
    return type;
  }

  rootOf(operation: OperationTypeNode): string {
    return this.#roots.get(operation) ?? '';
  }

  subtypesOf(name: string): readonly string[] {
    return this.#subtypes.get(name) ?? [];
  }

  /** The name of a subgraph in plans. */
  subgraph(graph: string): string {
    return this.#graphs.get(graph) ?? graph;
  }

  #addSubtype(of: string, name: string): void {
    const known = this.#subtypes.get(of);
    if (known) known.push(name);
    else this.#subtypes.set(of, [name]);
  }
}

/** The name of a subgraph in `join__graph`. */
function subgraphIn(directive: ConstDirectiveNode): string {
  const value = argumentOf(directive, 'name');
  return value?.kind === Kind.STRING ? value.value : '';
}
