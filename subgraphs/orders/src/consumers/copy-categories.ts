import { defineConsumer } from '@souk/runtime/events';
import type { ConsumerStores } from './index.ts';

/** Each telling is the whole tree, and its place in the stream tells the newer from the older. */
export const copyCategories = defineConsumer<ConsumerStores>()({
  name: 'copy-categories',
  consumes: 'products.CategoriesArranged',
  handle: ({ event, sequence }, { categoryTree }) => categoryTree.apply(event.categories, sequence),
});
