import { printSchema } from 'graphql';
import { apiSchemaOf } from '../execution/supergraph.ts';

const HEAD = `# What clients see: written by \`npm run compose\`, for their code generators and linters.

`;

/** The schema by which the gateway validates operations, as SDL. */
export const apiDocumentOf = (supergraphSdl: string): string =>
  `${HEAD}${printSchema(apiSchemaOf(supergraphSdl))}\n`;
