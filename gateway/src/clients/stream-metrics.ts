import { stateMetric, tallyMetric } from '@souk/runtime/telemetry';

const events = tallyMetric({
  name: 'graphql_subscription_events_total',
  help: 'Events written to clients',
  labels: ['graphql_transport'],
});

/** Incremented for each event and client. */
export const eventsWritten = {
  websocket: events({ graphql_transport: 'websocket' }),
  sse: events({ graphql_transport: 'sse' }),
  multipart: events({ graphql_transport: 'multipart' }),
};

export const socketsOpen = stateMetric({
  name: 'websocket_connections_active',
  help: 'WebSocket connections of clients',
});
export const queuedBytes = stateMetric({
  name: 'websocket_send_queue_bytes',
  help: 'Bytes that wait for clients to read them, of all together',
});
export const deepestQueue = stateMetric({
  name: 'websocket_send_queue_messages_max',
  help: 'Messages that wait for the client for whom most do',
});
export const presenceLeases = stateMetric({
  name: 'souk_presence_leases',
  help: 'Connections of people who are online by them, kept by this gateway',
});
