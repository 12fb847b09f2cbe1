import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/**
 * Answers subtype questions about the whole supergraph, including hidden types; each answer is computed once.
 */
export interface TypeRelations {
  isSubtype(typename: string, ofType: string): boolean;
}

export function createTypeRelations(schema: GraphQLSchema): TypeRelations {
  const known = new Map<string, boolean>();
  const decide = (typename: string, ofType: string): boolean => {
    if (typename === ofType) return true;
    const type = schema.getType(typename);
    const abstract = schema.getType(ofType);
    if (!isAbstractType(abstract)) return false;
    return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
  };
  return {
    isSubtype(typename, ofType) {
      const key = `${typename} ${ofType}`;
      let answer = known.get(key);
      if (answer === undefined) {
        answer = decide(typename, ofType);
        if (known.size < 10_000) known.set(key, answer);
      }
      return answer;
    },
  };
}
