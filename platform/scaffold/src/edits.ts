import { type Names, pascal } from './names.ts';
import { type ListedSubgraph, PLACES } from './places.ts';
import { ScaffoldError } from './scaffold-error.ts';

export interface Edit {
  readonly file: string;
  apply(text: string): string;
}

/** Puts text before the first place where the anchor is. */
const before = (file: string, anchor: string, text: string): Edit => ({
  file,
  apply: (whole) => {
    const at = whole.indexOf(anchor);
    if (at < 0)
      throw new ScaffoldError([`${file} has no "${anchor.trim()}" any more: see edits.ts`]);
    return whole.slice(0, at) + text + whole.slice(at);
  },
});

/** Each line of a list that names the neighbour is followed by the same line with the new name. */
const besideNeighbour = (file: string, from: string, to: string): Edit => ({
  file,
  apply: (whole) =>
    whole
      .split('\n')
      .flatMap((line) => {
        if (!`${line}\n`.includes(from)) return [line];
        const added = `${line}\n`.replace(from, to).replace(/\n$/, '');
        // The last of a list in JSON has no comma.
        return line.endsWith('"') && file.endsWith('.json') ? [`${added},`, line] : [line, added];
      })
      .join('\n'),
});

/** What existing files need, besides the new ones, for the subgraph to run, compose and be seeded. */
export function editsFor(
  names: Names,
  subgraph: ListedSubgraph,
  neighbour: ListedSubgraph,
): Edit[] {
  const { name, port, workerPort, database } = subgraph;
  const Name = pascal(name);
  const lists = PLACES.filter(({ within }) => within === undefined).map(({ file, text }) =>
    besideNeighbour(file(neighbour), text(neighbour), text(subgraph)),
  );
  const catalog = 'platform/runtime/src/events/catalog/index.ts';
  const samples = 'gateway/playground/samples.ts';
  const local = 'local/src/subgraphs.ts';
  const demo = 'local/src/demo.ts';
  return [
    ...lists,
    before(
      'souk.config.ts',
      '} as const satisfies',
      `  ${name}: { port: ${port}, workerPort: ${workerPort}, database: '${database}' },\n`,
    ),
    before('docker-compose.yml', '\n  gateway:\n', serviceOf(subgraph)),
    before(catalog, '\nconst catalog', `import { ${name}Events } from './${name}.ts';\n`),
    before(catalog, '};\n\nexport { NEWS_OF_CATEGORIES', `  ...${name}Events,\n`),
    {
      file: 'platform/runtime/src/domain/ids/typed-id.ts',
      apply: (text) =>
        text.includes(`: '${pascal(names.entity)}',`)
          ? text
          : text.replace("  evt: 'Event',", `  ${names.prefix}: '${pascal(names.entity)}',\n$&`),
    },
    before(samples, 'import type', `import ${name} from './samples/${name}.graphql';\n`),
    before(
      samples,
      '    users: sample(',
      `    ${name}: sample(${name}, {\n      ${names.entity}: { text: 'Well made.', idempotencyKey: uuid() },\n      authorId: 'usr_… of an author',\n    }),\n`,
    ),
    before(local, 'import', `import { create${Name}Subgraph } from '@souk/${name}';\n`),
    before(local, '  } satisfies Record', `    ${name}: depsOf('${name}', {}),\n`),
    before(local, '  };\n  const started', `    ${name}: create${Name}Subgraph(deps.${name}),\n`),
    before(demo, 'import', `import { seedDemo${Name} } from '@souk/${name}';\n`),
    before(
      demo,
      '    seedDemoChat(',
      `    seedDemo${Name}(deps.${name}, { authorIds: [ada, bo] }),\n`,
    ),
  ];
}

const serviceOf = ({ name, port, workerPort }: ListedSubgraph) => `
  ${name}:
    <<: *souk
    command: ["node", "subgraphs/${name}/dist/main.js"]
    environment: &${name}
      <<: *environment
      ${name.toUpperCase()}_DATABASE_URL_FILE: /run/secrets/${name}_database_url
      PORT: "${port}"
    secrets: &${name}-secrets [redis_url, cursor_secret, ${name}_database_url]
    depends_on: *after-migrations
  ${name}-worker:
    <<: *souk
    command: ["node", "subgraphs/${name}/dist/worker.js"]
    environment: { <<: *${name}, PORT: "${workerPort}" }
    secrets: *${name}-secrets
    depends_on: *after-migrations
`;
