import type { MailTexts } from './en.ts';

export const DE: MailTexts = {
  greeting: 'Guten Tag,',
  code: {
    REGISTRATION: [
      'Ihr Code für Souk',
      'Um Ihr Konto zu eröffnen, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    SIGN_IN: [
      'Ihr Code zum Anmelden',
      'Um sich anzumelden, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    PASSWORD_RESET: [
      'Ihr Code für ein neues Passwort',
      'Um ein neues Passwort zu setzen, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_VERIFICATION: [
      'Ihr Code zur Bestätigung Ihrer Adresse',
      'Um zu bestätigen, dass diese Adresse Ihre ist, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    REAUTHENTICATION: [
      'Ihr Code, um fortzufahren',
      'Um zu bestätigen, dass Sie es sind, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_CHANGE: [
      'Ihr Code für Ihre neue Adresse',
      'Damit Ihre Post an diese Adresse geht, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_CHANGE_CURRENT: [
      'Ihr Code, um Ihre Adresse zu ändern',
      'Jemand, der als Sie angemeldet ist, möchte Ihre Post an eine andere Adresse schicken lassen. Wenn Sie das sind, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    GUEST_ORDER: [
      'Ihr Code, um Ihre Bestellung zu sehen',
      'Um eine Bestellung ohne Konto wieder zu sehen, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
  },
  codePage: 'Sie finden ihn auch hier: {page}',
  codeExpires: 'Er gilt bis {expiresAt}, und nur auf dem Gerät, das ihn angefordert hat.',
  codeNotYou:
    'Wenn Sie das nicht waren, tun Sie nichts, und sagen Sie ihn niemandem: ohne Sie geschieht nichts.',
  hasAccount: {
    subject: 'Sie haben ein Konto bei Souk',
    paragraphs: [
      'jemand wollte bei Souk ein Konto mit dieser Adresse eröffnen, die schon eines hat.',
      'Wenn Sie das waren: melden Sie sich an, mit einem Code, den wir Ihnen schicken, oder mit einem neuen Passwort, falls Sie Ihres vergessen haben.',
      'Wenn Sie das nicht waren, tun Sie nichts: es hat sich nichts geändert.',
    ],
  },
  invite: {
    subject: 'Sie sind zu einer Gruppe bei Souk eingeladen',
    what: 'Jemand bei Souk möchte Sie in seiner Gruppe haben. Wer es ist und wie sie heißt, sehen Sie hier: {page}',
    until: 'Die Einladung gilt bis {expiresAt}. Wenn Sie nichts davon wollen, tun Sie nichts.',
  },
  security: {
    subject: 'Ihr Konto wurde geändert',
    lastHere: 'Post Ihres Kontos geht ab jetzt an die neue Adresse; dies ist die letzte an diese.',
    notYou:
      'Wenn Sie das nicht waren, setzen Sie sofort ein neues Passwort, und beenden Sie die Sitzungen, die Sie nicht kennen.',
  },
  notices: {
    one: '{title}',
    several: '{title}, und {count} weitere',
    digest: 'Was geschah, während Sie weg waren:',
    more: 'Das neueste von {count}.',
    closing:
      'Darüber kommt keine weitere Mail, bis Sie es gelesen haben. Was Sie erfahren möchten, sagen Sie in den Einstellungen Ihrer Benachrichtigungen.',
    unsubscribe: 'Keine Mails wie diese mehr',
  },
  sms: { code: '{code} ist Ihr Code für SMS. Niemand von uns fragt Sie danach.' },
  explanation: {
    channels: { IN_APP: 'Posteingang', EMAIL: 'E-Mail', PUSH: 'Geräte', SMS: 'SMS' },
    statuses: {
      PENDING: 'es wartet',
      SENT: 'es ging hinaus',
      DELIVERED: 'es ist da',
      BOUNCED: 'es kam zurück',
      SUPPRESSED: 'es wurde zurückgehalten',
      FAILED: 'es konnte nicht verschickt werden',
      COMPLAINED: 'es wurde als unerwünscht gemeldet',
    },
    reasons: {
      READ_BEFORE_SEND: 'Sie hatten es gelesen oder weggelegt',
      MUTED_ROOM: 'Sie haben den Raum stummgeschaltet',
      NOTIFY_LEVEL: 'Sie möchten weniger aus diesem Raum',
      QUIET_HOURS: 'bis Ihre Ruhezeit vorbei ist',
      PAUSED: 'bis Ihre Pause vorbei ist',
      ATTENTIVE: 'Sie waren da',
      PREFERENCE_OFF: 'Sie haben das abgeschaltet',
      BATCHED_INTO: 'in einer Mail mit anderen',
      SNOOZED: 'bis es in Ihren Posteingang zurückkommt',
      BOUNCED: 'was dorthin ging, kam zurück',
      COMPLAINED: 'eine frühere Mail wurde als unerwünscht gemeldet',
      LEFT_ROOM: 'Sie sind nicht mehr im Raum',
      BANNED: 'Sie sind aus dem Raum ausgeschlossen',
      RIGHTS_LOST:
        'es ist inzwischen für andere, da Sie nicht mehr für den Verkäufer arbeiten oder für die Gruppe antworten',
      BLOCKED: 'Sie haben den Verfasser blockiert',
      DELETED: 'es wurde gelöscht',
      RATE_LIMITED: 'davon ging schon genug hinaus',
      NO_ADDRESS: 'Sie haben keine Adresse bestätigt',
      NO_DEVICE: 'Sie haben kein Gerät angemeldet',
      NO_NUMBER: 'Sie haben keine Nummer bestätigt',
      DEVICE_GONE: 'das Gerät nimmt nichts mehr an',
      PROVIDER_REFUSED: 'die nächste Stelle nahm es nicht an',
    },
  },
};
