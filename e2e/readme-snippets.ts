import { readFileSync } from 'node:fs';

const README = new URL('../README.md', import.meta.url);

function firstSteps(): string {
  const [, steps = ''] = readFileSync(README, 'utf8').split(/^## First steps$/m);
  return steps.split(/^## /m)[0] ?? '';
}

/** As whom the README signs in. */
export function readmeSignIn(): { login: string; password: string } {
  const [, login, password] = /sign in [^`]*`(\w+)` with `([^`]+)`/.exec(firstSteps()) ?? [];
  if (!login || !password) throw new Error('The README does not say how to sign in.');
  return { login, password };
}

/** The operations of the README's first steps by their names, in the order they are shown. */
export function readmeSnippets(): Map<string, string> {
  const blocks = [...firstSteps().matchAll(/^```graphql\n([\s\S]*?)^```$/gm)];
  return new Map(
    blocks.map(([, text = '']) => [/^\w+ (\w+)/.exec(text)?.[1] ?? text, text] as const),
  );
}

/** One of them, by its name. */
export function readmeSnippet(name: string): string {
  const text = readmeSnippets().get(name);
  if (!text) throw new Error(`The README has no operation ${name}.`);
  return text;
}
