import { ERROR_TYPES } from '@souk/runtime/domain';
import { ts } from 'ts-morph';

/** A failure that code can end in: its GraphQL type, and where it is made. */
export interface Failure {
  readonly type: string;
  /** The function that creates it, or the file if there is none. */
  readonly madeIn: string;
}

/**
 * Finds which domain errors code can end in, by following every function that it names: what the
 * compiler would know if TypeScript had checked exceptions. Calls through an interface lead to every
 * object of the program that implements it. It errs on the side of too many: what is caught counts.
 */
export function createFailureFinder(program: ts.Program, isOurs: (file: string) => boolean) {
  const checker = program.getTypeChecker();
  const implementations = implementationsIn(program, checker, isOurs);
  /** What runs when it is called through its interface, not when the object is created. */
  const later = new Set([...implementations.values()].flat().filter(isFunctionOfAnObject));

  /** The code behind a name: bodies of functions, values of constants and properties. */
  const codeOf = (symbol: ts.Symbol): readonly ts.Node[] =>
    (symbol.declarations ?? []).flatMap((declaration): readonly ts.Node[] => {
      if (!isOurs(declaration.getSourceFile().fileName)) return [];
      if (ts.isShorthandPropertyAssignment(declaration)) {
        const value = checker.getShorthandAssignmentValueSymbol(declaration);
        return value ? codeOf(resolved(value)) : [];
      }
      if (ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration)) {
        return implementations.get(declaration) ?? [];
      }
      return ts.isTypeNode(declaration) || ts.isInterfaceDeclaration(declaration)
        ? []
        : [declaration];
    });

  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /**
   * The failures that this code creates itself, and the code that it calls; read once, whoever refers to it.
   */
  const parts = new Map<ts.Node, CodeParts>();
  const partsOf = (code: ts.Node): CodeParts => {
    const known = parts.get(code);
    if (known) return known;
    const made: Failure[] = [];
    const named = new Set<ts.Node>();
    const visit = (node: ts.Node): void => {
      if (later.has(node)) return;
      if (ts.isNewExpression(node) && node.expression.getText() === 'DomainError') {
        made.push({ type: typeOfFailure(node), madeIn: nameAround(node) });
      }
      if (ts.isIdentifier(node) && !isPartOfType(node)) follow(node);
      ts.forEachChild(node, visit);
    };
    const follow = (name: ts.Identifier): void => {
      const symbol = ts.isShorthandPropertyAssignment(name.parent)
        ? checker.getShorthandAssignmentValueSymbol(name.parent)
        : checker.getSymbolAtLocation(name);
      if (symbol) for (const other of codeOf(resolved(symbol))) named.add(other);
    };
    ts.forEachChild(code, visit);
    const found = { made, named: [...named] };
    parts.set(code, found);
    return found;
  };

  /** Every failure that can come of the code of these nodes. */
  return (roots: readonly ts.Node[]): Failure[] => {
    const seen = new Set<ts.Node>();
    const found = new Map<string, Failure>();
    const enter = (code: ts.Node): void => {
      // Parameters and variables that are being taken apart are no code of their own.
      if (seen.has(code) || ts.isParameter(code) || ts.isBindingElement(code)) return;
      seen.add(code);
      const { made, named } = partsOf(code);
      for (const failure of made) found.set(`${failure.type} ${failure.madeIn}`, failure);
      for (const other of named) enter(other);
    };
    for (const root of roots) enter(root);
    return [...found.values()];
  };
}

interface CodeParts {
  readonly made: readonly Failure[];
  readonly named: readonly ts.Node[];
}

const isFunctionOfAnObject = (node: ts.Node): boolean =>
  ts.isMethodDeclaration(node) ||
  (ts.isPropertyAssignment(node) && ts.isFunctionLike(node.initializer));

const isPartOfType = (node: ts.Node): boolean =>
  ts.isTypeNode(node.parent) || ts.isQualifiedName(node.parent) || ts.isTypeElement(node.parent);

function typeOfFailure({ arguments: given = ts.factory.createNodeArray() }: ts.NewExpression) {
  const [, category, , details] = given;
  const type =
    details && ts.isObjectLiteralExpression(details)
      ? details.properties.find(
          (property): property is ts.PropertyAssignment =>
            ts.isPropertyAssignment(property) && property.name.getText() === 'type',
        )
      : undefined;
  if (type && ts.isStringLiteralLike(type.initializer)) return type.initializer.text;
  const name = category && ts.isStringLiteralLike(category) ? category.text : '';
  return (
    (ERROR_TYPES as Readonly<Record<string, string>>)[name] ??
    `of no category that is known: ${category?.getText() ?? ''}`
  );
}

function nameAround(node: ts.Node): string {
  for (let around = node.parent; around; around = around.parent) {
    if (ts.isFunctionDeclaration(around) && around.name) return around.name.text;
    if (ts.isVariableDeclaration(around)) return around.name.getText();
  }
  return node.getSourceFile().fileName;
}

/** Texts, numbers, and lists or records of such: reading one runs nothing, wherever it was made. */
const isPlainValue = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).every(
    (each) =>
      (each.flags &
        (ts.TypeFlags.StringLike |
          ts.TypeFlags.NumberLike |
          ts.TypeFlags.BooleanLike |
          ts.TypeFlags.Null |
          ts.TypeFlags.Undefined)) !==
        0 ||
      isListOfThings(checker, each) ||
      isRecordOfValues(checker, each),
  );

const isRecordOfValues = (checker: ts.TypeChecker, type: ts.Type): boolean => {
  const [index] = checker.getIndexInfosOfType(type);
  return index !== undefined && isPlainValue(checker, index.type);
};

const isListOfThings = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  checker.isArrayType(type) &&
  checker
    .getTypeArguments(type as ts.TypeReference)
    .every((item) => item.getCallSignatures().length === 0);

/** The implementations of each property of an interface: those of the objects that are used as it. */
function implementationsIn(
  program: ts.Program,
  checker: ts.TypeChecker,
  isOurs: (file: string) => boolean,
): ReadonlyMap<ts.Node, readonly ts.Node[]> {
  const found = new Map<ts.Node, ts.Node[]>();
  const note = (literal: ts.ObjectLiteralExpression): void => {
    const expected = checker.getContextualType(literal);
    if (!expected) return;
    for (const property of literal.properties) {
      const name = property.name?.getText();
      const declarations = name && checker.getPropertyOfType(expected, name)?.declarations;
      for (const declaration of declarations || []) {
        if (!ts.isPropertySignature(declaration) && !ts.isMethodSignature(declaration)) continue;
        if (!isOurs(declaration.getSourceFile().fileName)) continue;
        if (isPlainValue(checker, checker.getTypeAtLocation(declaration))) continue;
        found.set(declaration, [...(found.get(declaration) ?? []), property]);
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) note(node);
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) if (isOurs(file.fileName)) visit(file);
  return found;
}
