import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  parse,
} from 'graphql';
import { elementsOfSpecifications, namesOfDirectives } from './specification-names.ts';

/** The directives with which clients ask for a response in parts. */
const IN_PARTS = `directive @defer(label: String, if: Boolean! = true)
  on FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @stream(label: String, initialCount: Int = 0, if: Boolean! = true) on FIELD`;

/** The directives that introspection shows to clients; all others are for the gateway. */
const TOLD = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/** The gateway defines these itself. */
const OURS = new Set(['defer', 'stream']);

interface Node {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/**
 * What clients see of a supergraph, as a document: without what is `@inaccessible`, and without the types and directives of
 * the specifications that the supergraph uses. The planning thread validates it (plan-on-thread.js) with Apollo's library,
 * which takes several times as long and as much memory.
 */
export function apiDefinitionsOf(supergraph: DocumentNode): DocumentNode {
  const definitions = new ApiElements(supergraph).in(supergraph.definitions);
  return { ...supergraph, definitions: [...definitions, ...parse(IN_PARTS).definitions] };
}

class ApiElements {
  readonly #inaccessible: string | undefined;
  readonly #isOfSpecification: ReturnType<typeof elementsOfSpecifications>;
  /** The names of the types that clients do not see. */
  readonly #hidden = new Set<string>();

  constructor(supergraph: DocumentNode) {
    this.#isOfSpecification = elementsOfSpecifications(supergraph);
    this.#inaccessible = namesOfDirectives(supergraph, 'inaccessible', ['inaccessible']).get(
      'inaccessible',
    );
    for (const definition of supergraph.definitions) {
      if (!('name' in definition) || !definition.name) continue;
      if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
      const { value } = definition.name;
      if (this.#isOfSpecification.hasType(value) || !this.#isShown(definition as Node))
        this.#hidden.add(value);
    }
  }

  in(definitions: readonly DefinitionNode[]): DefinitionNode[] {
    return definitions.flatMap((definition) => this.#shown(definition) ?? []);
  }

  #shown(node: DefinitionNode): DefinitionNode | null {
    if ('name' in node && node.name && this.#hidden.has(node.name.value)) return null;
    switch (node.kind) {
      case Kind.DIRECTIVE_DEFINITION: {
        const name = node.name.value;
        if (this.#isOfSpecification.hasDirective(name) || OURS.has(name)) return null;
        return { ...node, arguments: this.#members(node.arguments) };
      }
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION: {
        const fields = this.#members(node.fields)?.map((field) => this.#field(field));
        return { ...this.#told(node), interfaces: this.#types(node.interfaces), fields };
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      case Kind.INPUT_OBJECT_TYPE_EXTENSION:
        return { ...this.#told(node), fields: this.#members(node.fields) };
      case Kind.ENUM_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_EXTENSION:
        return { ...this.#told(node), values: this.#members(node.values) };
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.UNION_TYPE_EXTENSION:
        return { ...this.#told(node), types: this.#types(node.types) };
      default:
        return 'directives' in node ? this.#told(node as DefinitionNode & Node) : node;
    }
  }

  #field(field: FieldDefinitionNode): FieldDefinitionNode {
    return field.arguments?.length
      ? { ...field, arguments: this.#members(field.arguments) }
      : field;
  }

  #members<Member extends Node>(members: readonly Member[] | undefined) {
    return members?.filter((each) => this.#isShown(each)).map((each) => this.#told(each));
  }

  #types(types: readonly NamedTypeNode[] | undefined) {
    return types?.filter(({ name }) => !this.#hidden.has(name.value));
  }

  #isShown({ directives }: Node): boolean {
    return !directives?.some(({ name }) => name.value === this.#inaccessible);
  }

  #told<Some extends Node>(node: Some): Some {
    if (!node.directives?.length) return node;
    return { ...node, directives: node.directives.filter(({ name }) => TOLD.has(name.value)) };
  }
}

/** The schema against which operations of clients are validated. */
export function apiSchemaIn(api: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(api, { assumeValid: true, assumeValidSDL: true });
  forgetNodes(schema);
  return schema;
}

/** Each element of a schema keeps the node it was built from, which is never needed and a third of its size. */
function forgetNodes(schema: GraphQLSchema): void {
  const forget = (element: { astNode?: unknown; extensionASTNodes?: unknown }) => {
    element.astNode = undefined;
    if (element.extensionASTNodes) element.extensionASTNodes = [];
  };
  forget(schema);
  for (const directive of schema.getDirectives()) {
    forget(directive);
    directive.args.forEach(forget);
  }
  for (const type of Object.values(schema.getTypeMap())) {
    forget(type);
    if (isEnumType(type)) type.getValues().forEach(forget);
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(forget);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      forget(field);
      field.args.forEach(forget);
    }
  }
}
