import type { FormChecks } from '@souk/runtime/domain';
import { checkAll, systemClock } from '@souk/runtime/domain';
import { checkedRules, checkedSettings } from '../domain/preferences.ts';
import type { PreferencesChange } from '../use-cases/update-notification-preferences.ts';
import {
  checkReplay,
  checkWebhookForm,
  type WebhookEndpointInput,
} from '../use-cases/webhook-endpoints.ts';

/** What can be seen of forms before anything is read, so that it is answered together with the mistakes in texts. */
export const forms: FormChecks = {
  createWebhookEndpoint: ({ input }: { input: WebhookEndpointInput }) => checkWebhookForm(input),
  replayWebhooks: (between: { since: Date; until?: Date | null }) =>
    checkReplay(between, systemClock()),
  updateWebhookEndpoint: ({ input }: { input: WebhookEndpointInput }) => checkWebhookForm(input),
  updateNotificationPreferences: ({ input }: { input: PreferencesChange }) =>
    checkAll({
      rules: () => checkedRules(input.rules ?? []),
      settings: () => checkedSettings(input, systemClock()),
    }),
};
