import { personalSellerIdOf, scopesOf, type Viewer } from '@souk/runtime/domain';
import type { Commission } from './commission.ts';

/** Our copy of a seller. */
export interface Seller {
  id: string;
  displayName: string;
  status: 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
  commissions: readonly Commission[];
}

/** Only then may their products be sold. */
export const maySell = ({ status }: Pick<Seller, 'status'>): boolean => status === 'ACTIVE';

/** Whether somebody works for a seller; everybody works for the seller that they are by themselves. */
export const worksFor = (
  viewer: Viewer | null,
  sellerId: string,
  sellersOfViewer: readonly string[],
): boolean =>
  viewer !== null &&
  (personalSellerIdOf(viewer.userId) === sellerId || sellersOfViewer.includes(sellerId));

/** Staff see what sellers see. */
export const isStaff = (viewer: Viewer | null): boolean => scopesOf(viewer).has('orders:read');
