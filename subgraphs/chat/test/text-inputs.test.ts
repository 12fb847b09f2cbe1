import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startChat } from './chat.ts';

describeTextInputs(readSchema(), startChat);
