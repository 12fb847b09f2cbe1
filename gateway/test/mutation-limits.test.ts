import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLArgument, getNamedType, isInputObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { DEFAULT_ONLY_ONCE } from '../src/limits/limits.ts';
import { FIELD_RULES } from '../src/limits/rates/rate-limits.ts';

// What bounds each mutation, beside what an operation may cost: a rate of the gateway, a count of its subgraph, or
// a reason why it needs neither. One that is new says which.

const api = buildSchema(readFileSync(new URL('../api.graphql', import.meta.url), 'utf8'), {
  assumeValid: true,
});
const mutations = Object.values(api.getMutationType()?.getFields() ?? {});
const names = mutations.map(({ name }) => name);
const ruled = FIELD_RULES.flatMap(({ fields }) => fields);

const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  'its subgraph counts it, by account or address': [
    ...['createRoom', 'openDirectRoom', 'openDiscussion', 'openSupportRoom', 'setSupportTaken'],
    ...['setSupportResolved', 'addParticipants', 'removeParticipant', 'updateRoom', 'archiveRoom'],
    ...['banFromRoom', 'reportMessage', 'appendToMessage', 'editMessage', 'forwardMessage'],
    ...['scheduleMessage', 'setReaction', 'setPinned', 'setTyping', 'setPresence'],
    ...['markRoomDelivered', 'markRoomUnread', 'markAllRoomsRead', 'setRoomPreferences'],
    ...['createGroup', 'updateGroup', 'inviteToGroup', 'answerInvite', 'setMemberRole'],
    ...['transferGroup', 'requestToJoin', 'muteMember', 'unmuteMember', 'banFromGroup'],
    ...['unbanFromGroup', 'createCart', 'updateCheckout', 'placeOrder', 'buyNow', 'payOrder'],
    ...['importProducts', 'completeUpload', 'replayWebhooks', 'sendTestNotification'],
  ],
  'changes what is the caller’s own, which nobody else hears of': [
    ...['logout', 'revokeSession', 'setPassword', 'beginPasskeyRegistration', 'registerPasskey'],
    ...['renamePasskey', 'removePasskey', 'beginTotpEnrolment', 'disableTotp'],
    ...['regenerateRecoveryCodes', 'linkIdentity', 'unlinkIdentity', 'createApiKey'],
    ...['revokeApiKey', 'createAddress', 'updateAddress', 'deleteAddress', 'createUpload'],
    ...['deleteMedia', 'exportAccount', 'deleteAccount', 'cancelAccountDeletion'],
    ...['setCartLines', 'clearCart', 'mergeCart', 'confirmCartPrices', 'shareOrder'],
    ...['revokeOrderSnapshot', 'updateScheduledMessage', 'cancelScheduledMessage', 'setReminder'],
    ...['setMessageSaved', 'markThreadRead', 'setThreadFollowing', 'setDraft', 'reportActivity'],
    ...['setBlocked', 'watch', 'unwatch', 'registerDevice', 'removeDevice', 'removeSmsNumber'],
    ...['createWebhookEndpoint', 'updateWebhookEndpoint', 'rotateWebhookSecret'],
    ...['deleteWebhookEndpoint', 'markNotificationsRead', 'markNotificationsUnread'],
    ...['markNotificationsSeen', 'archiveNotifications', 'snoozeNotification'],
    ...['dismissNotification', 'updateNotificationPreferences'],
  ],
  'a step that a thing takes once, or as often as there is something new': [
    ...['completePayment', 'confirmTestPayment', 'cancelOrder', 'fulfilOrder', 'refundOrder'],
    ...['requestReturn', 'decideReturn', 'receiveReturn', 'cancelReturn'],
    ...['answerRoomRequest', 'decideReport', 'appealReport', 'unbanFromRoom', 'deleteMessage'],
    ...['markRoomRead', 'revokeInvite', 'archiveGroup', 'withdrawJoinRequest'],
    ...['decideJoinRequest', 'removeMember'],
  ],
  'for staff alone': [
    ...['setSellerStatus', 'setCommission', 'createCategory', 'updateCategory', 'deleteCategory'],
    ...['setReviewHidden', 'createDiscountCode', 'setUserRoles', 'suspendUser', 'unsuspendUser'],
    ...['retryEmail'],
  ],
  'takes a secret of ours that nobody guesses': ['refreshSession', 'unsubscribeByToken'],
};

test('each mutation has a rate, is counted in its subgraph, or says why it needs neither', () => {
  const said = [...ruled, ...Object.values(OTHERWISE).flat()];
  expect(names.filter((name) => !said.includes(name))).toEqual([]);
  expect(said.filter((name) => !names.includes(name))).toEqual([]);
  expect(said.filter((name, index) => said.indexOf(name) !== index)).toEqual([]);
});

/** Names of arguments, and of the fields of inputs, by which something secret is shown. */
const SHOWN = /^(?:code|emailCode|recoveryCode|password|credential|proof)$/;
/** Which take something of that name that is no secret of ours: chosen here, or shown to somebody else. */
const NO_GUESS: Readonly<Record<string, string>> = {
  createDiscountCode: 'makes the code',
  registerUser: 'makes the password',
  registerPasskey: 'makes the passkey',
  linkIdentity: 'a code of the provider, who is asked about it',
};

const namesIn = (args: readonly GraphQLArgument[], deep = 0): string[] =>
  args.flatMap(({ name, type }) => {
    const input = getNamedType(type);
    const below = isInputObjectType(input) && deep < 4 ? Object.values(input.getFields()) : [];
    return [name, ...namesIn(below as unknown as GraphQLArgument[], deep + 1)];
  });

test('each field that takes a guessable secret has its own rate, and runs once in a request', () => {
  const guessing = mutations
    .filter(({ args }) => namesIn(args).some((name) => SHOWN.test(name)))
    .map(({ name }) => name);
  const free = guessing.filter((name) => !ruled.includes(name) && !(name in NO_GUESS));
  const repeated = guessing.filter(
    (name) => !DEFAULT_ONLY_ONCE.includes(name) && !(name in NO_GUESS),
  );
  expect([free, repeated]).toEqual([[], []]);
  expect(guessing.length).toBeGreaterThan(12);
  expect(Object.keys(NO_GUESS).filter((name) => !guessing.includes(name))).toEqual([]);
});

test('each field that sends a mail or a text message, or tries a secret, runs once in a request', () => {
  const limits = ['rateMail', 'rateSecret', 'rateRegister', 'rateLogin'];
  const sending = FIELD_RULES.filter(({ limit }) => limits.includes(limit)).flatMap(
    ({ fields }) => fields,
  );
  expect(sending.filter((name) => !DEFAULT_ONLY_ONCE.includes(name))).toEqual([]);
  expect(DEFAULT_ONLY_ONCE.filter((name) => !names.includes(name))).toEqual([]);
});
