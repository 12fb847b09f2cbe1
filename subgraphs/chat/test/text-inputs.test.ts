import { describeTextInputs } from '@souk/testkit/text-contract';
import { readTypeDefs } from '../src/index.ts';
import { startChat } from './chat.ts';

describeTextInputs(readTypeDefs(), startChat);
