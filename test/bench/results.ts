// RESULTS.md: one chapter for each part, so that running one part replaces that chapter and keeps the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Section } from './report.js';
import { tableOf } from './table.js';

const file = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const introduction = `# What class-saga costs

Written by \`npm run bench\`. Absolute figures are the machine's; the ratios travel. What is compared runs in turn, in several rounds: a
ratio is the median over the rounds, each of what ran in the same round, and in brackets is where the middle half of them lies. That all
do the same work is counted.
`;
const startOfChapter = /^(?=## )/m;

/** Writes that chapter, the others being `titles`, in that order. Returns its text. */
export function writeChapter(title: string, sections: readonly Section[], titles: readonly string[]): string {
  const text = [`## ${title}`, machine(), ...sections.map(textOf)].join('\n\n');
  const [, ...before] = existsSync(file) ? readFileSync(file, 'utf8').split(startOfChapter) : [];
  const chapters = new Map(before.map((chapter) => [titleOf(chapter), chapter.trimEnd()]));
  chapters.set(title, text);
  writeFileSync(file, [introduction.trimEnd(), ...titles.flatMap((one) => chapters.get(one) ?? [])].join('\n\n') + '\n');
  return text;
}

export function textOf({ title, explanation, head, rows }: Section): string {
  return `### ${title}\n\n${explanation}\n\n${tableOf(head, rows)}`;
}

function titleOf(chapter: string): string {
  return chapter.slice('## '.length, chapter.indexOf('\n'));
}

function machine(): string {
  const day = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return `On ${day}: ${model}, ${availableParallelism()} cores, Node ${process.version}, ${type()} ${arch()}.`;
}
