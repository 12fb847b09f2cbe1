import type { MailTexts } from './en.ts';

export const DE: MailTexts = {
  greeting: 'Guten Tag!',
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
      'Um ein neues Passwort festzulegen, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_VERIFICATION: [
      'Ihr Code zur Bestätigung Ihrer Adresse',
      'Um zu bestätigen, dass diese Adresse Ihnen gehört, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    REAUTHENTICATION: [
      'Ihr Code, um fortzufahren',
      'Um zu bestätigen, dass Sie es sind, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_CHANGE: [
      'Ihr Code für Ihre neue Adresse',
      'Um diese Adresse für Ihr Konto zu verwenden, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    EMAIL_CHANGE_CURRENT: [
      'Ihr Code, um Ihre Adresse zu ändern',
      'Jemand, der in Ihrem Konto angemeldet ist, möchte dessen Adresse ändern. Wenn Sie das sind, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
    GUEST_ORDER: [
      'Ihr Code für Ihre Bestellung',
      'Um eine Bestellung anzusehen, die Sie ohne Konto aufgegeben haben, geben Sie diesen Code dort ein, wo Sie ihn angefordert haben:',
    ],
  },
  codePage: 'Sie finden ihn auch hier: {page}',
  codeExpires: 'Er gilt bis {expiresAt} und nur auf dem Gerät, auf dem Sie ihn angefordert haben.',
  codeNotYou:
    'Wenn Sie diesen Code nicht angefordert haben, ignorieren Sie diese E-Mail und geben Sie den Code niemandem weiter: Solange er nicht eingegeben wird, geschieht nichts.',
  hasAccount: {
    subject: 'Sie haben ein Konto bei Souk',
    paragraphs: [
      'Jemand wollte bei Souk ein Konto mit dieser Adresse eröffnen, zu der es schon eines gibt.',
      'Wenn Sie das waren, melden Sie sich mit einem Code an, den wir Ihnen per E-Mail schicken, oder legen Sie ein neues Passwort fest, falls Sie Ihres vergessen haben.',
      'Wenn Sie das nicht waren, können Sie diese E-Mail ignorieren: Es hat sich nichts geändert.',
    ],
  },
  invite: {
    subject: 'Sie sind zu einer Gruppe bei Souk eingeladen',
    what: 'Jemand bei Souk hat Sie in seine Gruppe eingeladen. Wer das ist und wie die Gruppe heißt, sehen Sie hier: {page}',
    until:
      'Die Einladung gilt bis {expiresAt}. Wenn Sie kein Interesse haben, ignorieren Sie diese E-Mail.',
  },
  security: {
    subject: 'Ihr Konto wurde geändert',
    lastHere:
      'E-Mails zu Ihrem Konto gehen ab jetzt an die neue Adresse; dies ist die letzte an diese Adresse.',
    notYou:
      'Wenn Sie das nicht waren, legen Sie sofort ein neues Passwort fest und beenden Sie alle Sitzungen, die Sie nicht kennen.',
  },
  notices: {
    one: '{title}',
    several: '{title} und {count} weitere',
    digest: 'Das ist geschehen, während Sie weg waren:',
    more: 'Das sind die neuesten von {count}.',
    closing:
      'Sie erhalten darüber keine weitere E-Mail, bis Sie es gelesen haben. Worüber wir Sie benachrichtigen, können Sie in Ihren Benachrichtigungseinstellungen festlegen.',
    unsubscribe: 'Keine solchen E-Mails mehr',
  },
  sms: { code: '{code} ist Ihr Code für SMS. Wir werden Sie nie danach fragen.' },
  explanation: {
    channels: { IN_APP: 'Posteingang', EMAIL: 'E-Mail', PUSH: 'Geräte', SMS: 'SMS' },
    statuses: {
      PENDING: 'es wartet',
      SENT: 'es wurde verschickt',
      DELIVERED: 'es wurde zugestellt',
      BOUNCED: 'es war unzustellbar',
      SUPPRESSED: 'es wurde zurückgehalten',
      FAILED: 'es konnte nicht verschickt werden',
      COMPLAINED: 'es wurde als unerwünscht gemeldet',
    },
    reasons: {
      READ_BEFORE_SEND: 'Sie hatten es schon gelesen oder aus dem Posteingang entfernt',
      MUTED_ROOM: 'Sie haben den Raum stummgeschaltet',
      NOTIFY_LEVEL: 'Sie möchten weniger Benachrichtigungen aus diesem Raum',
      QUIET_HOURS: 'bis Ihre Ruhezeit vorbei ist',
      PAUSED: 'bis Ihre Pause vorbei ist',
      ATTENTIVE: 'Sie waren zu dieser Zeit aktiv',
      PREFERENCE_OFF: 'Sie haben das abgeschaltet',
      BATCHED_INTO: 'in einer E-Mail mit anderen',
      SNOOZED: 'bis es in Ihren Posteingang zurückkommt',
      BOUNCED: 'frühere Nachrichten dorthin waren unzustellbar',
      COMPLAINED: 'eine frühere Nachricht wurde als unerwünscht gemeldet',
      LEFT_ROOM: 'Sie sind nicht mehr im Raum',
      BANNED: 'Sie sind aus dem Raum ausgeschlossen',
      RIGHTS_LOST:
        'Sie arbeiten nicht mehr für den Verkäufer oder dürfen das nicht mehr bearbeiten',
      BLOCKED: 'Sie haben den Verfasser blockiert',
      DELETED: 'es wurde gelöscht',
      RATE_LIMITED: 'ein früheres wurde noch nicht gelesen, oder die Tagesgrenze war erreicht',
      NO_ADDRESS: 'Sie haben keine bestätigte Adresse',
      NO_DEVICE: 'Sie haben kein registriertes Gerät',
      NO_NUMBER: 'Sie haben keine bestätigte Nummer',
      DEVICE_GONE: 'das Gerät nimmt keine Benachrichtigungen mehr an',
      PROVIDER_REFUSED: 'der Anbieter hat es abgelehnt',
    },
  },
};
