import { checkedOptionalText, checkedText } from '@souk/runtime/domain';

type MaybeText = string | null | undefined;

/** Lengths in characters as people count them; the schema's descriptions say the same numbers. */
export const groupName = (text: string) => checkedText(text, ['input', 'name'], { max: 80 });

export const groupDescription = (text: MaybeText) =>
  checkedOptionalText(text, ['input', 'description'], { max: 1_000, multiline: true });

export const groupRules = (text: MaybeText) =>
  checkedOptionalText(text, ['input', 'rules'], { max: 4_000, multiline: true });

export const removalReason = (text: MaybeText) =>
  checkedOptionalText(text, ['reason'], { max: 500, multiline: true });

/** What to look for in the directory; null looks for nothing in particular. */
export const directoryQuery = (text: MaybeText) =>
  checkedOptionalText(text, ['query'], { max: 200 });
