// What is measured is the package as Node runs it: the sources bundled as for publishing, and not as vite's module runner holds them, where
// every imported name is looked up at each use.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type * as Package from 'class-saga';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}node_modules/.cache/class-saga-bench`;

mkdirSync(folder, { recursive: true });
buildSync({
  entryPoints: [`${root}src/index.ts`],
  outfile: `${folder}/index.cjs`,
  tsconfig: `${root}src/tsconfig.json`,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
});

const built = createRequire(import.meta.url)(`${folder}/index.cjs`) as typeof Package;

export const { Async, Compensate, Saga, SagaRunner, Step } = built;
