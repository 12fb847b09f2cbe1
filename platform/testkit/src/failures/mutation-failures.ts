import { fileURLToPath } from 'node:url';
import { Project, ts } from 'ts-morph';
import { createFailureFinder, type Failure } from './reachable-failures.ts';

/** Failures that end a request as a whole, whatever it asks: no payload contains them. */
const OF_THE_REQUEST = new Set(['UnauthenticatedError', 'UnavailableError', 'BadRequestError']);

const NOT_READ = /\/node_modules\/|\/__generated__\/prisma\//;

/** The failures of each mutation of a subgraph, by its name. */
export type FailuresByMutation = ReadonlyMap<string, readonly Failure[]>;

/**
 * The failures that each mutation of each subgraph can end in, by what its resolver, its use case and
 * the checks of its form can make.
 *
 * @param subgraphs the folder that holds them, with a slash at the end
 * @param names theirs
 */
export function failuresOfMutations(
  subgraphs: URL,
  names: readonly string[],
): ReadonlyMap<string, FailuresByMutation> {
  const at = (path: string) => fileURLToPath(new URL(path, subgraphs));
  const program = programOf(
    at('../tsconfig.base.json'),
    names.map((name) => at(`${name}/src/app.ts`)),
  );
  const isOurs = (file: string) =>
    !/node_modules|\.d\.ts$|\/__generated__\/|\/(test|demo)\/|\.test\.ts$/.test(file);
  const failuresOf = createFailureFinder(program, isOurs);
  const entriesOf = (path: string, constant: string) => {
    const file = program.getSourceFile(at(path));
    return file
      ? entriesOfConstant(file, constant, program.getTypeChecker())
      : new Map<string, ts.Node>();
  };

  const ofSubgraph = (name: string): FailuresByMutation => {
    const checks = entriesOf(`${name}/src/domain/forms.ts`, 'forms');
    const lookups = entriesOf(`${name}/src/resolvers/form-lookups.ts`, 'lookups');
    return new Map(
      [...entriesOf(`${name}/src/resolvers/Mutation.ts`, 'Mutation')].map(
        ([mutation, resolver]) => {
          const roots = [resolver, checks.get(mutation), lookups.get(mutation)].filter(
            (node) => node !== undefined,
          );
          const failures = failuresOf(roots).filter(({ type }) => !OF_THE_REQUEST.has(type));
          return [mutation, failures];
        },
      ),
    );
  };
  return new Map(names.map((name) => [name, ofSubgraph(name)]));
}

/**
 * Our own code alone, with the types of the language: what packages and the generated clients declare is
 * some fifteen times as much to read, and nothing in it ends in a failure of ours.
 */
function programOf(config: string, rootNames: string[]): ts.Program {
  const project = new Project({
    tsConfigFilePath: config,
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { types: [] },
    resolutionHost: (host, options) => ({
      resolveModuleNames: (names, from) =>
        names.map((name) => {
          const { resolvedModule } = ts.resolveModuleName(name, from, options(), host);
          const isRead = resolvedModule && !NOT_READ.test(resolvedModule.resolvedFileName);
          return isRead ? resolvedModule : undefined;
        }),
    }),
  });
  project.addSourceFilesAtPaths(rootNames);
  project.resolveSourceFileDependencies();
  return project.getProgram().compilerObject;
}

/** The properties of an object that a file gives a name to, with those of objects spread into it. */
function entriesOfConstant(
  file: ts.SourceFile,
  name: string,
  checker: ts.TypeChecker,
): Map<string, ts.Node> {
  const entries = new Map<string, ts.Node>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer) {
      const object = ts.isSatisfiesExpression(node.initializer)
        ? node.initializer.expression
        : node.initializer;
      if (!ts.isObjectLiteralExpression(object)) return;
      for (const property of object.properties) {
        if (ts.isSpreadAssignment(property)) {
          const spread = declarationOf(property.expression, checker);
          const others = entriesOfConstant(spread.getSourceFile(), spread.name.getText(), checker);
          for (const [key, entry] of others) entries.set(key, entry);
        }
        const key = property.name?.getText();
        if (key) entries.set(key, property);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return entries;
}

/** Where the constant that an expression names is declared, in whichever file that is. */
function declarationOf(name: ts.Expression, checker: ts.TypeChecker): ts.VariableDeclaration {
  const symbol = checker.getSymbolAtLocation(name);
  const isAlias = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const declaration = (isAlias ? checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) {
    throw new Error(`${name.getText()} is no constant, so what is spread here is not known.`);
  }
  return declaration;
}
