// Reads a README as the tests need it. All ```ts fences of one `##` section are one module, in their order: a section imports what it
// uses, and later fences build upon earlier ones. There is no way to mark one as not to be run.

export interface Fence {
  /** All that stands behind the backticks: the language, and nothing else is meant to. */
  readonly info: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** The title of its `##` section; '' before the first. */
  readonly section: string;
}

export interface Module {
  readonly section: string;
  /** Each line of code stands in the line that it has in the README, so that whoever reports a line reports the README's. */
  readonly code: string;
}

/** @throws Error when a fence is not closed */
export function fencesOf(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  let section = '';
  let open: (Omit<Fence, 'lines'> & { readonly marker: string; readonly lines: string[] }) | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const [, marker = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(text) ?? [];
    if (open === undefined) {
      const [, title] = /^## +(.*?)[ #]*$/.exec(text) ?? [];
      if (title !== undefined) section = title;
      if (marker !== '') open = { marker, info: info.trim(), line: index + 2, lines: [], section };
    } else if (marker.startsWith(open.marker) && info.trim() === '') {
      const { marker: _, ...fence } = open;
      fences.push(fence);
      open = undefined;
    } else {
      open.lines.push(text);
    }
  }
  if (open !== undefined) throw new Error(`the fence that opens in line ${open.line - 1} is not closed`);
  return fences;
}

export function modulesOf(markdown: string): readonly Module[] {
  const codeOf = new Map<string, string[]>();
  for (const { info, section, line, lines } of fencesOf(markdown)) {
    if (info !== 'ts') continue;
    const code = codeOf.get(section) ?? [];
    code.push(...Array<string>(line - 1 - code.length).fill(''), ...lines);
    codeOf.set(section, code);
  }
  return [...codeOf].map(([section, lines]) => ({ section, code: `${lines.join('\n')}\n` }));
}

/** What a reader is told to type: the lines of ```bash fences, and `npm …` in running text. */
export function commandsOf(markdown: string): readonly string[] {
  const lines = fencesOf(markdown).flatMap(({ info, lines }) => (info === 'bash' ? lines : []));
  const inText = [...proseOf(markdown).matchAll(/`(npm [^`]+)`/g)].map(([, command]) => command!);
  const commands = [...lines.map((line) => line.replace(/(^|\s)#.*$/, '')), ...inText].flatMap((line) => line.split(/&&|\|\||;|\|/));
  return commands.map((command) => command.trim()).filter((command) => command !== '');
}

const builtIn = ['ci', 'exec', 'pack', 'publish', 'version'];
const shorthands: Readonly<Record<string, string>> = { test: 'test', t: 'test', start: 'start', stop: 'stop', restart: 'restart' };

export interface NpmProject {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly devDependencies?: object;
}

/** Why a command would fail, as a sentence; `null` where nothing speaks against it. */
export function problemOfCommand(command: string, project: NpmProject, exists: (path: string) => boolean): string | null {
  const [program = '', ...words] = command.split(/\s+/);
  const missing = words.find((word) => /^[\w@.-]+(\/[\w@.-]+)+\.[a-z]+$/.test(word) && !exists(word));
  if (missing !== undefined) return `'${command}' names ${missing}, which does not exist`;
  if (program !== 'npm') return null;
  const [verb = '', ...rest] = words;
  const script = verb === 'run' || verb === 'run-script' ? rest.find((word) => !word.startsWith('-')) : shorthands[verb];
  if (script !== undefined) {
    return Object.hasOwn(project.scripts, script) ? null : `'${command}' runs the script ${script}, which does not exist`;
  }
  if (verb === 'install' || verb === 'i' || verb === 'add') {
    const known = [project.name, ...Object.keys({ ...project.dependencies, ...project.peerDependencies, ...project.devDependencies })];
    const stranger = rest.find((word) => !word.startsWith('-') && !known.includes(word));
    return stranger === undefined ? null : `'${command}' installs ${stranger}, of which the project knows nothing`;
  }
  return builtIn.includes(verb) ? null : `'${command}' is no command of npm that the README should need`;
}

/** Where links lead: `[…](target)`. */
export function linksOf(markdown: string): readonly string[] {
  return [...proseOf(markdown).matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target!);
}

/** What a link to a heading is called: as GitHub and npm call it. */
export function anchorsOf(markdown: string): readonly string[] {
  return [...proseOf(markdown).matchAll(/^#+ +(.*)$/gm)].map(([, title]) =>
    title!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'),
  );
}

/** The rows of the table with this head, without backticks around whole cells. @throws Error when there is none, or more than one */
export function tableOf(markdown: string, head: readonly string[]): readonly (readonly string[])[] {
  const rows = proseOf(markdown).split('\n').map(cellsOf);
  const begins = rows.flatMap((cells, index) => (cells?.join('|') === head.join('|') ? [index] : []));
  const [begin, ...others] = begins;
  if (begin === undefined || others.length > 0) {
    throw new Error(`there must be one table with the head ${head.join(' | ')}; there are ${begins.length}`);
  }
  const table: (readonly string[])[] = [];
  for (let index = begin + 2; rows[index] !== null && rows[index] !== undefined; index++) table.push(rows[index]!);
  return table;
}

function cellsOf(line: string): readonly string[] | null {
  const [, inner] = /^\|(.*)\|\s*$/.exec(line) ?? [];
  return inner === undefined ? null : inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^`([^`]+)`$/, '$1'));
}

/** The text without its fences. */
function proseOf(markdown: string): string {
  const lines = markdown.split('\n');
  for (const { line, lines: code } of fencesOf(markdown)) lines.fill('', line - 2, line + code.length);
  return lines.join('\n');
}
