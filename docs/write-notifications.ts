// Writes docs/notifications.md from the table that decides; a test of notifications says whether it is stale.
import { writeFileSync } from 'node:fs';
import { deliveryDocument } from '../subgraphs/notifications/src/domain/delivery-document.ts';

writeFileSync(new URL('./notifications.md', import.meta.url), deliveryDocument());
