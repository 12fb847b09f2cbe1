import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startSpecimens } from './specimens.ts';

describeTextInputs(readSchema(), startSpecimens);
