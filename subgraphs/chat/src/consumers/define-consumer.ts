import { defineConsumer, type TransactionTools } from '@souk/runtime';
import type { Stores } from '../persistence/stores.ts';

export const chatConsumer = defineConsumer<Stores & TransactionTools>();
