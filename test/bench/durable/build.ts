// What is measured is the package as Node runs it: the sources bundled as for publishing. The contenders are bundled along, what they take
// from npm excepted, into a folder below this one, so that Node finds the peers that are installed for the bench.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const contenders = fileURLToPath(new URL('contenders', import.meta.url));
const folder = fileURLToPath(new URL('dist', import.meta.url));

/** Of the files in `contenders`. */
export type ProgramName = 'class-saga-on-postgres' | 'class-saga-on-sqlite' | 'dbos' | 'raw-postgres' | 'raw-sqlite' | 'restate';

export async function build(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await bundle({
    entryPoints: [`${contenders}/*.ts`, `${contenders}/*.mjs`],
    outdir: folder,
    alias: {
      'class-saga': `${root}src/index.ts`,
      'class-saga/postgres': `${root}src/postgres/index.ts`,
      'class-saga/sqlite': `${root}src/sqlite/index.ts`,
    },
    tsconfig: `${root}src/tsconfig.json`,
    bundle: true,
    packages: 'external',
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

/** Once it is built. */
export function builtProgram(name: ProgramName): string {
  return `${folder}/${name}.js`;
}
