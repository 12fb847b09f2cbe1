const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * JSON whose objects have each key once. `JSON.parse` takes the last of two, so that what the other
 * said is lost to whoever reads the line.
 *
 * @throws SyntaxError naming the repeated key
 */
export function parseStrictly(text: string): Record<string, unknown> {
  const value = JSON.parse(text) as Record<string, unknown>;
  const tokens = text.match(TOKENS) ?? [];
  const open: (Set<string> | null)[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[index + 1] === ':') {
      const keys = open.at(-1);
      const key = JSON.parse(token) as string;
      if (keys?.has(key)) throw new SyntaxError(`the key ${token} is there twice in ${text}`);
      keys?.add(key);
    }
  }
  return value;
}
