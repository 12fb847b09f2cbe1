import { cancelOrder } from './cancel-order.ts';
import { placeOrder } from './place-order.ts';

export const useCases = { ofViewer: { cancelOrder, placeOrder } };
