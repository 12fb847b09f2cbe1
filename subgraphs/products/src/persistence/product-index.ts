import { createSearchIndex } from '@souk/runtime/search';
import type { Product } from '../domain/product.ts';
import type { Db } from './client.ts';

/** The words of products: those of titles count more. */
export const productIndex = (db: Db) =>
  createSearchIndex<Pick<Product, 'id' | 'title' | 'description'>>(db, {
    table: 'product',
    columns: 'id, title, description',
    textsOf: ({ title, description }) => [
      [title, 'A'],
      [description, 'B'],
    ],
    indexed: 'true',
    sortedBy: { column: 'title_key', textOf: ({ title }) => title },
  });
