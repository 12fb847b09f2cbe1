import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startUsers } from './accounts.ts';

describeTextInputs(readSchema(), startUsers);
