// The import law of .eslintrc.cjs, judged from the sources themselves: what the linter may be told to overlook, this does not.
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** By layer, a folder of src: the layers, or single files of them, that it may import besides itself and `errors`. */
export type ImportLaw = Readonly<Record<string, readonly string[]>>;

/** Files of src, by their path in it. */
export type Sources = ReadonlyMap<string, string>;

export interface Architecture {
  readonly law: ImportLaw;
  readonly sources: Sources;
  /** The published entries, by their path in src. They alone may be an index.ts, and the one outside of all layers may import them all. */
  readonly entries: readonly string[];
  /** Packages that the project declares for its users. */
  readonly packages: readonly string[];
  /** Layers that import no package and no Node module. */
  readonly pure: readonly string[];
}

export function sourcesIn(folder: string): Sources {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(`${folder}/${path}`, 'utf8')]));
}

/** What a file imports, in any way there is: `import`, `import type`, `export … from`, `import(…)`. */
export function importsOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Each breach as a sentence; none where the law holds. */
export function breachesOf(architecture: Architecture): readonly string[] {
  const { law, sources, entries } = architecture;
  const layers = new Set([...sources.keys()].map(layerOf).filter((layer) => layer !== null));
  return [
    ...[...layers].filter((layer) => !Object.hasOwn(law, layer)).map((layer) => `src/${layer} is not in the table`),
    ...Object.keys(law).filter((layer) => !layers.has(layer)).map((layer) => `the table has a row for src/${layer}, which does not exist`),
    ...[...sources.keys()].flatMap((path) => {
      if (layerOf(path) === null && !entries.includes(path)) return [`src/${path} belongs to no layer`];
      return posix.basename(path) === 'index.ts' && !entries.includes(path) ? [`src/${path} is a barrel and no published entry`] : [];
    }),
    ...[...sources].flatMap(([path, text]) => importsOf(text).flatMap((specifier) => breachOf(architecture, path, specifier) ?? [])),
    ...cyclesIn(sources).map((cycle) => `${cycle.map((path) => `src/${path}`).join(' imports ')}`),
  ];
}

function breachOf({ law, sources, packages, pure }: Architecture, path: string, specifier: string): string | null {
  const layer = layerOf(path);
  if (!specifier.startsWith('.')) {
    if (layer !== null && pure.includes(layer)) return `src/${path} imports ${specifier}, and src/${layer} imports no package`;
    if (specifier.startsWith('node:') || packages.includes(packageOf(specifier))) return null;
    return `src/${path} imports ${specifier}, which is not declared`;
  }
  const target = targetOf(path, specifier);
  if (!sources.has(target)) return `src/${path} imports ${specifier}, which is no file of src`;
  if (layer === null) return null;
  const allowed = [layer, 'errors', ...(law[layer] ?? [])];
  return allowed.some((part) => target === part || target.startsWith(`${part}/`)) ? null : `src/${path} imports src/${target}`;
}

/** Every file that can be come back to from itself, with the shortest way there and back; each cycle once. */
function cyclesIn(sources: Sources): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  for (const start of sources.keys()) {
    const cycle = wayBackTo(start, sources);
    if (cycle !== null) {
      const members = [...cycle].sort().join();
      if (!found.has(members)) found.set(members, [...cycle, start]);
    }
  }
  return [...found.values()];
}

function wayBackTo(start: string, sources: Sources): readonly string[] | null {
  const waysTo = new Map<string, readonly string[]>([[start, [start]]]);
  for (const [path, way] of waysTo) {
    for (const specifier of importsOf(sources.get(path) ?? '').filter((name) => name.startsWith('.'))) {
      const target = targetOf(path, specifier);
      if (target === start) return way;
      if (!waysTo.has(target)) waysTo.set(target, [...way, target]);
    }
  }
  return null;
}

function layerOf(path: string): string | null {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : null;
}

/** `./x.js`, as it is written for Node, is `./x.ts` in the sources. */
function targetOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
