import { z } from 'zod';
import { EVENTS } from './catalog/index.ts';

const INTRODUCTION = `# Events

Written by \`npm run docs:events\` from the catalogue in \`platform/runtime/src/events/catalog/\`;
\`npm run check\` fails when it is stale.

An event is appended to its subgraph's log in the transaction of the change it is about. The relay
hands it to the queue of every consumer, again and again until the consumer has confirmed it;
consumers remember event ids in the same transaction as their effect, so the effect happens once.
Live streams read the same log.

Every event carries \`id\`, \`stream\`, \`sequence\` (1, 2, 3, … within its stream), \`type\`, \`version\`,
\`payload\` and \`occurredAt\`. Payloads are given below as JSON Schema.
`;

/** The event catalogue as a document: who emits what, who consumes it, and the payload. */
export function catalogDocument(): string {
  const names = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
  const rows = names.map((name) => {
    const { version, summary, consumedBy } = EVENTS[name];
    return `| [\`${name}\`](#${anchorOf(name)}) | ${version} | ${consumedBy.join(', ') || '–'} | ${summary} |`;
  });
  const sections = names.map((name) => {
    const { summary, payload, consumedBy, heardByGateways } = EVENTS[name];
    const schema = JSON.stringify(z.toJSONSchema(payload), null, 2);
    const readers =
      consumedBy.length > 0 ? consumedBy.join(', ') : 'nobody; it drives live streams';
    const gateways = heardByGateways ? ' Every gateway hears of it at once.' : '';
    return `## ${name}\n\n${summary} Consumed by: ${readers}.${gateways}\n\n\`\`\`json\n${schema}\n\`\`\`\n`;
  });
  const table = ['| event | version | consumed by | what happened |', '|---|---|---|---|', ...rows];
  return `${INTRODUCTION}\n${table.join('\n')}\n\n${sections.join('\n')}`;
}

const anchorOf = (name: string) => name.toLowerCase().replaceAll('.', '');
