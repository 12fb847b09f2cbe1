import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { subgraphUrl } from '../cases/case.ts';
import type { Contender } from './contender.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const production = { NODE_ENV: 'production' };

export const apollo: Contender = {
  name: 'Apollo Gateway',
  available: true,
  command: ({ supergraphFile, port }) => ({
    file: process.execPath,
    args: ['--import', 'tsx', at('gateway/contenders/apollo-server.ts'), supergraphFile, `${port}`],
    env: production,
    cwd: at('.'),
    path: '/',
  }),
};

/** Hive Gateway by its own command, as the public benchmark runs it, or without sharing. */
const hive = (name: string, rustPlanner: boolean, sharing: boolean): Contender => ({
  name,
  available: true,
  command: ({ supergraphFile, folder, port }) => {
    const config = join(folder, 'hive.config.mjs');
    writeFileSync(
      config,
      `export const gatewayConfig = { inboundInflightRequestDeduplication: ${sharing} };\n`,
    );
    return {
      file: process.execPath,
      args: [
        at('node_modules/@graphql-hive/gateway/dist/bin.js'),
        ...['supergraph', supergraphFile, '--port', `${port}`, '--host', '127.0.0.1'],
        ...['--config-path', config],
        ...(rustPlanner ? ['--hive-router-runtime'] : []),
      ],
      env: { ...production, LOG_LEVEL: 'error' },
      cwd: at('.'),
      path: '/graphql',
    };
  },
});

const grafbaseBinary = at(
  `node_modules/@grafbase/cli-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl/grafbase`,
);

/**
 * Grafbase's Rust gateway out of its command line tool, which composes the subgraphs itself. As it
 * comes, equal requests to a subgraph in flight are one, whichever client requests they are for.
 */
const grafbase = (name: string, sharing: boolean): Contender => ({
  name,
  available: process.platform === 'linux' && existsSync(grafbaseBinary),
  command: ({ benchCase, folder, port }) => {
    const config = join(folder, 'grafbase.toml');
    const subgraphs = benchCase.subgraphs.map(({ name, typeDefs }) => {
      const schema = join(folder, `${name}.graphql`);
      writeFileSync(schema, typeDefs);
      return `[subgraphs.${name}]\nurl = "${subgraphUrl(name)}"\nschema_path = "${schema}"\n`;
    });
    writeFileSync(
      config,
      `[traffic_shaping]\ninflight_deduplication = ${sharing}\n\n${subgraphs.join('\n')}`,
    );
    return {
      file: grafbaseBinary,
      args: ['--home', folder, 'dev', '--config', config, '--port', `${port}`],
      path: '/graphql',
    };
  },
});

export const unsharedGrafbase = grafbase('Grafbase (Rust), no sharing', false);

export const peers: readonly Contender[] = [
  apollo,
  hive('Hive Gateway, JS planner, no sharing', false, false),
  hive('Hive Gateway, Rust planner, no sharing', true, false),
  hive('Hive Gateway, JS planner, sharing', false, true),
  hive('Hive Gateway, Rust planner, sharing', true, true),
  unsharedGrafbase,
  grafbase('Grafbase (Rust), sharing', true),
];
