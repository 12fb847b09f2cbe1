import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { type BenchCase, subgraphUrl } from './case.ts';
import { createLibrary } from './library.ts';
import { publicData } from './public-data.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@requires", "@provides", "@external", "@shareable"])\n`;

/** The project's own case (`variant` 'distinct': no two texts alike), or the public one. */
export function loadCase(dataFolder?: string, variant?: string): BenchCase {
  if (dataFolder) return publicData(dataFolder);
  const library = createLibrary(variant === 'distinct');
  const { subgraphs } = library;
  return {
    ...library,
    subgraphs: subgraphs.map((one) => ({ ...one, typeDefs: LINK + one.typeDefs })),
  };
}

export function supergraphOf({ supergraphSdl, subgraphs }: BenchCase): string {
  if (supergraphSdl) return supergraphSdl;
  const composed = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({
      name,
      url: subgraphUrl(name),
      typeDefs: parse(typeDefs),
    })),
  );
  if (!composed.supergraphSdl) {
    throw new Error(composed.errors?.map(({ message }) => message).join('\n'));
  }
  return composed.supergraphSdl;
}
