import {
  defaultFieldResolver,
  type GraphQLSchema,
  isObjectType,
  type StringValueNode,
  type ValueNode,
} from 'graphql';
import { requireScopes, requireViewer } from '../identity/viewer.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Enforces `@authenticated` and `@requiresScopes` on fields inside the subgraph. The gateway
 * enforces them too; a subgraph trusts nobody to have done so.
 */
export function enforceAccessDirectives(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const directives = field.astNode?.directives ?? [];
      const scopes = directives.find(({ name }) => name.value === 'requiresScopes');
      const authenticated = directives.some(({ name }) => name.value === 'authenticated');
      if (!scopes && !authenticated) continue;
      const alternatives = scopes ? scopeLists(scopes.arguments?.[0]?.value) : null;
      const check = ({ viewer }: RequestContext) =>
        alternatives ? requireScopes(viewer, alternatives) : requireViewer(viewer);
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

function scopeLists(value: ValueNode | undefined): string[][] {
  if (value?.kind !== 'ListValue') return [];
  return value.values.map((list) =>
    list.kind === 'ListValue' ? list.values.map((scope) => (scope as StringValueNode).value) : [],
  );
}
