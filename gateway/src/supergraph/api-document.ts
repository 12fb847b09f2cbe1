import { apiSchemaOf } from '@souk/engine';
import { printSchema } from 'graphql';

const HEAD = `# What clients see: written by \`npm run compose\`, for their code generators and linters.

`;

/** The schema against which the gateway validates operations, as SDL. */
export const apiDocumentOf = (supergraphSdl: string): string =>
  `${HEAD}${printSchema(apiSchemaOf(supergraphSdl))}\n`;
