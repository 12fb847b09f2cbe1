import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { type BenchCase, subgraphUrl } from './case.ts';
import { library } from './library.ts';
import { publicData } from './public-data.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@requires", "@provides", "@external", "@shareable"])\n`;

/** The project's own case, or the public one from a folder. */
export function loadCase(dataFolder: string | undefined): BenchCase {
  if (dataFolder) return publicData(dataFolder);
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
