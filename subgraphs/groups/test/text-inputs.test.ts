import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startGroups } from './community.ts';

describeTextInputs(readSchema(), startGroups);
