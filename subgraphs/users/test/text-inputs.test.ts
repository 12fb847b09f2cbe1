import { describeTextInputs } from '@souk/testkit/text-contract';
import { typeDefs } from '../src/index.ts';
import { startUsers } from './accounts.ts';

describeTextInputs(typeDefs, startUsers);
