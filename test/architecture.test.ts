import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Architecture, ImportLaw } from './support/import-law.js';
import { breachesOf, importsOf, sourcesIn } from './support/import-law.js';
import type { LintMessage } from './support/linter.js';
import { linterOf } from './support/linter.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const { settings } = require('../.eslintrc.cjs') as { readonly settings: { readonly importLaw: ImportLaw } };
const project = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Project;
const tsconfig = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8')) as { readonly compilerOptions: { readonly paths: object } };

interface Project {
  readonly name: string;
  readonly main: string;
  readonly module: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly tsup: { readonly entry: Readonly<Record<string, string>>; readonly format: readonly string[]; readonly dts: boolean };
  readonly dependencies: object;
  readonly peerDependencies: object;
}

const law = settings.importLaw;
const sources = sourcesIn(`${root}src`);
const entries = Object.values(project.tsup.entry).map((path) => path.replace(/^src\//, ''));
const packages = Object.keys({ ...project.dependencies, ...project.peerDependencies });
const pure = ['errors', 'saga', 'kernel'];

describe('the import law', () => {
  it('holds in src', () => {
    expect(breachesOf({ law, sources, entries, packages, pure })).toEqual([]);
  });

  it('lets the kernel import the graph and errors, and nothing else', () => {
    expect(law['kernel']).toEqual(['graph']);
  });

  it('is a hierarchy: no layer may import one that may import it', () => {
    const mayImport = (layer: string, seen = new Set<string>()): Set<string> => {
      for (const part of law[layer] ?? []) {
        const next = part.split('/')[0]!;
        if (!seen.has(next)) mayImport(next, seen.add(next));
      }
      return seen;
    };
    expect(Object.keys(law).filter((layer) => mayImport(layer).has(layer))).toEqual([]);
  });
});

describe('the check of the import law', () => {
  const breachesIn = (files: Readonly<Record<string, string>>): readonly string[] => breachesOf({ ...sound, sources: soundAnd(files) });

  it('finds nothing where the law holds', () => {
    expect(breachesIn({})).toEqual([]);
  });

  it.each([
    ["import { act } from '../runtime/act.js';"],
    ["import type { Act } from '../runtime/act.js';"],
    ["export * from '../runtime/act.js';"],
    ["const act = await import('../runtime/act.js');"],
    ["type Act = import('../runtime/act.js').Act;"],
    ["import '../runtime/act.js'; // eslint-disable-line"],
  ])('reports %s in a layer that may not', (text) => {
    expect(breachesIn({ 'graph/more.ts': text })).toEqual(['src/graph/more.ts imports src/runtime/act.ts']);
  });

  it('reports the other files of a layer of which one file is allowed', () => {
    expect(breachesIn({ 'tsyringe/more.ts': "import '../runtime/act.js'; import '../runtime/ports.js';" })).toEqual([
      'src/tsyringe/more.ts imports src/runtime/act.ts',
    ]);
  });

  it('reports packages and Node modules in a pure layer', () => {
    expect(breachesIn({ 'kernel/more.ts': "import 'node:fs'; import 'tsyringe';" })).toEqual([
      'src/kernel/more.ts imports node:fs, and src/kernel imports no package',
      'src/kernel/more.ts imports tsyringe, and src/kernel imports no package',
    ]);
  });

  it('reports packages that a user would not have', () => {
    expect(breachesIn({ 'runtime/more.ts': "import '@types/node/x'; import 'tsyringe/deep'; import 'vitest';" })).toEqual([
      'src/runtime/more.ts imports @types/node/x, which is not declared',
      'src/runtime/more.ts imports vitest, which is not declared',
    ]);
  });

  it('reports imports of files that do not exist', () => {
    const breaches = breachesIn({ 'graph/more.ts': "import './less.js';" });
    expect(breaches).toEqual(['src/graph/more.ts imports ./less.js, which is no file of src']);
  });

  it('reports internal barrels', () => {
    expect(breachesIn({ 'runtime/index.ts': '' })).toEqual(['src/runtime/index.ts is a barrel and no published entry']);
  });

  it('reports files outside of all layers, layers outside of the table, and rows without a layer', () => {
    const breaches = breachesIn({ 'more.ts': '', 'cloud/more.ts': '' });
    expect(breaches).toEqual(['src/cloud is not in the table', 'src/more.ts belongs to no layer']);
    expect(breachesOf({ ...sound, law: { ...sound.law, cloud: [] } })).toEqual(['the table has a row for src/cloud, which does not exist']);
  });

  it('reports a cycle of files within a layer, once', () => {
    const cycle = { 'graph/a.ts': "import './b.js';", 'graph/b.ts': "import './c.js';", 'graph/c.ts': "import type { A } from './a.js';" };
    expect(breachesIn(cycle)).toEqual(['src/graph/a.ts imports src/graph/b.ts imports src/graph/c.ts imports src/graph/a.ts']);
  });

  it('reports a file that imports itself', () => {
    expect(breachesIn({ 'graph/a.ts': "import './a.js';" })).toEqual(['src/graph/a.ts imports src/graph/a.ts']);
  });

  it('reads no imports out of comments and strings', () => {
    expect(importsOf("// import './a.js';\nconst text = \"import './b.js'\";\nimport './c.js';")).toEqual(['./c.js']);
  });
});

/** A small project that keeps the law, to break it in. */
const sound: Architecture = {
  law: { errors: [], graph: [], kernel: ['graph'], runtime: ['kernel'], tsyringe: ['runtime/ports.ts'] },
  sources: new Map([
    ['index.ts', "export * from './runtime/act.js'; export * from './tsyringe/index.js';"],
    ['errors/error.ts', ''],
    ['graph/graph.ts', "import '../errors/error.js';"],
    ['kernel/plan.ts', "import '../graph/graph.js';"],
    ['runtime/act.ts', "import '../kernel/plan.js'; import './ports.js'; import 'node:crypto';"],
    ['runtime/ports.ts', ''],
    ['tsyringe/index.ts', "import 'tsyringe'; import '../runtime/ports.js';"],
  ]),
  entries: ['index.ts', 'tsyringe/index.ts'],
  packages: ['tsyringe'],
  pure: ['kernel'],
};

function soundAnd(files: Readonly<Record<string, string>>): Architecture['sources'] {
  return new Map([...sound.sources, ...Object.entries(files)]);
}

describe('lint', () => {
  const linter = linterOf(root);
  const messagesAbout = async (text: string, path: string): Promise<readonly LintMessage[]> => {
    const [result] = await linter.lintText(text, { filePath: `${root}src/${path}` });
    return result!.messages;
  };
  const rulesBrokenBy = async (text: string, path: string): Promise<readonly string[]> =>
    (await messagesAbout(text, path)).map(({ ruleId, message }) => ruleId ?? message);
  const anyFileOf = (layer: string): string => [...sources.keys()].find((path) => path.startsWith(`${layer}/`))!;

  it.each(Object.keys(law))('lets src/%s import what the table says, and nothing else', async (layer) => {
    const specifiers = [...sources.keys()].filter((path) => path.includes('/')).map((path) => `../${path.replace(/\.ts$/, '.js')}`);
    const text = specifiers.map((specifier) => `import '${specifier}';\n`).join('');
    const reported = (await messagesAbout(text, anyFileOf(layer)))
      .filter(({ ruleId }) => ruleId === 'import-x/no-restricted-paths')
      .map(({ line }) => specifiers[line - 1]!.split('/')[1]!);
    const allowed = [layer, 'errors', ...law[layer]!];
    const forbidden = specifiers.map((specifier) => specifier.slice('../'.length).replace(/\.js$/, '.ts'))
      .filter((path) => !allowed.some((part) => path === part || path.startsWith(`${part}/`)))
      .map((path) => path.split('/')[0]!);
    expect(reported).toEqual(forbidden);
  });

  it.each([
    ['export const now = (): number => Date.now();', 'no-restricted-globals'],
    ['export const now = (): Date => new Date();', 'no-restricted-globals'],
    ['export const now = (): number => performance.now();', 'no-restricted-globals'],
    ['export const sample = (): number => Math.random();', 'no-restricted-properties'],
    ['export const { random } = Math;', 'no-restricted-properties'],
    ['export async function act(): Promise<void> {}', 'no-restricted-syntax'],
    ['export const act = async () => {};', 'no-restricted-syntax'],
    ['export const done = Promise.resolve();', 'no-restricted-globals'],
    ['export const timer = setTimeout(() => {}, 1);', 'no-restricted-globals'],
    ['export const { env } = process;', 'no-restricted-globals'],
    ['export const id = crypto.randomUUID();', 'no-restricted-globals'],
    ['export const id = globalThis.crypto.randomUUID();', 'no-restricted-globals'],
    ["console.log('hello');", 'no-console'],
    ["import 'node:fs';", 'import-x/no-nodejs-modules'],
    ["import 'fs';", 'import-x/no-nodejs-modules'],
    ["import '../runtime/ports.js';", 'import-x/no-restricted-paths'],
    ["export type { Clock } from '../runtime/ports.js';", 'import-x/no-restricted-paths'],
  ])('reports in src/kernel: %s', async (text, rule) => {
    expect(await rulesBrokenBy(`${text}\n`, 'kernel/plan.ts')).toContain(rule);
  });

  it('reports nothing where a kernel file is pure', async () => {
    const text = "import { stepKey } from './keys.js';\n\nexport const key = stepKey('e', 's', 1);\n";
    expect(await rulesBrokenBy(text, 'kernel/plan.ts')).toEqual([]);
  });

  it.each(Object.keys(law))('reports cycles in src/%s', async (layer) => {
    // Cycles are looked for among the files on the disk, so that there is none to be shown to the linter here.
    const { rules } = await linter.calculateConfigForFile(`${root}src/${anyFileOf(layer)}`);
    expect(rules['import-x/no-cycle']).toEqual(['error']);
  });
});

describe('the published entries', () => {
  const subpaths = Object.keys(project.exports).filter((subpath) => subpath !== './package.json');
  const nameOf = (subpath: string): string => (subpath === '.' ? 'index' : subpath.slice('./'.length));
  const sourceOf = (subpath: string): string => (subpath === '.' ? 'src/index.ts' : `src/${nameOf(subpath)}/index.ts`);

  it('are the same in the export map, the build and src', () => {
    expect(project.tsup.entry).toEqual(Object.fromEntries(subpaths.map((subpath) => [nameOf(subpath), sourceOf(subpath)])));
    expect([...sources.keys()].filter((path) => path.endsWith('index.ts')).sort()).toEqual([...entries].sort());
  });

  it('are the same for the compiler of this project', () => {
    const paths = subpaths.map((subpath) => [`${project.name}${subpath.slice(1)}`, [`./${sourceOf(subpath)}`]]);
    expect(tsconfig.compilerOptions.paths).toEqual(Object.fromEntries(paths));
  });

  it('come as ESM and as CommonJS, each with its types', () => {
    expect(project.tsup).toMatchObject({ format: ['esm', 'cjs'], dts: true });
    expect(project.exports).toEqual({
      ...Object.fromEntries(
        subpaths.map((subpath) => {
          const file = `./dist/${nameOf(subpath)}`;
          return [
            subpath,
            { import: { types: `${file}.d.ts`, default: `${file}.js` }, require: { types: `${file}.d.cts`, default: `${file}.cjs` } },
          ];
        }),
      ),
      './package.json': './package.json',
    });
  });

  it('name the main one once more for tools that read no export map', () => {
    expect(project).toMatchObject({ main: './dist/index.cjs', module: './dist/index.js', types: './dist/index.d.ts' });
  });

  it('name types before the file, because conditions are tried in their order', () => {
    const conditions = subpaths.flatMap((subpath) => Object.values(project.exports[subpath] as Readonly<Record<string, object>>));
    expect(conditions.map((files) => Object.keys(files))).toEqual(conditions.map(() => ['types', 'default']));
  });
});
