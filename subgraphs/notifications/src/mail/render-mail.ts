import { type Mail, plainText } from '../domain/mail.ts';

/** The two forms in which a mail travels. */
export interface RenderedMail {
  text: string;
  html: string;
}

export type RenderMail = (mail: Mail) => Promise<RenderedMail>;

/** Writes a mail as text and as HTML. What renders HTML is read with the first one. */
export const renderMail: RenderMail = async (mail) => {
  const { mailHtml } = await import('./mail-html.ts');
  return { text: plainText(mail), html: await mailHtml(mail) };
};
