import { describe, expect, test } from 'vitest';
import { htmlOf, mentionsWrittenIn } from './markdown.ts';

const namesIn = (text: string) =>
  mentionsWrittenIn(text).map(({ start, length, name }) => {
    // Whatever was left out before, the place is that of the name in the text as it was written.
    expect(text.slice(start, start + length).toLowerCase()).toBe(`@${name}`);
    return name;
  });

describe('names somebody', () => {
  test.each([
    ['@ada', ['ada']],
    ['(@ada)', ['ada']],
    ["@ada's and @bo’s", ['ada', 'bo']],
    ['@ada. @bo, @cy! @dee? "@eve"', ['ada', 'bo', 'cy', 'dee', 'eve']],
    ['@Ada and @BO', ['ada', 'bo']],
    ['**@ada** *@bo* ~~@cy~~ [@dee](https://souk.example)', ['ada', 'bo', 'cy', 'dee']],
    ['# @ada\n\n- @bo\n  - @cy\n\n1. @dee\n   @eve', ['ada', 'bo', 'cy', 'dee', 'eve']],
    ['👩‍👩‍👧 @ada 😀@bo', ['ada', 'bo']],
    ['こんにちは@adaさん', ['ada']],
    ['@here @everyone', ['here', 'everyone']],
    ['cc:@ada;@bo|@cy', ['ada', 'bo', 'cy']],
    ['> quoted\n\n@ada', ['ada']],
    ['```\n@cy\n```\n@ada `@cy` @bo', ['ada', 'bo']],
    ['<b>@ada</b>', ['ada']],
    ['a\n    @ada', ['ada']],
    ['[a]: https://souk.example @bo\n\n@ada', ['bo', 'ada']],
  ])('%j', (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });
});

test.each([
  ['code', '`@ada` ``a ` @ada``'],
  ['a block of code', '```\n@ada\n```'],
  ['code that goes on to the end', '~~~ts\n@ada'],
  ['an indented block of code', 'a\n\n    @ada'],
  ['code in a list', '- a\n\n      @ada'],
  ['a quotation', '> @ada\ngoes on @ada'],
  ['a quotation in a list', '- a\n  > @ada'],
  ['a mail address', 'bo@ada.org <bo@ada.org> mailto:bo@ada bo.x+y@ada'],
  ['a handle of elsewhere', '@ada@social.example'],
  ['a domain', '@ada.org'],
  ['an address of the web', 'https://social.example/@ada http://a.example/?q=@ada'],
  ['a longer word', '@adaé @ada_ü x@ada é@ada @@ada'],
  ['an escaped sign', '\\@ada'],
  ['no name', '@ @a @1ada @_ada @'],
  ['too long a name', `@${'a'.repeat(31)}`],
])('%s names nobody', (_, text) => {
  expect(namesIn(text)).toEqual([]);
});

/** Everything that may stand in the HTML of a message between `<` and `>`. */
const TAGS = new RegExp(
  [
    '/?(?:p|strong|em|s|code|pre|blockquote|ul|ol|li|h[1-6])',
    'br|hr|/a|/span|ol start="\\d+"|code class="language-[^"<>]*"',
    'a href="(?:https?://|mailto:)[^"<>]*"(?: title="[^"<>]*")? rel="nofollow noopener noreferrer ugc"',
    'span class="mention" data-user-id="usr_1"',
  ]
    .map((tag) => `^<(?:${tag})>$`)
    .join('|'),
);

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox)',
  '[x](file:///etc/passwd)',
  '[x](ms-msdt:/id)',
  '[x](//evil.example)',
  '[x](/transfer?to=eve)',
  '<javascript:alert(1)>',
  '![x](https://evil.example/pixel.png)',
  '![x](javascript:alert(1))',
  '[x](https://a.example/"onmouseover="alert(1))',
  '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
  "[x](https://a.example '\"><script>alert(1)</script>')",
  '```"><script>\nalert(1)\n```',
  '``` onclick=alert(1) x="\n```',
  '`</code><script>alert(1)</script>`',
  '@ada"><script>alert(1)</script>',
  'https://a.example/<script>alert(1)</script>',
  'https://a.example/"onclick="alert(1)',
  '<!-- --><![CDATA[ ]]><?php ?>',
  '<style>*{display:none}</style>',
  '&lt;script&gt; &#60;script&#62; \\<script>',
  '[x]: javascript:alert(1)\n\n[x]',
  '<form action=https://evil.example><input name=password>',
  '<<script>script>alert(1)<</script>/script>',
  '*[*](javascript:alert(1))<b onclick=x>',
  '**<a title="**" onclick="alert(1)">**</a>',
];

test.each(HOSTILE)('%j becomes nothing but harmless tags', (text) => {
  for (const written of [
    text,
    `> ${text}`,
    `- ${text}\n\n# ${text}`,
    `**${text}**`,
    text.repeat(3),
  ]) {
    const html = htmlOf(written, () => ({ 'data-user-id': 'usr_1' }));
    const tags = html.match(/<[^>]*>?/g) ?? [];
    expect(tags.filter((tag) => !TAGS.test(tag))).toEqual([]);
    expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/[<>"]/);
  }
});

test('the tag check catches harmful HTML', () => {
  for (const tag of ['<script>', '<a href="javascript:x">', '<p onclick="x">', '<img src="x">']) {
    expect(TAGS.test(tag)).toBe(false);
  }
});

test('known mentions are marked, and unknown names stay text', () => {
  const html = htmlOf('*hi* @ada, `@ada` @nobody', (start) =>
    start === 5 ? { 'data-user-id': 'usr_"1' } : null,
  );
  expect(html).toBe(
    '<p><em>hi</em> <span class="mention" data-user-id="usr_&quot;1">@ada</span>, <code>@ada</code> @nobody</p>\n',
  );
});

test('a long text of nothing but marks is read like any other', () => {
  for (const marks of ['[', '*a_', '@ada ', '`', '> ', '- ', '[](', '<', 'a@b.c ', 'http://a.b/']) {
    const text = marks.repeat(Math.ceil(4_000 / marks.length));
    expect(htmlOf(text, () => null).length).toBeGreaterThan(0);
  }
});
