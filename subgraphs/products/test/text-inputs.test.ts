import { deskIdOf } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import { describeTextInputs } from '@souk/testkit/text-contract';
import { readSchema } from '../src/index.ts';
import { CREATE_CATEGORY, list, sellerIdOf, startProducts } from './catalogue.ts';

describeTextInputs(readSchema(), startProducts, async (graph, viewer) => {
  await list(graph, {}, viewer);
  const input = { name: 'Shelf' };
  const data = await graph.ask(CREATE_CATEGORY, { input }, as('boss', 'ADMIN'));
  const Category = data.createCategory.category.id;
  return { Category, Seller: sellerIdOf(viewer), SellerDesk: deskIdOf(sellerIdOf(viewer)) };
});
