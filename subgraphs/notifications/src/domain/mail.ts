/** The content of a mail, in its language, before it is formatted. */
export interface Mail {
  language: string;
  subject: string;
  greeting: string;
  paragraphs: readonly string[];
  /** Shown large, to be typed elsewhere. */
  code?: string;
  /** The notices in it, the newest last. */
  notices?: readonly MailNotice[];
  /** After the code or the notices. */
  closing: readonly string[];
  /** Where mails like this one can be unsubscribed from. */
  unsubscribe?: { label: string; href: string };
}

export interface MailNotice {
  title: string;
  body: string;
  /** How many more there are of it. */
  note: string | null;
}

/** The mail for readers without HTML. */
export function plainText(mail: Mail): string {
  const { greeting, paragraphs, code, notices = [], closing, unsubscribe } = mail;
  return [
    greeting,
    ...(code === undefined ? paragraphs : [`${paragraphs.join('\n\n')}\n\n    ${code}`]),
    ...notices.map(({ title, body, note }) =>
      [`${title}:`, `    ${body}`, ...(note ? [`    ${note}`] : [])].join('\n'),
    ),
    ...closing,
    ...(unsubscribe ? [`${unsubscribe.label}: ${unsubscribe.href}`] : []),
  ].join('\n\n');
}
