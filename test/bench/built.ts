// What is measured is the package as Node runs it: bundled as for publishing, and not as vite's module runner holds it, where every
// imported name is looked up at each use. The contenders are built along, so that they share what counts their work.
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const sources = fileURLToPath(new URL('../../src/', import.meta.url));
/** Below the folder that the contenders' packages are installed in. */
const folder = `${here}node_modules/.cache/built`;

/** Builds the modules that child processes run, named without extension, and returns where one of them lies. */
export function built(...modules: readonly string[]): (module: string) => string {
  const contenders = readdirSync(`${here}contenders`).map((file) => `contenders/${file}`);
  rmSync(folder, { recursive: true, force: true });
  buildSync({
    entryPoints: [
      ...[...modules.map((module) => `${module}.ts`), ...contenders].map((file) => ({ in: `${here}${file}`, out: stemOf(file) })),
      // An entry of its own, so that what is loaded several times shares it.
      { in: `${sources}index.ts`, out: 'class-saga' },
      { in: `${sources}tsyringe/index.ts`, out: 'class-saga-tsyringe' },
    ],
    outdir: folder,
    chunkNames: 'chunks/[hash]', // as deep as the modules, so that `../contenders` is found from both
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return (module) => `${folder}/${module}.js`;
}

function stemOf(file: string): string {
  return file.slice(0, file.lastIndexOf('.'));
}
