import { textOfVariable } from '@souk/runtime/process';
import { databaseUrlVariable } from '../../../souk.config.ts';

export function databaseUrlFromEnvironment(
  subgraph: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return textOfVariable(env, databaseUrlVariable(subgraph));
}
