import {
  GraphQLError,
  getNullableType,
  Kind,
  print,
  type ValidationRule,
  type ValueNode,
} from 'graphql';

/** A literal like 1e400 is not a Float, just as a variable of that value is not; graphql-js accepts it. */
export const FiniteFloatsRule: ValidationRule = (context) => {
  const check = (node: ValueNode): void => {
    const type = getNullableType(context.getInputType());
    if (String(type) !== 'Float' || !('value' in node) || Number.isFinite(Number(node.value)))
      return;
    const message = `Float cannot represent non numeric value: ${print(node)}`;
    context.reportError(new GraphQLError(message, { nodes: node }));
  };
  return { [Kind.FLOAT]: check, [Kind.INT]: check };
};
