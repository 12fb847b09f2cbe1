import { type GraphQLSchema, isObjectType } from 'graphql';
import { refuseBeyondApiKey, refusingBeyondApiKey } from '../domain/viewer.ts';
import { requiresViewer } from './access-directives.ts';
import { tagsOf } from './field-tags.ts';
import { guardField } from './guard-field.ts';
import { selectsIdentityAlone } from './selected-fields.ts';

/** The tag of a root field that programs may use, followed by the scope that their key must have. */
const API_KEY_TAG = 'api-key/';

/**
 * Refuses programs everything that their API key is not for: root fields without the tag of one of its
 * scopes, except who the `viewer` is; below them, fields of the viewer's own (`@tag(name: "viewer")`,
 * `@authenticated`) without such a tag; and references to the viewer in a subgraph whose `viewer` the key may
 * not use. To be added after all other wrappers, since the refusal ends the request.
 */
export function refuseBeyondApiKeys(schema: GraphQLSchema): GraphQLSchema {
  const scopesOfViewer = apiKeyScopesOf(schema.getQueryType()?.getFields().viewer?.astNode);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  refuseBelowRoots(schema, roots);
  for (const root of roots) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (field.name === '_service') continue;
      if (field.name === '_entities') {
        guardField(field, (viewer, { args }) => {
          if (viewer?.apiKeyScopes && namesViewer(args)) refuseBeyondApiKey(viewer, scopesOfViewer);
        });
        continue;
      }
      const scopes = apiKeyScopesOf(field.astNode);
      if (field.name !== 'viewer') {
        guardField(field, refusingBeyondApiKey(scopes));
        continue;
      }
      // A program may know who holds its key. Every subgraph has this field, and the planner chooses which one is asked.
      guardField(field, (viewer, { info }) => {
        if (!selectsIdentityAlone(info)) refuseBeyondApiKey(viewer, scopes);
      });
    }
  }
  return schema;
}

/**
 * Fields below a public object that are the viewer's own, such as a seller's desk, are not covered by the
 * scope of the root field.
 */
function refuseBelowRoots(schema: GraphQLSchema, roots: readonly unknown[]): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type) || type.name === 'Viewer') continue;
    for (const field of Object.values(type.getFields())) {
      const { astNode } = field;
      if (!tagsOf(astNode).includes('viewer') && !requiresViewer(astNode)) continue;
      const scopes = apiKeyScopesOf(astNode);
      guardField(field, refusingBeyondApiKey(scopes));
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
