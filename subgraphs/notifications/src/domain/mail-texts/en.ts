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
      'To open your account, type this code where you asked for it:',
    ],
    SIGN_IN: ['Your code to sign in', 'To sign in, type this code where you asked for it:'],
    PASSWORD_RESET: [
      'Your code for a new password',
      'To set a new password, type this code where you asked for it:',
    ],
    EMAIL_VERIFICATION: [
      'Your code to confirm your address',
      'To confirm that this address is yours, type this code where you asked for it:',
    ],
    REAUTHENTICATION: [
      'Your code to go on',
      'To confirm that it is you, type this code where you asked for it:',
    ],
    EMAIL_CHANGE: [
      'Your code for your new address',
      'To have your mail sent to this address, type this code where you asked for it:',
    ],
    EMAIL_CHANGE_CURRENT: [
      'Your code to change your address',
      'Somebody who is signed in as you wants your mail sent to another address. If that is you, type this code where you asked for it:',
    ],
    GUEST_ORDER: [
      'Your code to see your order',
      'To see an order that you placed without an account, type this code where you asked for it:',
    ],
  },
  codePage: 'You find it here, too: {page}',
  codeExpires: 'It works until {expiresAt}, and only on the device that asked for it.',
  codeNotYou:
    'If that was not you, do nothing, and tell it to nobody: without you, nothing will come of it.',
  hasAccount: {
    subject: 'You have an account at Souk',
    paragraphs: [
      'somebody asked for an account at Souk with this address, which has one already.',
      'If that was you: sign in, by a code that we mail to you or with a new password, should you have forgotten yours.',
      'If that was not you, do nothing: nothing has changed.',
    ],
  },
  invite: {
    subject: 'You are invited to a group at Souk',
    what: 'Somebody at Souk wants you in their group. Who it is and what it is called you see here: {page}',
    until: 'It is open until {expiresAt}. If you want nothing of it, do nothing.',
  },
  security: {
    subject: 'Your account was changed',
    lastHere:
      'Mail of your account goes to the new address from now on; this is the last to this one.',
    notYou:
      'If that was not you, set a new password at once, and end the sessions that you do not know.',
  },
  notices: {
    one: '{title}',
    several: '{title}, and {count} more',
    digest: 'What happened while you were away:',
    more: 'The newest of {count}.',
    closing:
      'There will be no other mail about this until you have read it. You can say what you want to hear of in the preferences of your notifications.',
    unsubscribe: 'No more mails like this one',
  },
  sms: { code: '{code} is your code for text messages. Nobody of us asks you for it.' },
  explanation: {
    channels: { IN_APP: 'Inbox', EMAIL: 'E-mail', PUSH: 'Devices', SMS: 'Text messages' },
    statuses: {
      PENDING: 'it waits',
      SENT: 'it was sent',
      DELIVERED: 'it is there',
      BOUNCED: 'it came back',
      SUPPRESSED: 'it was held back',
      FAILED: 'it could not be sent',
      COMPLAINED: 'it was reported as unwanted',
    },
    reasons: {
      READ_BEFORE_SEND: 'you had read it, or put it away',
      MUTED_ROOM: 'you have muted the room',
      NOTIFY_LEVEL: 'you want less of this room',
      QUIET_HOURS: 'until your quiet hours are over',
      PAUSED: 'until your pause is over',
      ATTENTIVE: 'you were there',
      PREFERENCE_OFF: 'you have switched this off',
      BATCHED_INTO: 'in a mail with others',
      SNOOZED: 'until it comes back into your inbox',
      BOUNCED: 'what was sent there came back',
      COMPLAINED: 'an earlier mail was reported as unwanted',
      LEFT_ROOM: 'you are not in the room any more',
      BANNED: 'you are banned from the room',
      RIGHTS_LOST:
        'it is for others by now, as you do not work for the seller or answer for the group any more',
      BLOCKED: 'you have blocked its author',
      DELETED: 'it was deleted',
      RATE_LIMITED: 'enough of this went out already',
      NO_ADDRESS: 'you have confirmed no address',
      NO_DEVICE: 'you have registered no device',
      NO_NUMBER: 'you have confirmed no number',
      DEVICE_GONE: 'the device takes no more',
      PROVIDER_REFUSED: 'the next server did not take it',
    },
  },
};
