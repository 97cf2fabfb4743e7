// Runs one TypeScript file with decorator metadata, which tsyringe needs: `node samples/run.mjs <file> [arguments …]`.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , file, ...rest] = process.argv;
process.argv = [process.argv[0], file, ...rest];

await runnerImport(`${root}${file}`, {
  root,
  configFile: false,
  logLevel: 'error',
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: [
      { find: /^class-saga\/(tsyringe|awilix|inversify|nestjs|postgres|sqlite)$/, replacement: `${root}src/$1/index.ts` },
      { find: /^class-saga$/, replacement: `${root}src/index.ts` },
    ],
  },
});
