import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Module, NpmProject } from './support/readme.js';
import { anchorsOf, commandsOf, fencesOf, linksOf, modulesOf, problemOfCommand, tableOf } from './support/readme.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const project = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as NpmProject;

/** Hidden, so that neither the compiler nor the linter nor git looks for it by itself. */
const folder = fileURLToPath(new URL('.readme', import.meta.url));

interface WrittenModule extends Module {
  readonly path: string;
}

describe('the README', () => {
  const modules = modulesOf(readme).map((module, index): WrittenModule => ({ ...module, path: `${folder}/section-${index + 1}.ts` }));
  let diagnosticsOf: (path: string) => readonly string[];

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    await Promise.all(modules.map(({ path, code }) => writeFile(path, code)));
    diagnosticsOf = compiled(modules.map(({ path }) => path));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has examples', () => {
    expect(modules.length).toBeGreaterThan(0);
  });

  it('has no code that is not run, and no other kind of fence than a reader expects', () => {
    const kinds = new Set(fencesOf(readme).map(({ info }) => info));
    expect([...kinds].filter((kind) => !['ts', 'bash', 'json', 'mermaid', ''].includes(kind))).toEqual([]);
  });

  it('shows no output that is not asserted elsewhere: a walk of the sample, the message of a program that is rejected', () => {
    const asserted = [
      readFileSync(`${root}test/samples/trip-booking.test.ts`, 'utf8'),
      readFileSync(`${root}test/samples/trip-booking-durable.test.ts`, 'utf8'),
      readFileSync(`${root}test/types/programs/rejects/compensation-refuses-undefined.ts`, 'utf8'),
    ];
    const outputs = fencesOf(readme).filter(({ info }) => info === '').map(({ lines }) => lines.join('\n'));
    expect(outputs).toHaveLength(3);
    expect(outputs.filter((output) => !asserted.some((text) => text.includes(output)))).toEqual([]);
  });

  it.each(modules)('compiles: $section', ({ path }) => {
    expect(diagnosticsOf(path)).toEqual([]);
  });

  it.each(modules)('runs: $section', async ({ path }) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await import(/* @vite-ignore */ path);
    } finally {
      log.mockRestore();
    }
  });

  it('names only commands, scripts and files that exist', () => {
    const commands = commandsOf(readme);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap((command) => problemOfCommand(command, project, (path) => existsSync(root + path)) ?? [])).toEqual([]);
  });

  it('names only files and folders of the project that exist', () => {
    const paths = [...readme.matchAll(/\b(?:samples|src|test)\/[\w./-]*\w/g)].map(([path]) => path);
    expect(paths.filter((path) => !existsSync(root + path))).toEqual([]);
  });

  it('shows the transactions and savepoints that the contract tests run on a real database', () => {
    const driverOf = (library: string): string =>
      readFileSync(`${root}test/contracts/transaction/drivers/${library.toLowerCase()}.ts`, 'utf8');
    const rows = tableOf(readme, ['library', 'transaction', 'savepoint']);
    expect(rows.map(([library]) => library)).toEqual(['Kysely', 'Knex', 'Drizzle', 'TypeORM', 'pg']);
    const missing = rows.flatMap(([library = '', ...options]) => {
      const codes = options.map((option) => /`([^`]+)`/.exec(option)?.[1] ?? option);
      return codes.filter((code) => !driverOf(library).includes(code));
    });
    expect(missing).toEqual([]);
    const [shown] = /async function inTransaction[^]*?\n}\n/.exec(readme)!;
    expect(driverOf('pg')).toContain(shown);
  });

  it('shows the resolvers that the contract tests run', () => {
    const suites = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => readFileSync(`${root}test/${path}`, 'utf8'))
      .filter((text) => text.includes('resolverContract('));
    const resolvers = tableOf(readme, ['with', 'the resolver', 'is scoped', 'is disposed']).map(([, resolver = '']) => {
      const [, name, entry] = /^`(\w+)\b[^`]*` from `([\w/-]+)`$/.exec(resolver) ?? [];
      return `import { ${name} } from '${entry}';`;
    });
    expect(resolvers.length).toBeGreaterThan(3);
    expect(resolvers.filter((line) => !suites.some((text) => text.includes(line)))).toEqual([]);
  });

  it('links to nothing that is not there', () => {
    const anchors = anchorsOf(readme);
    const dead = linksOf(readme).filter((target) => {
      if (/^https?:/.test(target)) return false;
      return target.startsWith('#') ? !anchors.includes(target.slice(1)) : !existsSync(root + target.replace(/#.*$/, ''));
    });
    expect(dead).toEqual([]);
  });
});

