import { type Letter, plainText } from '../domain/letter.ts';

/** The two forms in which a letter travels. */
export interface WrittenLetter {
  text: string;
  html: string;
}

export type WriteLetter = (letter: Letter) => Promise<WrittenLetter>;

/** Writes a letter as text and as HTML. What renders HTML is read with the first one. */
export const writeLetter: WriteLetter = async (letter) => {
  const { letterHtml } = await import('./letter-html.ts');
  return { text: plainText(letter), html: await letterHtml(letter) };
};
