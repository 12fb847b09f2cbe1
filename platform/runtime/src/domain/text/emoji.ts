/** Sets of emoji need the flag `v`, which TypeScript accepts in a literal for later targets only. */
const setsOf = (pattern: string, flags = '') => new RegExp(pattern, `v${flags}`);

/** What Unicode recommends as one emoji; the newest of them depend on the Unicode version of this Node. */
const ONE_EMOJI = setsOf('^\\p{RGI_Emoji}$');

const VARIATION = /[\uFE0E\uFE0F]/gu;
/** Characters shown as text unless a variation selector, or a skin tone, asks for the picture. */
const TEXT_BY_DEFAULT = setsOf(
  '[[\\p{Emoji}--\\p{Emoji_Presentation}]--\\p{Regional_Indicator}](?!\\p{Emoji_Modifier})',
  'g',
);

/**
 * The canonical form of an emoji, or null when the text is not one: with or without variation selectors it is
 * the same picture to people, so it is the same emoji here.
 */
export function emojiOf(text: string): string | null {
  const qualified = text.trim().replace(VARIATION, '').replace(TEXT_BY_DEFAULT, '$&\uFE0F');
  return ONE_EMOJI.test(qualified) ? qualified : null;
}
