import { defineConsumer, type TransactionTools } from '@souk/runtime';
import type { ChatStores } from '../persistence/stores.ts';

export const chatConsumer = defineConsumer<ChatStores & TransactionTools>();
