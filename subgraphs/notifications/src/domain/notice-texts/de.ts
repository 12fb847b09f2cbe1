import type { NoticeTexts } from './en.ts';

export const DE: NoticeTexts = {
  ORDER_RESERVED: [
    'Bestellung {number} ist bestätigt',
    'Alles, was Sie bestellt haben, ist für Sie zurückgelegt.',
  ],
  ORDER_REJECTED: [
    'Bestellung {number} konnte nicht erfüllt werden',
    'Etwas davon ist nicht mehr vorrätig.',
  ],
  ORDER_PAID: ['Bestellung {number} ist bezahlt', 'Ihre Zahlung ist eingegangen.'],
  ORDER_COMPLETED: [
    'Bestellung {number} ist abgeschlossen',
    'Alles darin ist angekommen oder abbestellt.',
  ],
  ORDER_CANCELLED: ['Bestellung {number} wurde storniert', 'Es wird nichts verschickt.'],
  PARCEL_SENT: [
    'Ein Paket der Bestellung {number} ist unterwegs',
    'Der Verkäufer hat es abgegeben.',
  ],
  PARCEL_DELIVERED: [
    'Ein Paket der Bestellung {number} wurde zugestellt',
    'Es sollte jetzt bei Ihnen sein.',
  ],
  REFUND_ISSUED: ['Geld aus Bestellung {number} kommt zurück', 'Die Erstattung ist veranlasst.'],
  RETURN_APPROVED: [
    'Ihre Rücksendung zu {number} wurde angenommen',
    'Sie können sie jetzt abschicken.',
  ],
  RETURN_REJECTED: [
    'Ihre Rücksendung zu {number} wurde abgelehnt',
    'Warum, steht bei der Bestellung.',
  ],
  RETURN_RECEIVED: ['Ihre Rücksendung zu {number} ist angekommen', 'Der Verkäufer hat sie zurück.'],
  RETURN_REQUESTED: [
    'Eine Rücksendung zu {number} wurde gewünscht',
    'Der Käufer wartet auf Antwort.',
  ],
  ORDER_RECEIVED: ['Neue Bestellung {number}', 'Sie ist bezahlt und kann verschickt werden.'],
  PAYOUT_SENT: ['Eine Auszahlung ist unterwegs', 'Sie wird bald auf Ihrem Konto sein.'],
  PAYOUT_PAID: ['Eine Auszahlung ist angekommen', 'Sie ist auf Ihrem Konto.'],
  PAYOUT_FAILED: [
    'Eine Auszahlung ist gescheitert',
    'Ihre Bank hat sie nicht angenommen. Prüfen Sie das Konto.',
  ],
  REVIEW_POSTED: ['{title}: {rating} von 5 Sternen', 'Ein Käufer hat seine Meinung gesagt.'],
  BACK_IN_STOCK: ['{title} ist wieder vorrätig', 'Sie wollten es wissen.'],
  PRICE_DROP: ['{title} kostet weniger', 'Jetzt {price}, vorher {before}.'],
  STATUS_ACTIVE: ['{title} wird wieder verkauft', 'Sie wollten wissen, was daraus wird.'],
  STATUS_ARCHIVED: ['{title} wird nicht mehr verkauft', 'Sie wollten wissen, was daraus wird.'],
  LOW_STOCK: ['{title} geht zur Neige', 'Es sind noch {available} da.'],
  INVITED: ['Sie sind zu {group} eingeladen', 'Sie können annehmen oder ablehnen.'],
  JOIN_REQUESTED: ['Jemand möchte zu {group}', 'Die Anfrage wartet auf Antwort.'],
  JOIN_ACCEPTED: ['Sie sind jetzt in {group}', 'Ihre Anfrage wurde angenommen.'],
  JOIN_DECLINED: ['Ihre Anfrage an {group} wurde abgelehnt', 'Sie können später wieder fragen.'],
  REPORT_FILED: ['Eine Nachricht wurde gemeldet', 'Jemand bittet Sie, sie anzusehen.'],
  REMINDER: ['Sie wollten erinnert werden', 'An eine Nachricht, die Sie aufgehoben haben.'],
  REMINDER_OF: ['Sie wollten erinnert werden', '{said}'],
  WITHOUT_WORDS: ['Eine Nachricht ohne Worte', 'Hat eine Datei geschickt oder etwas gezeigt.'],
  TEST: ['Das ist ein Test', 'So erreichen Sie Benachrichtigungen.'],
  WEBHOOK_DISABLED: [
    'Ein Webhook-Endpunkt wurde abgeschaltet',
    '{endpoint} hat tagelang nichts Gutes geantwortet. Schalten Sie ihn wieder ein, wenn er geht.',
  ],
  WEBHOOK_UNATTENDED: [
    'Ein Webhook-Endpunkt wurde abgeschaltet',
    'Wer {endpoint} zuletzt geändert hat, verwaltet den Verkäufer nicht mehr. Sehen Sie nach, wohin er führt, und schalten Sie ihn wieder ein.',
  ],
  PASSWORD_SET: ['Ihr Passwort wurde geändert', 'Alle anderen Sitzungen wurden beendet.'],
  EMAIL_CHANGED: ['Ihre E-Mail-Adresse wurde geändert', 'Post geht ab jetzt an die neue.'],
  TOTP_ENABLED: [
    'Die Anmeldung verlangt jetzt einen zweiten Faktor',
    'Einen Code Ihrer Authenticator-App.',
  ],
  TOTP_DISABLED: ['Die Anmeldung verlangt keinen zweiten Faktor mehr', 'Er wurde abgeschaltet.'],
  RECOVERY_CODES_REPLACED: [
    'Sie haben neue Wiederherstellungscodes',
    'Die alten öffnen nichts mehr.',
  ],
  PASSKEY_ADDED: ['Ein Passkey wurde hinzugefügt', 'Er kann Sie anmelden.'],
  PASSKEY_REMOVED: ['Ein Passkey wurde entfernt', 'Er meldet Sie nicht mehr an.'],
  API_KEY_CREATED: ['Ein API-Schlüssel wurde erstellt', 'Ein Programm kann damit für Sie handeln.'],
  API_KEY_REVOKED: ['Ein API-Schlüssel wurde widerrufen', 'Er öffnet nichts mehr.'],
  IDENTITY_LINKED: ['Ein Anmeldedienst wurde verknüpft', 'Er kann Sie ab jetzt anmelden.'],
  IDENTITY_UNLINKED: ['Ein Anmeldedienst wurde gelöst', 'Er meldet Sie nicht mehr an.'],
  DELETION_SCHEDULED: [
    'Ihr Konto wird gelöscht',
    'In vierzehn Tagen; bis dahin können Sie es behalten.',
  ],
  DELETION_CANCELLED: ['Ihr Konto bleibt', 'Seine Löschung wurde abgebrochen.'],
};
