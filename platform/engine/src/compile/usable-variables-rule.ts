import { GraphQLError, type ValidationRule } from 'graphql';

/**
 * GraphQL allows a variable named `__proto__`, but graphql-js keeps the values of variables in plain objects,
 * in which that is the prototype: here and in every subgraph such a variable has no value.
 */
const WITHOUT_VALUE = '__proto__';

/** Reports it at once; otherwise the operation would run as if the variable were not given. */
export const UsableVariablesRule: ValidationRule = (context) => ({
  VariableDefinition: ({ variable }) => {
    if (variable.name.value !== WITHOUT_VALUE) return;
    const message = `Variable "$${WITHOUT_VALUE}" cannot be used: give it another name.`;
    context.reportError(new GraphQLError(message, { nodes: variable }));
  },
});
