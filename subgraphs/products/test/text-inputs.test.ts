import { describeTextInputs } from '@souk/testkit/text-contract';
import { deskIdOf } from '@souk/runtime/domain';
import { readSchema } from '../src/index.ts';
import { list, sellerIdOf, startProducts } from './catalogue.ts';

describeTextInputs(readSchema(), startProducts, async (graph, viewer) => {
  await list(graph, {}, viewer);
  return { Seller: sellerIdOf(viewer), SellerDesk: deskIdOf(sellerIdOf(viewer)) };
});
