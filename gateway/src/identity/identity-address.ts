/** The address of the subgraph that runs inside the gateway; it can never be called. */
export const IDENTITY = 'identity';
export const IDENTITY_URL = 'http://identity.invalid/graphql';
