import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startOrders } from './shop.ts';

describeTextInputs(readSchema(), startOrders);
