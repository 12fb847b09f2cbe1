import type { DeliveryStatus } from '../delivery.ts';
import type { DeliveryReason } from '../delivery-rules.ts';
import type { CodePurpose } from '../email.ts';
import type { Channel } from '../notification.ts';

type Text = string;

/** The words of mails; `{name}` stands for a value. */
export interface MailTexts {
  greeting: Text;
  code: Readonly<Record<CodePurpose, readonly [subject: Text, what: Text]>>;
  codePage: Text;
  codeExpires: Text;
  codeNotYou: Text;
  hasAccount: { subject: Text; paragraphs: readonly Text[] };
  invite: { subject: Text; what: Text; until: Text };
  security: { subject: Text; lastHere: Text; notYou: Text };
  notices: {
    one: Text;
    several: Text;
    digest: Text;
    more: Text;
    closing: Text;
    unsubscribe: Text;
  };
  /** Words of text messages. */
  sms: { code: Text };
  /** What became of a notice, for whoever asks. */
  explanation: {
    channels: Readonly<Record<Channel, Text>>;
    statuses: Readonly<Record<DeliveryStatus, Text>>;
    reasons: Readonly<Record<DeliveryReason, Text>>;
  };
}

export const EN: MailTexts = {
  greeting: 'Hello,',
  code: {
    REGISTRATION: [
      'Your code for Souk',
      'To open your account, enter this code where you asked for it:',
    ],
    SIGN_IN: ['Your code to sign in', 'To sign in, enter this code where you asked for it:'],
    PASSWORD_RESET: [
      'Your code for a new password',
      'To set a new password, enter this code where you asked for it:',
    ],
    EMAIL_VERIFICATION: [
      'Your code to confirm your address',
      'To confirm that this address is yours, enter this code where you asked for it:',
    ],
    REAUTHENTICATION: [
      'Your code to continue',
      'To confirm that it is you, enter this code where you asked for it:',
    ],
    EMAIL_CHANGE: [
      'Your code for your new address',
      'To use this address for your account, enter this code where you asked for it:',
    ],
    EMAIL_CHANGE_CURRENT: [
      'Your code to change your address',
      'Somebody who is signed in to your account wants to change its address. If that is you, enter this code where you asked for it:',
    ],
    GUEST_ORDER: [
      'Your code to see your order',
      'To see an order that you placed without an account, enter this code where you asked for it:',
    ],
  },
  codePage: 'You can also see it here: {page}',
  codeExpires: 'It is valid until {expiresAt}, and only on the device that asked for it.',
  codeNotYou:
    'If you did not ask for this code, ignore this email and share the code with nobody: nothing happens unless it is entered.',
  hasAccount: {
    subject: 'You have an account at Souk',
    paragraphs: [
      'Somebody tried to open an account at Souk with this address, which already has one.',
      'If that was you, sign in with a code that we email to you, or set a new password if you have forgotten yours.',
      'If that was not you, you can ignore this email: nothing has changed.',
    ],
  },
  invite: {
    subject: 'You are invited to a group at Souk',
    what: 'Somebody at Souk has invited you to join their group. See here who it is and what the group is called: {page}',
    until:
      'The invitation is open until {expiresAt}. If you are not interested, ignore this email.',
  },
  security: {
    subject: 'Your account was changed',
    lastHere:
      'Emails about your account go to the new address from now on; this is the last one to this address.',
    notYou:
      'If that was not you, set a new password at once and end all sessions that you do not recognize.',
  },
  notices: {
    one: '{title}',
    several: '{title}, and {count} more',
    digest: 'What happened while you were away:',
    more: 'These are the newest of {count}.',
    closing:
      'You will get no other email about this until you have read it. You can choose what you are notified of in your notification preferences.',
    unsubscribe: 'No more emails like this one',
  },
  sms: { code: '{code} is your code for text messages. We will never ask you for it.' },
  explanation: {
    channels: { IN_APP: 'Inbox', EMAIL: 'Email', PUSH: 'Devices', SMS: 'Text messages' },
    statuses: {
      PENDING: 'it is waiting',
      SENT: 'it was sent',
      DELIVERED: 'it was delivered',
      BOUNCED: 'it bounced',
      SUPPRESSED: 'it was held back',
      FAILED: 'it could not be sent',
      COMPLAINED: 'it was reported as unwanted',
    },
    reasons: {
      READ_BEFORE_SEND: 'you had already read it or removed it from your inbox',
      MUTED_ROOM: 'you have muted the room',
      NOTIFY_LEVEL: 'you chose to get fewer notifications from this room',
      QUIET_HOURS: 'until your quiet hours are over',
      PAUSED: 'until your pause is over',
      ATTENTIVE: 'you were active at the time',
      PREFERENCE_OFF: 'you have switched this off',
      BATCHED_INTO: 'in one email with others',
      SNOOZED: 'until it returns to your inbox',
      BOUNCED: 'messages sent there bounced',
      COMPLAINED: 'an earlier message was reported as unwanted',
      LEFT_ROOM: 'you are no longer in the room',
      BANNED: 'you are banned from the room',
      RIGHTS_LOST: 'you no longer work for the seller, or lost the right to handle this',
      BLOCKED: 'you have blocked the author',
      DELETED: 'it was deleted',
      RATE_LIMITED: 'an earlier one was not read yet, or the daily limit was reached',
      NO_ADDRESS: 'you have no confirmed address',
      NO_DEVICE: 'you have no registered device',
      NO_NUMBER: 'you have no confirmed number',
      DEVICE_GONE: 'the device no longer accepts notifications',
      PROVIDER_REFUSED: 'the provider refused it',
    },
  },
};
