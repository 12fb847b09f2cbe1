import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import { nameLengthAt } from './mention-name.ts';

/**
 * Messages are CommonMark with strike-through and with line ends kept. HTML in them is text. Pictures become
 * links, since displaying one would tell a foreign server who looks at it. Links lead only to web pages and
 * mailboxes, never to scripts, data or other programs.
 */
const markdown = new MarkdownIt('default', {
  html: false,
  breaks: true,
  linkify: true,
  maxNesting: 20,
}).disable(['image', 'table', 'reference']);
markdown.validateLink = (url) => /^(?:https?:\/\/|mailto:)/i.test(url.trim());
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false });

const MENTION = 'mention';

/** An `@name` outside code, quotations and addresses, with its position in the text. */
export interface WrittenMention {
  /** In UTF-16 code units, including the `@`. */
  start: number;
  length: number;
  /** In lower case, as usernames are. */
  name: string;
}

interface Meta {
  name: string;
  length: number;
  /** The index of its `@` within its block, from which its place in the whole text is computed. */
  index: number;
  start?: number;
}

/** What the rule below found out about a mention. */
const metaOf = ({ type, meta }: Token): Meta | null =>
  type === MENTION ? (meta as unknown as Meta) : null;

/** What is asked for each `@` of a block, computed once for all of them. */
interface Ats {
  index: ReadonlyMap<number, number>;
  isInAddress(at: number): boolean;
}

const atsOfBlocks = new WeakMap<StateInline, Ats>();

function atsOf(state: StateInline): Ats {
  const known = atsOfBlocks.get(state);
  if (known) return known;
  const { src } = state;
  const addresses = markdown.linkify.match(src) ?? [];
  const inAddress = new Set<number>();
  const index = new Map<number, number>();
  let next = 0;
  for (const [order, { index: at }] of [...src.matchAll(/@/g)].entries()) {
    index.set(at, order);
    while ((addresses[next]?.lastIndex ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    if ((addresses[next]?.index ?? Number.POSITIVE_INFINITY) <= at) inAddress.add(at);
  }
  const ats: Ats = { index, isInAddress: (at) => inAddress.has(at) };
  atsOfBlocks.set(state, ats);
  return ats;
}

function mentionRule(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src.charCodeAt(pos) !== 0x40) return false;
  const length = nameLengthAt(src, pos);
  const ats = atsOf(state);
  if (length === 0 || ats.isInAddress(pos)) return false;
  if (!silent) {
    const token = state.push(MENTION, '', 0);
    token.content = src.slice(pos, pos + length);
    const name = token.content.slice(1).toLowerCase();
    token.meta = { name, length, index: ats.index.get(pos) ?? 0 } satisfies Meta;
  }
  state.pos += length;
  return true;
}

markdown.inline.ruler.before('link', MENTION, mentionRule);

/**
 * Gives each mention in the tokens its place in the text. Blocks only lose the indents and markers of their
 * lines, so the `@`s of a block occur in its lines in the same order.
 */
function placed(tokens: readonly Token[], text: string): Meta[] {
  const starts = lineStartsOf(text);
  let quotes = 0;
  const found: Meta[] = [];
  for (const { type, map, content, children } of tokens) {
    if (type === 'blockquote_open') quotes += 1;
    if (type === 'blockquote_close') quotes -= 1;
    if (type !== 'inline' || !map || quotes > 0) continue;
    const from = starts[map[0]] ?? 0;
    const lines = text.slice(from, starts[map[1]] ?? text.length);
    const ats = [...lines.matchAll(/@/g)].map(({ index }) => from + index);
    if (ats.length !== [...content.matchAll(/@/g)].length) continue;
    for (const token of children ?? []) {
      const meta = metaOf(token);
      const start = meta ? ats[meta.index] : undefined;
      if (!meta || start === undefined) continue;
      meta.start = start;
      found.push(meta);
    }
  }
  return found;
}

const lineStartsOf = (text: string): number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
];

/** Every mention in a text, in order. */
export const mentionsWrittenIn = (text: string): WrittenMention[] =>
  text.includes('@')
    ? placed(markdown.parse(text, {}), text).map(({ name, length, start = 0 }) => ({
        start,
        length,
        name,
      }))
    : [];

/** Whom or what a mention at this place of the text refers to; null when nobody has that name. */
export type MentionAttributes = (start: number) => Readonly<Record<string, string>> | null;

/** A text as HTML that is safe to show, with its mentions marked. */
export function htmlOf(text: string, attributesAt: MentionAttributes): string {
  const tokens = markdown.parse(text, {});
  placed(tokens, text);
  return markdown.renderer.render(tokens, markdown.options, { attributesAt });
}

const { escapeHtml } = markdown.utils;

markdown.renderer.rules[MENTION] = (tokens, index, _options, env) => {
  const { content } = tokens[index] as Token;
  const start = metaOf(tokens[index] as Token)?.start;
  const { attributesAt } = env as { attributesAt: MentionAttributes };
  const attributes = start === undefined ? null : attributesAt(start);
  if (!attributes) return escapeHtml(content);
  const written = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escapeHtml(value)}"`,
  );
  return `<span class="mention"${written.join('')}>${escapeHtml(content)}</span>`;
};

/** Links in messages reveal no referrer, and count for no search engine. */
const LINK_RELATION = 'nofollow noopener noreferrer ugc';

markdown.renderer.rules.link_open = (tokens, index, options, _env, renderer) => {
  (tokens[index] as Token).attrSet('rel', LINK_RELATION);
  return renderer.renderToken(tokens, index, options);
};
