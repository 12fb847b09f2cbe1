import {
  type DirectiveNode,
  defaultFieldResolver,
  type GraphQLSchema,
  isObjectType,
  type StringValueNode,
  type ValueNode,
} from 'graphql';
import {
  refuseBeyondApiKey,
  refuseSuspended,
  requireScopes,
  requireViewer,
  type Viewer,
} from '../domain/viewer.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Enforces `@authenticated` and `@requiresScopes` on fields inside the subgraph, and those on a type
 * at each of its fields, however an object of it was reached. The gateway enforces them too; a
 * subgraph trusts nobody to have done so.
 */
export function enforceAccessDirectives(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const ofType = [type.astNode, ...type.extensionASTNodes].flatMap(checksOf);
    for (const field of Object.values(type.getFields())) {
      const checks = [...ofType, ...checksOf(field.astNode)];
      if (checks.length === 0) continue;
      const check = ({ viewer }: RequestContext) => {
        for (const each of checks) each(viewer);
      };
      if (field.subscribe) {
        const subscribe = field.subscribe;
        field.subscribe = (source, args, context, info) => {
          if (!context.shared) check(context);
          return subscribe(source, args, context, info);
        };
        continue;
      }
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        check(context);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

/** On mutations that somebody who is suspended may still ask for, such as to delete their account. */
export const WHILE_SUSPENDED = 'while-suspended';

/**
 * Refuses the mutations of people who are suspended, but for those with the tag `while-suspended`. To be
 * laid over all else: the refusal ends the request, and is no failure of a form.
 */
export function refuseMutationsOfSuspended(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (tagsOf(field.astNode).includes(WHILE_SUSPENDED)) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: RequestContext, info) => {
      refuseSuspended(context.viewer);
      return resolve(source, args, context, info);
    };
  }
  return schema;
}

/** The tag of a root field that programs may ask for, before the scope that their key must have. */
export const API_KEY_TAG = 'api-key/';

/**
 * Refuses programs what their API key is not for: of the root fields, those without the tag of one of
 * its scopes; below them, what is the viewer's own (`@tag(name: "viewer")`, `@authenticated`) and has no such
 * tag; of references, the viewer's in a subgraph whose `viewer` it may not ask for. To be laid over all
 * else, since the refusal ends the request.
 */
export function refuseBeyondApiKeys(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType()?.getFields() ?? {};
  const scopesOfViewer = apiKeyScopesOf(query.viewer?.astNode);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  refuseBelowRoots(schema, roots);
  for (const root of roots) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (field.name === '_service') continue;
      const scopes = apiKeyScopesOf(field.astNode);
      const check = ({ viewer }: RequestContext, args: Record<string, unknown>) => {
        if (!viewer?.apiKeyScopes) return;
        if (field.name !== '_entities') refuseBeyondApiKey(viewer, scopes);
        else if (namesViewer(args)) refuseBeyondApiKey(viewer, scopesOfViewer);
      };
      if (field.subscribe) {
        const { subscribe } = field;
        field.subscribe = (source, args, context, info) => {
          check(context, args);
          return subscribe(source, args, context, info);
        };
        continue;
      }
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        check(context, args);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

/** What hangs below a public thing but is the viewer's own, such as a seller's desk, is not the root's to give. */
function refuseBelowRoots(schema: GraphQLSchema, roots: readonly unknown[]): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type) || type.name === 'Viewer') continue;
    for (const field of Object.values(type.getFields())) {
      const isOwn =
        tagsOf(field.astNode).includes('viewer') || checksOf(field.astNode).includes(requireViewer);
      if (!isOwn) continue;
      const scopes = apiKeyScopesOf(field.astNode);
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: RequestContext, info) => {
        refuseBeyondApiKey(context.viewer, scopes);
        return resolve(source, args, context, info);
      };
    }
  }
}

const apiKeyScopesOf = (element: Parameters<typeof tagsOf>[0]) =>
  tagsOf(element).flatMap((tag) =>
    tag.startsWith(API_KEY_TAG) ? [tag.slice(API_KEY_TAG.length)] : [],
  );

const namesViewer = ({ representations }: Record<string, unknown>): boolean =>
  Array.isArray(representations) &&
  representations.some((one) => (one as { __typename?: unknown })?.__typename === 'Viewer');

const tagsOf = (element: { directives?: readonly DirectiveNode[] } | null | undefined) =>
  (element?.directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = given?.[0]?.value;
    return name.value === 'tag' && value?.kind === 'StringValue' ? [value.value] : [];
  });

type Check = (viewer: Viewer | null) => void;

/** What must hold for an element by its directives; each throws where it does not. */
const checksOf = (
  element: { directives?: readonly DirectiveNode[] } | null | undefined,
): readonly Check[] =>
  (element?.directives ?? []).flatMap(({ name, arguments: given }): Check[] => {
    if (name.value === 'authenticated') return [requireViewer];
    if (name.value !== 'requiresScopes') return [];
    const alternatives = scopeLists(given?.[0]?.value);
    return [(viewer) => requireScopes(viewer, alternatives)];
  });

function scopeLists(value: ValueNode | undefined): string[][] {
  if (value?.kind !== 'ListValue') return [];
  return value.values.map((list) =>
    list.kind === 'ListValue' ? list.values.map((scope) => (scope as StringValueNode).value) : [],
  );
}
