// node .changeset/write-changelog.mjs <status.json> <CHANGELOG.md>
//
// All workspaces share one version, so they share one changelog, where Changesets would write one into
// each of them. Takes what `changeset status --output` told, and adds the next version's chapter.
import { readFileSync, writeFileSync } from 'node:fs';

const [statusFile, changelogFile] = process.argv.slice(2);
const { changesets, releases } = JSON.parse(readFileSync(statusFile, 'utf8'));
const version = releases.find(({ type }) => type !== 'none')?.newVersion;
if (changesets.length === 0 || !version) {
  console.error('There is no change to release: npx changeset writes one down.');
  process.exit(1);
}

const CHAPTERS = { major: 'You have to do something', minor: 'New', patch: 'Mended' };
const WEIGHTS = Object.keys(CHAPTERS);
const weightOf = ({ releases: concerned }) =>
  WEIGHTS.find((weight) => concerned.some(({ type }) => type === weight)) ?? 'patch';
const entry = ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`;

const chapters = WEIGHTS.flatMap((weight) => {
  const entries = changesets.filter((change) => weightOf(change) === weight).map(entry);
  return entries.length > 0 ? [`### ${CHAPTERS[weight]}\n\n${entries.join('\n')}`] : [];
});
const changelog = readFileSync(changelogFile, 'utf8');
const at = changelog.indexOf('\n## ');
const head = at < 0 ? `${changelog.trimEnd()}\n` : changelog.slice(0, at);
const day = new Date().toISOString().slice(0, 10);
writeFileSync(
  changelogFile,
  `${head}\n## ${version}, ${day}\n\n${chapters.join('\n\n')}\n${at < 0 ? '' : changelog.slice(at)}`,
);
