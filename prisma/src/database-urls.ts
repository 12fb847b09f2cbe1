/** Where a subgraph's database is when the environment says so: `USERS_DATABASE_URL` and so on. */
export const databaseUrlVariable = (subgraph: string): string =>
  `${subgraph.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;

export function databaseUrlFromEnvironment(
  subgraph: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return env[databaseUrlVariable(subgraph)] || undefined;
}
