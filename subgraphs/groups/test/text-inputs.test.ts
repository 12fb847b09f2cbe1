import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { communityOf, startGroups } from './community.ts';

describeTextInputs(readSchema(), startGroups, async (graph, viewer) => ({
  Group: (await communityOf(graph).found({}, viewer)).id,
}));
