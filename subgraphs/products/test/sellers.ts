import { randomUUID } from 'node:crypto';
import type { Viewer } from '@souk/runtime/domain';
import type { StartedSubgraph } from '@souk/testkit';

const FIELDS = `id handle displayName description status version
  trader { legalName country registrationNumber vatId email imprint }
  products { totalCount }
  desk {
    id statusReason viewerCan commissionBasisPoints
    viewerMembership { role }
    members { totalCount edges { node { role user { id } } } }
    products { totalCount }
    categoryCommissions { category { id } basisPoints }
  }`;
const ERRORS = `errors { __typename ... on UserError { code message path }
  ... on HandleTakenError { suggestion } }`;
const PLAIN = 'errors { __typename ... on UserError { code message path } }';

/** What a test asks of sellers. */
export const SELLER = {
  input: (given: object = {}) => ({
    ...{ handle: `seller-${randomUUID().slice(0, 8)}`, displayName: 'A seller' },
    ...{ trader: { legalName: 'A seller Ltd', country: 'PT' }, idempotencyKey: randomUUID() },
    ...given,
  }),
  create: `mutation ($input: CreateSellerInput!) { createSeller(input: $input) { seller { ${FIELDS} } replayed ${ERRORS} } }`,
  update: `mutation ($input: UpdateSellerInput!) { updateSeller(input: $input) { seller { ${FIELDS} } ${PLAIN} } }`,
  byId: `query ($id: ID!) { seller(id: $id) { ${FIELDS} } }`,
  setCommission: `mutation ($sellerId: ID!, $categoryId: ID, $basisPoints: Int!) {
    setCommission(sellerId: $sellerId, categoryId: $categoryId, basisPoints: $basisPoints) { seller { id } ${PLAIN} } }`,
};

export const SET_MEMBER = `mutation ($sellerId: ID!, $userId: ID!, $role: SellerRole!) {
  setSellerMember(sellerId: $sellerId, userId: $userId, role: $role) { member { id role user { id } } ${PLAIN} } }`;

export const ACCEPT = `mutation ($sellerId: ID!) {
  acceptSellerMembership(sellerId: $sellerId) { member { id role acceptedAt desk { id } } ${PLAIN} } }`;

export const REMOVE_MEMBER = `mutation ($sellerId: ID!, $userId: ID!) {
  removeSellerMember(sellerId: $sellerId, userId: $userId) { deletedId seller { id } ${PLAIN} } }`;

export const SET_STATUS = `mutation ($sellerId: ID!, $status: SellerStatus!, $reason: String) {
  setSellerStatus(sellerId: $sellerId, status: $status, reason: $reason) { seller { id status } ${PLAIN} } }`;

/** Opens a seller, which must work. */
export async function openSeller(graph: StartedSubgraph, given: object, viewer: Viewer) {
  const answer = await graph.execute(SELLER.create, { input: SELLER.input(given) }, viewer);
  const { seller } = answer.data?.createSeller ?? {};
  if (!seller) throw new Error(JSON.stringify(answer));
  return seller;
}
