import { deskIdOf, personalSellerIdOf } from '@souk/runtime/domain';
import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { startOrders } from './shop.ts';

describeTextInputs(readSchema(), startOrders, async (_, { userId }) => ({
  SellerDesk: deskIdOf(personalSellerIdOf(userId)),
}));