/** Each file's diagnostics with the README's lines, by the settings of this project. An example may show a name without using it. */
function compiled(paths: readonly string[]): (path: string) => readonly string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  const program = ts.createProgram(paths, { ...options, noUnusedLocals: false, noUnusedParameters: false });
  return (path) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `README.md:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  };
}

const sample = `
# A package
\`\`\`ts
before();
\`\`\`
## First
\`\`\`bash
npm ci && npm start -- trips.json # books trips
# npm run nothing
npm run bench -- profile
\`\`\`
### Below the first
\`\`\`ts
## no heading();
\`\`\`
Then type \`npm test\`, see [the end](#the-end-of-it), [kernel](src/kernel.md "theory").
\`\`\`ts
second();
\`\`\`
## Second ##
~~~\`
\`\`\`ts
~~~
\`\`\`\`ts
\`\`\`
third();
\`\`\`\`

| code | means | do this |
| --- | --- | --- |
| \`A\` | the \`one\` | a \\| b |
| \`B\` | | |

## The end of it!
`;

describe('what the tests read of a README', () => {
  it('makes one module of each section, in which every line has the number that it has in the text', () => {
    const modules = modulesOf(sample);
    expect(modules.map(({ section }) => section)).toEqual(['', 'First', 'Second']);
    expect(modules.map(({ code }) => code.trim().split(/\n+/))).toEqual([
      ['before();'],
      ['## no heading();', 'second();'],
      ['```', 'third();'],
    ]);
    const lines = sample.split('\n');
    for (const { code } of modules) {
      for (const [index, line] of code.split('\n').entries()) if (line !== '') expect(line).toBe(lines[index]);
    }
  });

  it('reads fences of any length and kind with all that stands behind the backticks', () => {
    expect(fencesOf('~~~ts no-run\na\n```\n~~~~').map(({ info, lines }) => [info, lines])).toEqual([['ts no-run', ['a', '```']]]);
    expect(() => fencesOf('\n```ts\nopen')).toThrow('the fence that opens in line 2 is not closed');
  });

  it('finds the commands that a reader is told to type', () => {
    expect(commandsOf(sample)).toEqual(['npm ci', 'npm start -- trips.json', 'npm run bench -- profile', 'npm test']);
  });

  it.each([
    ['npm test', null],
    ['npm run test', null],
    ['npm run --silent test', null],
    ['npm ci', null],
    ['npm install class-saga tsyringe', null],
    ['npm install -D vitest', null],
    ['node samples/run.mjs samples/a/main.ts', null],
    ['npm start', "'npm start' runs the script start, which does not exist"],
    ['npm run tset', "'npm run tset' runs the script tset, which does not exist"],
    ['npm instal', "'npm instal' is no command of npm that the README should need"],
    ['npm install class-sage', "'npm install class-sage' installs class-sage, of which the project knows nothing"],
    ['node samples/run.mjs samples/b/main.ts', "'node samples/run.mjs samples/b/main.ts' names samples/b/main.ts, which does not exist"],
  ])('judges the command %s', (command, problem) => {
    const small = { name: 'class-saga', scripts: { test: '' }, peerDependencies: { tsyringe: '' }, devDependencies: { vitest: '' } };
    const files = ['samples/run.mjs', 'samples/a/main.ts'];
    expect(problemOfCommand(command, small, (path) => files.includes(path))).toBe(problem);
  });

  it('finds links and what they may lead to', () => {
    expect(linksOf(sample)).toEqual(['#the-end-of-it', 'src/kernel.md']);
    expect(anchorsOf(sample)).toEqual(['a-package', 'first', 'below-the-first', 'second', 'the-end-of-it']);
  });

  it('reads a table by its head', () => {
    expect(tableOf(sample, ['code', 'means', 'do this'])).toEqual([['A', 'the `one`', 'a \\| b'], ['B', '', '']]);
    expect(() => tableOf(sample, ['rule'])).toThrow('there must be one table with the head rule; there are 0');
  });
});
