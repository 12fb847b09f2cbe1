import { defineConsumer } from '@souk/runtime/events';
import type { ConsumerStores } from './index.ts';

/** Each event contains the whole tree, and its sequence distinguishes newer from older ones. */
export const copyCategories = defineConsumer<ConsumerStores>()({
  name: 'copy-categories',
  consumes: 'products.CategoriesArranged',
  handle: ({ event, sequence }, { categoryTree }) => categoryTree.apply(event.categories, sequence),
});
