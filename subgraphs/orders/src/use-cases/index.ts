import { requireViewer, type Viewer } from '@souk/runtime';
import { type CancelOrderInput, cancelOrder } from './cancel-order.ts';
import type { OrdersDeps } from './deps.ts';
import { type PlaceOrderInput, placeOrder } from './place-order.ts';

/** The use cases, each on behalf of the viewer; throws `UNAUTHENTICATED` when nobody is signed in. */
export const useCasesOf = (deps: OrdersDeps, viewer: Viewer | null) => ({
  placeOrder: (input: PlaceOrderInput) => placeOrder(deps, requireViewer(viewer), input),
  cancelOrder: (input: CancelOrderInput) => cancelOrder(deps, requireViewer(viewer), input),
});

export type UseCases = ReturnType<typeof useCasesOf>;
