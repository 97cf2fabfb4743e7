import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const eleven = `${root}test/nestjs/eleven/node_modules`;

export default defineConfig({
  root,
  // Said here and not only in tsconfig: the tests' sagas are wired by tsyringe, which reads the emitted metadata.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: [
      { find: /^class-saga\/(tsyringe|awilix|inversify|nestjs|postgres|sqlite)$/, replacement: `${root}src/$1/index.ts` },
      { find: /^class-saga$/, replacement: `${root}src/index.ts` },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'] } },
      // What is said of NestJS, once more on the version before; but nestjs-cls asks for the one that it is installed beside.
      {
        extends: true,
        resolve: { alias: [{ find: /^@nestjs\/([\w-]+)(\/.*)?$/, replacement: `${eleven}/@nestjs/$1$2` }] },
        test: { name: 'NestJS 11', include: ['test/nestjs/*.test.ts'], exclude: ['test/nestjs/cls.test.ts'], env: { NEST_MAJOR: '11' } },
      },
    ],
    sequence: { shuffle: true },
    // On two cores there would be one worker by default, and most of what is slow here waits for other processes.
    maxWorkers: 2,
    // Compiling users' programs and thousands of generated cases take seconds on a small machine; nothing here asserts a duration.
    testTimeout: 120_000,
    // Thousands of generated sagas have an effect that comes late and cannot be undone; what the runner then says is tested apart.
    execArgv: ['--disable-warning=SagaLateEffectWarning'],
  },
});
