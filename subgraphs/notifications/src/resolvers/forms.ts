import type { FormChecks } from '@souk/runtime/domain';
import { checkAll, systemClock } from '@souk/runtime/domain';
import { checkedRules, checkedSettings } from '../domain/preferences.ts';
import type { PreferencesChange } from '../use-cases/update-notification-preferences.ts';
import {
  checkReplay,
  checkWebhookForm,
  type WebhookEndpointInput,
} from '../use-cases/webhook-endpoints.ts';

/**
 * The checks of forms that need no reads, so that their mistakes are returned together with those in texts.
 */
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
