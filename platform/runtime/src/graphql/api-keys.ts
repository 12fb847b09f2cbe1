import { type GraphQLSchema, isObjectType } from 'graphql';
import { refuseBeyondApiKey, refusingBeyondApiKey } from '../domain/viewer.ts';
import { requiresViewer } from './access-directives.ts';
import { tagsOf } from './field-tags.ts';
import { guardField } from './guard-field.ts';
import { selectsIdentityAlone } from './selected-fields.ts';

/** The tag of a root field that programs may ask for, before the scope that their key must have. */
const API_KEY_TAG = 'api-key/';

/**
 * Refuses programs what their API key is not for: of the root fields, those without the tag of one of
 * its scopes, save who the `viewer` is; below them, what is the viewer's own (`@tag(name: "viewer")`, `@authenticated`) and has no such
 * tag; of references, the viewer's in a subgraph whose `viewer` it may not ask for. To be laid over all
 * else, since the refusal ends the request.
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

/** What hangs below a public thing but is the viewer's own, such as a seller's desk, is not the root's to give. */
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
