/** Sets of emoji need the flag `v`, which TypeScript takes in a literal for later targets alone. */
const setsOf = (pattern: string, flags = '') => new RegExp(pattern, `v${flags}`);

/** What Unicode recommends as one emoji; the newest of them depend on the Unicode of this Node. */
const ONE_EMOJI = setsOf('^\\p{RGI_Emoji}$');

const VARIATION = /[\uFE0E\uFE0F]/gu;
/** What is shown as text unless a variation selector asks for the picture; a skin tone asks as well. */
const TEXT_BY_DEFAULT = setsOf(
  '[[\\p{Emoji}--\\p{Emoji_Presentation}]--\\p{Regional_Indicator}](?!\\p{Emoji_Modifier})',
  'g',
);

/**
 * The one form of an emoji, or null when the text is not one: with or without variation selectors it is
 * the same picture to people, so it is the same emoji here.
 */
export function emojiOf(text: string): string | null {
  const qualified = text.trim().replace(VARIATION, '').replace(TEXT_BY_DEFAULT, '$&\uFE0F');
  return ONE_EMOJI.test(qualified) ? qualified : null;
}
