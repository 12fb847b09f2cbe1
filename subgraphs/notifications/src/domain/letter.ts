/** What a mail says, in its language, before it has a form. */
export interface Letter {
  language: string;
  subject: string;
  greeting: string;
  paragraphs: readonly string[];
  /** Shown large, to be typed elsewhere. */
  code?: string;
  /** What it tells of, the newest last. */
  notices?: readonly LetterNotice[];
  /** After the code or the notices. */
  closing: readonly string[];
  /** Where mails like this one are called off. */
  unsubscribe?: { label: string; href: string };
}

export interface LetterNotice {
  title: string;
  body: string;
  /** How many more there are of it. */
  note: string | null;
}

/** The letter for whoever reads no HTML. */
export function plainText(letter: Letter): string {
  const { greeting, paragraphs, code, notices = [], closing, unsubscribe } = letter;
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
