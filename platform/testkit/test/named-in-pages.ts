/** What a page names that a reader looks for: links, paths in backticks, commands, environment variables. */
export interface Named {
  /** Targets of links within the repository, with the heading that they lead to. */
  readonly links: readonly { path: string; heading: string | null }[];
  readonly paths: readonly string[];
  readonly scripts: readonly { script: string; workspace: string | null }[];
  readonly variables: readonly string[];
}

const FILE = /\.(?:ts|tsx|mjs|js|md|graphql|prisma|sql|json|ya?ml|sh)$/;
const FOLDER = /^(?:gateway|platform|subgraphs|prisma|local|e2e|bench|deploy|docs|src|test)\//;
/** What a build makes, patterns, and paths that are examples. */
const NOT_HERE = /(?:^|\/)dist\/|^other\/|[<>*{}]/;

export function namedIn(page: string): Named {
  const code = [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) => text.split(/\s+/));
  const commands = [...page.matchAll(/npx vitest run ([^\n`#]+)/g)].flatMap(([, arguments_ = '']) =>
    arguments_.split(/\s+/).filter((word) => word.includes('/')),
  );
  return {
    links: [...page.matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map(
      ([, path = '', heading]) => ({ path, heading: heading ?? null }),
    ),
    paths: [...code, ...commands]
      .map((word) =>
        word
          .replace(/[,;:.]$/, '')
          .replace(/^\.\//, '')
          .replace(/\/$/, ''),
      )
      .filter((word) => /^[\w.@-]+(?:\/[\w.@-]+)*$/.test(word) && !NOT_HERE.test(word))
      .filter((word) => (word.includes('/') ? FILE.test(word) || FOLDER.test(word) : false)),
    scripts: [...page.matchAll(/npm run (?:-w (\S+) )?([a-z][\w:-]*)(?: -w ([\w@/-]+))?/g)].map(
      ([, before, script = '', after]) => ({ script, workspace: before ?? after ?? null }),
    ),
    variables: [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, text = '']) =>
      [...text.matchAll(/(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])/g)].map(([name]) => name),
    ),
  };
}

/** The anchors of a page's headings, as GitHub makes them. */
export const headingsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
