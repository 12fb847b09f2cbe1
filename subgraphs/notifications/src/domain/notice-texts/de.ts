import type { NoticeTexts } from './en.ts';

export const DE: NoticeTexts = {
  ORDER_RESERVED: [
    'Bestellung {number} ist bestätigt',
    'Alles, was Sie bestellt haben, ist für Sie reserviert.',
  ],
  ORDER_REJECTED: [
    'Bestellung {number} konnte nicht ausgeführt werden',
    'Etwas davon ist nicht mehr verfügbar.',
  ],
  ORDER_PAID: ['Bestellung {number} ist bezahlt', 'Ihre Zahlung ist eingegangen.'],
  ORDER_COMPLETED: [
    'Bestellung {number} ist abgeschlossen',
    'Alles darin ist angekommen oder wurde storniert.',
  ],
  ORDER_CANCELLED: ['Bestellung {number} wurde storniert', 'Es wird nichts verschickt.'],
  PARCEL_SENT: [
    'Ein Paket der Bestellung {number} ist unterwegs',
    'Der Verkäufer hat es zum Versand übergeben.',
  ],
  PARCEL_DELIVERED: [
    'Ein Paket der Bestellung {number} wurde zugestellt',
    'Es sollte jetzt bei Ihnen sein.',
  ],
  REFUND_ISSUED: [
    'Sie erhalten Geld aus Bestellung {number} zurück',
    'Die Erstattung wurde veranlasst.',
  ],
  RETURN_APPROVED: [
    'Ihre Rücksendung zu {number} wurde angenommen',
    'Sie können sie jetzt abschicken.',
  ],
  RETURN_REJECTED: [
    'Ihre Rücksendung zu {number} wurde abgelehnt',
    'Den Grund finden Sie bei der Bestellung.',
  ],
  RETURN_RECEIVED: [
    'Ihre Rücksendung zu {number} ist angekommen',
    'Der Verkäufer hat sie erhalten.',
  ],
  RETURN_REQUESTED: [
    'Eine Rücksendung zu {number} wurde beantragt',
    'Der Käufer wartet auf eine Antwort.',
  ],
  ORDER_RECEIVED: ['Neue Bestellung {number}', 'Sie ist bezahlt und kann verschickt werden.'],
  PAYOUT_SENT: ['Eine Auszahlung ist unterwegs', 'Sie wird bald auf Ihrem Konto sein.'],
  PAYOUT_PAID: ['Eine Auszahlung ist angekommen', 'Sie ist auf Ihrem Konto.'],
  PAYOUT_FAILED: [
    'Eine Auszahlung ist fehlgeschlagen',
    'Ihre Bank hat sie nicht angenommen. Prüfen Sie die Kontodaten.',
  ],
  REVIEW_POSTED: ['{title}: {rating} von 5 Sternen', 'Ein Käufer hat eine Bewertung geschrieben.'],
  CUSTOMER_ASKS: ['Ein Kunde hat eine Frage', 'Noch hat sich niemand darum gekümmert.'],
  BACK_IN_STOCK: ['{title} ist wieder vorrätig', 'Sie wollten benachrichtigt werden.'],
  PRICE_DROP: ['{title} kostet weniger', 'Es kostet jetzt {price} statt {before}.'],
  STATUS_NEW: ['{title} ist im Verkauf', 'Sie wollten wissen, was daraus wird.'],
  SELLER_ACTIVE: ['{title} verkauft bei Souk', 'Sie wollten wissen, was daraus wird.'],
  SELLER_CLOSED: ['{title} verkauft zurzeit nichts', 'Sie wollten wissen, was daraus wird.'],
  STATUS_ACTIVE: ['{title} ist wieder im Verkauf', 'Sie wollten wissen, was daraus wird.'],
  STATUS_ARCHIVED: ['{title} ist nicht mehr im Verkauf', 'Sie wollten wissen, was daraus wird.'],
  LOW_STOCK: ['{title} geht zur Neige', 'Es sind noch {available} vorrätig.'],
  INVITED: ['Sie sind zu {group} eingeladen', 'Sie können annehmen oder ablehnen.'],
  JOIN_REQUESTED: ['Jemand möchte {group} beitreten', 'Die Anfrage wartet auf eine Antwort.'],
  JOIN_ACCEPTED: ['Sie sind jetzt Mitglied von {group}', 'Ihre Anfrage wurde angenommen.'],
  JOIN_DECLINED: ['Ihre Anfrage an {group} wurde abgelehnt', 'Sie können später erneut anfragen.'],
  REPORT_FILED: ['Eine Nachricht wurde gemeldet', 'Jemand bittet Sie, sie anzusehen.'],
  REMINDER: ['Sie wollten erinnert werden', 'An eine Nachricht, die Sie sich gemerkt haben.'],
  REMINDER_OF: ['Sie wollten erinnert werden', '{said}'],
  SAID_BEFORE: ['Eine frühere Nachricht', 'Öffnen Sie den Raum, um sie zu lesen.'],
  WITHOUT_WORDS: ['Eine Nachricht ohne Text', 'Sie enthält eine Datei oder etwas Geteiltes.'],
  TEST: ['Das ist ein Test', 'So erreichen Benachrichtigungen Sie.'],
  WEBHOOK_DISABLED: [
    'Ein Webhook-Endpunkt wurde abgeschaltet',
    '{endpoint} war tagelang gestört. Schalten Sie ihn wieder ein, sobald er funktioniert.',
  ],
  WEBHOOK_UNATTENDED: [
    'Ein Webhook-Endpunkt wurde abgeschaltet',
    'Wer {endpoint} zuletzt geändert hat, verwaltet den Verkäufer nicht mehr. Prüfen Sie die URL und schalten Sie ihn wieder ein.',
  ],
  PASSWORD_SET: ['Ihr Passwort wurde geändert', 'Alle anderen Sitzungen wurden beendet.'],
  EMAIL_CHANGED: ['Ihre E-Mail-Adresse wurde geändert', 'E-Mails gehen ab jetzt an die neue.'],
  TOTP_ENABLED: [
    'Die Anmeldung verlangt jetzt einen zweiten Faktor',
    'Einen Code aus Ihrer Authenticator-App.',
  ],
  TOTP_DISABLED: ['Die Anmeldung verlangt keinen zweiten Faktor mehr', 'Er wurde abgeschaltet.'],
  RECOVERY_CODES_REPLACED: [
    'Sie haben neue Wiederherstellungscodes',
    'Die alten gelten nicht mehr.',
  ],
  PASSKEY_ADDED: [
    'Ein Passkey wurde hinzugefügt',
    'Sie können sich damit bei Ihrem Konto anmelden.',
  ],
  PASSKEY_REMOVED: ['Ein Passkey wurde entfernt', 'Sie können sich nicht mehr damit anmelden.'],
  API_KEY_CREATED: [
    'Ein API-Schlüssel wurde erstellt',
    'Ein Programm kann damit in Ihrem Namen handeln.',
  ],
  API_KEY_REVOKED: ['Ein API-Schlüssel wurde widerrufen', 'Er gilt nicht mehr.'],
  IDENTITY_LINKED: [
    'Ein Anmeldedienst wurde verknüpft',
    'Sie können sich ab jetzt damit anmelden.',
  ],
  IDENTITY_UNLINKED: [
    'Ein Anmeldedienst wurde getrennt',
    'Sie können sich nicht mehr damit anmelden.',
  ],
  DELETION_SCHEDULED: [
    'Ihr Konto wird gelöscht',
    'In vierzehn Tagen; bis dahin können Sie es behalten.',
  ],
  DELETION_CANCELLED: ['Ihr Konto bleibt bestehen', 'Die Löschung wurde abgebrochen.'],
};
