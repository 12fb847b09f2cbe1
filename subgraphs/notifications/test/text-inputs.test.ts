import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startNotifications } from './inbox.ts';

describeTextInputs(readSchema(), startNotifications);
