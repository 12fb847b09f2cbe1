/** The subgraph that runs inside the gateway. Its address says so: it can never be called. */
export const IDENTITY = 'identity';
export const IDENTITY_URL = 'http://identity.invalid/graphql';
