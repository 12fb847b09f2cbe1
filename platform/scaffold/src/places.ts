import type { SubgraphPlace } from '../../../souk.config.ts';

/** A subgraph as `souk.config.ts` has it. */
export interface ListedSubgraph extends SubgraphPlace {
  readonly name: string;
}

/** Where a subgraph is named in a file that cannot read `souk.config.ts`. */
interface Place {
  /** From the root. */
  file(subgraph: ListedSubgraph): string;
  /** What has to stand in it, as often as it says. */
  text(subgraph: ListedSubgraph): string;
  /** For a person: which list of the file it belongs to. */
  list: string;
  times?: number;
  /** Part of something that a new subgraph gets as a whole; otherwise a line of a list. */
  within?: 'service' | 'folder';
}

const upper = ({ name }: ListedSubgraph) => name.toUpperCase();
const at = (path: string) => () => path;
const own = (path: string) => (subgraph: ListedSubgraph) => `subgraphs/${subgraph.name}/${path}`;

/** Every such place. Files of TypeScript are no such: the compiler misses a name in them. */
export const PLACES: readonly Place[] = [
  {
    file: at('biome.json'),
    text: ({ name }) => `"@souk/${name}"`,
    list: 'the imports refused to subgraphs and to their persistence',
    times: 2,
  },
  {
    file: at('biome.json'),
    text: ({ name }) => `"**/${name}/src/**"`,
    list: 'the imports refused to subgraphs and to their persistence',
    times: 2,
  },
  {
    file: at('deploy/Dockerfile'),
    text: ({ name }) => `COPY subgraphs/${name}/package.json subgraphs/${name}/\n`,
    list: 'the manifests of the stage `packages`',
  },
  {
    file: at('deploy/Dockerfile'),
    text: ({ name }) => `  -w @souk/${name} \\\n`,
    list: 'the workspaces whose packages are installed',
  },
  {
    file: at('docker-compose.yml'),
    text: (it) => `  ${upper(it)}_DATABASE_URL_FILE: /run/secrets/${it.name}_database_url\n`,
    list: 'the databases that are migrated (x-databases)',
  },
  {
    file: at('docker-compose.yml'),
    text: ({ name }) => `  - ${name}_database_url\n`,
    list: 'the secrets of what works on all databases (x-database-secrets)',
  },
  {
    file: at('docker-compose.yml'),
    text: (it) => `  ${it.name}_database_url: { environment: ${upper(it)}_DATABASE_URL }\n`,
    list: 'the secrets',
  },
  {
    file: at('docker-compose.yml'),
    text: ({ name }) =>
      `\n  ${name}:\n    <<: *souk\n    command: ["node", "subgraphs/${name}/dist/main.js"]\n    environment: &${name}\n      <<: *environment\n      ${name.toUpperCase()}_DATABASE_URL_FILE: /run/secrets/${name}_database_url\n`,
    list: 'the services',
    within: 'service',
  },
  {
    file: at('docker-compose.yml'),
    text: ({ port }) => `      PORT: "${port}"\n`,
    list: 'the environment of its service',
    within: 'service',
  },
  {
    file: at('docker-compose.yml'),
    text: ({ name, workerPort }) =>
      `\n  ${name}-worker:\n    <<: *souk\n    command: ["node", "subgraphs/${name}/dist/worker.js"]\n    environment: { <<: *${name}, PORT: "${workerPort}" }\n`,
    list: 'the services',
    within: 'service',
  },
  {
    file: at('docker-compose.yml'),
    text: (it) => `      ${upper(it)}_URL: http://${it.name}:${it.port}/graphql\n`,
    list: "the gateway's environment",
  },
  {
    file: at('docker-compose.yml'),
    text: ({ name }) => `      ${name}: { condition: service_healthy }\n`,
    list: 'what the gateway depends on',
  },
  {
    file: at('gateway/.env.example'),
    text: (it) => `# ${upper(it)}_URL=http://localhost:${it.port}/graphql\n`,
    list: 'where the subgraphs are',
  },
  {
    file: at('local/package.json'),
    text: ({ name }) => `"@souk/${name}": "`,
    list: 'the dependencies',
  },
  {
    file: own('package.json'),
    text: ({ name }) => `"name": "@souk/${name}"`,
    list: 'the manifest',
    within: 'folder',
  },
  {
    file: own('.env.example'),
    text: ({ port }) => `# PORT=${port}\n`,
    list: 'the settings',
    within: 'folder',
  },
  {
    file: own('.env.example'),
    text: ({ workerPort }) => `PORT=${workerPort}.\n`,
    list: 'the remark on the worker',
    within: 'folder',
  },
  {
    file: own('.env.example'),
    text: (it) =>
      `${upper(it)}_DATABASE_URL=postgresql://souk:souk@localhost:5432/${it.database}\n`,
    list: 'the settings',
    within: 'folder',
  },
  {
    file: ({ name }) => `prisma/${name}/schema.prisma`,
    text: ({ name }) => `"../../subgraphs/${name}/src/__generated__/prisma"`,
    list: 'the output of the client',
    within: 'folder',
  },
  {
    file: ({ name }) => `gateway/playground/samples/${name}.graphql`,
    text: () => 'query ',
    list: 'the samples of its tab',
    within: 'folder',
  },
];

/**
 * What is missing, one sentence each: what has to be added to which list of which file.
 *
 * @param read gives the text of a file of the repository, or null where there is none
 */
export function missingPlaces(
  subgraphs: readonly ListedSubgraph[],
  read: (path: string) => string | null,
): string[] {
  return subgraphs.flatMap((subgraph) =>
    PLACES.flatMap(({ file, text, list, times = 1 }) => {
      const path = file(subgraph);
      const wanted = text(subgraph);
      const found = read(path);
      if (found === null) return [`${path} is missing: ${list} of ${subgraph.name}.`];
      if (found.split(wanted).length - 1 >= times) return [];
      const often = times > 1 ? ` (${times} times)` : '';
      return [`${path}: add ${subgraph.name} to ${list}${often}:\n${wanted}`];
    }),
  );
}
