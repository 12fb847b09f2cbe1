import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** A failed test, or a file with an error that no test has caught. */
interface Failure {
  readonly where: string;
  readonly error: string;
}

/**
 * Writes a line for each failed test, and for each error that nobody has caught, into the file that
 * `FAILED_TESTS_FILE` names: where only the end of a long log is kept, they are to stand there.
 */
export default class FailedTests implements Reporter {
  readonly #file = process.env.FAILED_TESTS_FILE;

  onTestRunEnd(modules: readonly TestModule[], uncaught: readonly SerializedError[]): void {
    if (!this.#file) return;
    const failures = [...modules.flatMap(failuresIn), ...uncaught.map(failureOfUncaught)];
    writeFileSync(this.#file, failures.map(({ where, error }) => `${where}: ${error}\n`).join(''));
  }
}

function failuresIn(module: TestModule): Failure[] {
  const file = module.relativeModuleId;
  const ofFile = [...module.errors(), ...[...module.children.allSuites()].flatMap(errorsOf)];
  return [
    ...ofFile.map((error) => ({ where: file, error: firstLineOf(error) })),
    ...[...module.children.allTests('failed')].map((test) => failureOfTest(file, test)),
  ];
}

const errorsOf = (suite: { errors(): readonly SerializedError[] }) => suite.errors();

const failureOfTest = (file: string, test: TestCase): Failure => ({
  where: `${file} > ${test.fullName}`,
  error: firstLineOf(test.result().errors?.[0]),
});

function failureOfUncaught(error: SerializedError): Failure {
  // Vitest adds what ran when the error came, which need not be what it came from.
  const { VITEST_TEST_PATH: path, VITEST_TEST_NAME: name } = error as Record<string, unknown>;
  const file = typeof path === 'string' ? relative(process.cwd(), path) : 'no file';
  const where = typeof name === 'string' ? `${file} > ${name}` : file;
  return { where: `caught by nobody, while ${where} ran`, error: firstLineOf(error) };
}

const firstLineOf = (error: Pick<SerializedError, 'message'> | undefined): string =>
  (error?.message ?? 'no reason given').split('\n', 1)[0] as string;
