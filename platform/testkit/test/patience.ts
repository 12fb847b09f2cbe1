import { ts } from 'ts-morph';

/** Milliseconds that `until` waits, and that a test may take: what comes at all comes within them. */
const PATIENCE_MS = 60_000;
const TEST_MS = 300_000;

/** What is done at once, so that nothing is left to wait for when its value is thrown away. */
const AT_ONCE =
  /\.(?:push|add|set|delete|destroy|terminate|cancel|close|end|write|send|emit|kill|unwatch|useFakeTimers|useRealTimers|planAhead)$/;
/** What a promise ends with that somebody has caught. */
const CAUGHT = /\.(?:catch|allSettled)$/;
/** What calls a function and looks at nothing that it gives back. */
const CALLS_BACK = /(?:^|\.)(?:createServer|setTimeout|setInterval)$/;
/** The same, when something happens; what fails in one of the process itself ends the process, which its parent sees. */
const LISTENS = /(?<!^process)\.(?:on|once|addEventListener)$/;
const WAITS = /^(?:until|vi\.waitFor|vi\.waitUntil)$|^expect\s*\.poll$/;
const IS_TEST = /^(?:test|describe|it|beforeAll|afterAll|beforeEach|afterEach)\b/;
const MEASURES = /\b(?:Date\.now\(\)|performance\.now\(\))|[tT]ook\b|tookMs\b|\btimes\b|Ms\b/;

export interface Impatience {
  readonly line: number;
  /** Its statement's first line. */
  readonly text: string;
  readonly kind: 'nobody catches it' | 'a busy machine takes longer';
}

/** Where a file of tests leaves a promise to nobody, or bounds by time what load can hold up. */
export function impatienceIn(text: string): Impatience[] {
  const file = ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true);
  const found: Impatience[] = [];
  const report = (node: ts.Node, kind: Impatience['kind']) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push({ line: line + 1, kind, text: text.split('\n')[line]?.trim() ?? '' });
  };
  const visit = (node: ts.Node): void => {
    if (isLeftToNobody(node)) report(node, 'nobody catches it');
    if (isShort(node)) report(node, 'a busy machine takes longer');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isLeftToNobody(node: ts.Node): boolean {
  if (ts.isVoidExpression(node))
    return ts.isCallExpression(node.expression) && !isCaught(node.expression);
  // An async function that is called where it stands.
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
    return isAsync(bare(node.expression.expression));
  }
  if (!ts.isCallExpression(node) || !node.arguments.some(isAsync)) return false;
  const callee = node.expression.getText();
  const [first] = node.arguments;
  return (
    CALLS_BACK.test(callee) ||
    (LISTENS.test(callee) && first !== undefined && ts.isStringLiteral(first))
  );
}

const isCaught = (call: ts.CallExpression): boolean => {
  const callee = call.expression.getText();
  const isToldOfFailures = /\.then$/.test(callee) && call.arguments.length === 2;
  return CAUGHT.test(callee) || AT_ONCE.test(callee) || isToldOfFailures;
};

const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) ? bare(node.expression) : node;

const isAsync = (node: ts.Expression): boolean =>
  (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) &&
  (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false);

function isShort(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression.getText();
  if (WAITS.test(callee)) {
    const options = node.arguments[1];
    const isGivenNone = callee.startsWith('vi.') && options === undefined;
    return isGivenNone || boundsOf(options).some((ms) => ms < PATIENCE_MS);
  }
  if (callee === 'AbortSignal.timeout')
    return boundsOf(node.arguments[0]).some((ms) => ms < PATIENCE_MS);
  if (IS_TEST.test(callee)) {
    return node.arguments.some((argument) => boundsOf(argument).some((ms) => ms < TEST_MS));
  }
  const measured = /^expect\(([\s\S]*)\)\s*\.toBeLessThan(?:OrEqual)?$/.exec(callee)?.[1];
  return measured !== undefined && MEASURES.test(measured);
}

/** The milliseconds that an argument says, as a number or as options. */
function boundsOf(argument: ts.Expression | undefined): number[] {
  if (!argument) return [];
  if (ts.isNumericLiteral(argument)) return [Number(argument.text)];
  if (!ts.isObjectLiteralExpression(argument)) return [];
  return argument.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) &&
    /^(?:within|timeout)$/.test(property.name.getText()) &&
    ts.isNumericLiteral(property.initializer)
      ? [Number(property.initializer.text)]
      : [],
  );
}
