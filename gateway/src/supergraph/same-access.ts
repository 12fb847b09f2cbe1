import { isInterfaceType, isObjectType } from 'graphql';
import type { GatewaySupergraph } from './gateway-supergraph.ts';

type Accessed = Pick<GatewaySupergraph, 'access' | 'engine'>;

/**
 * Whether two supergraphs require the same rights for every field that both have. If they do not, the next
 * one must take effect at once.
 */
export function isSameAccess(before: Accessed, next: Accessed): boolean {
  return Object.values(before.engine.apiSchema.getTypeMap()).every((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return true;
    const nextType = next.engine.apiSchema.getType(type.name);
    if (!isObjectType(nextType) && !isInterfaceType(nextType)) return true;
    return Object.keys(type.getFields())
      .filter((field) => nextType.getFields()[field])
      .every((field) => asked(before, type.name, field) === asked(next, type.name, field));
  });
}

const asked = ({ access }: Accessed, type: string, field: string): string =>
  JSON.stringify(access.of(type, field));
