import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

export const chatConsumer = defineConsumer<Stores & TransactionTools>();
