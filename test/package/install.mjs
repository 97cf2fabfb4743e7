// Installs the package as its users do, packed, into small projects of its own, compiles them as users do, and runs them.
// `npm run check:package` calls it after the build; the first case that fails ends it.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const projects = fileURLToPath(new URL('project', import.meta.url));
const require = createRequire(import.meta.url);
const locked = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages;
const whatRuns = 'a saga of two steps completes, one fails and is undone, one is part of another';
/** The folders in node_modules that a package brings besides its own. */
const broughtBy = { tsyringe: ['tslib'], inversify: ['@inversifyjs'], libsql: ['@libsql', '@neon-rs'] };
const temporary = await mkdtemp(join(tmpdir(), 'class-saga-package-'));

try {
  await checkAll();
} catch (error) {
  const { message, stdout, stderr } = error;
  console.error([message, stdout, stderr].filter(Boolean).join('\n'));
  process.exitCode = 1;
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function checkAll() {
  const tarball = await told('npm pack', () => pack());
  await told('the tarball holds what it should and no path of this machine', () => checkTarball(tarball));
  const alone = await told('npm install class-saga', () => install('alone', tarball, []));
  const injected = await told('npm install class-saga tsyringe', () => install('injected', tarball, ['tsyringe', 'reflect-metadata']));
  const contained = await told('npm install class-saga inversify', () => install('contained', tarball, ['inversify', 'reflect-metadata']));
  const durable = await told('npm install class-saga libsql', () => install('durable', tarball, ['libsql']));

  for (const format of ['esm', 'cjs']) {
    for (const compile of [tsc, swc, vite]) {
      await told(`${compile.name}, ${format}, tsyringe: ${whatRuns}`, () => runTrip(injected, 'injected', format, compile));
    }
    await told(`esbuild, ${format}, no decorator metadata: ${whatRuns}`, () => runTrip(alone, 'plain', format, esbuild));
  }
  await told(`tsc, esm, no tsyringe: ${whatRuns}`, () => runTrip(alone, 'plain', 'esm', tsc));
  for (const major of [11, 12]) {
    const nest = await told(`npm install class-saga, NestJS ${major}`, () => installNest(major, tarball));
    for (const format of ['esm', 'cjs']) {
      await told(`tsc, ${format}, NestJS ${major}: sagas of an application complete, fail and are heard of`, () => runNestTrip(nest, format));
    }
  }
  for (const format of ['esm', 'cjs']) {
    await told(`tsc, ${format}, libsql: a saga completes on a log in a file, and another reads it`, () => runDurableTrip(durable, format));
  }
  for (const format of ['esm', 'cjs']) {
    await told(`tsc, ${format}, inversify: a saga is checked, completes, and what it was made of is disposed`, () => runContained(contained, format));
  }
  await told('esm and cjs in one process: what one copy makes, the other understands', () => runTwoCopies(alone));
}

async function told(what, act) {
  const begunAt = performance.now();
  try {
    const result = await act();
    console.log(`  ok      ${what} (${((performance.now() - begunAt) / 1_000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.log(`  FAILED  ${what}`);
    throw error;
  }
}

/** Without scripts: the build has just run, and `prepack` would run it again. */
async function pack() {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', temporary], root);
  const [packed] = JSON.parse(stdout);
  return { file: join(temporary, packed.filename), contents: packed.files.map(({ path }) => path) };
}

async function checkTarball({ file, contents }) {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const published = JSON.stringify(exports).match(/\.\/dist\/[^"]+/g).map((path) => path.slice('./'.length));
  const missing = published.filter((path) => !contents.includes(path));
  assert.deepEqual(missing, [], `the export map names what the tarball lacks: ${missing.join(', ')}`);

  const besides = contents.filter((path) => !/^dist\/[\w.-]+\.(c?js(\.map)?|d\.c?ts)$/.test(path)).sort();
  const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
  assert.deepEqual(besides, expected, `besides dist the tarball holds ${besides.join(', ')}`);

  await run('tar', ['-xzf', file, '-C', temporary], temporary);
  for (const path of contents) {
    const text = await readFile(join(temporary, 'package', path), 'utf8');
    const told = [root, `${homedir()}/`, temporary, 'file:///'].find((place) => text.includes(place));
    assert.equal(told, undefined, `${path} holds the path ${told}`);
    if (path.endsWith('.map')) {
      const outside = JSON.parse(text).sources.filter((source) => !source.startsWith('../src/'));
      assert.deepEqual(outside, [], `${path} names sources outside of src`);
    }
  }
}

/** The other packages are locked as this project locks them, so that npm takes them out of the cache that `npm ci` filled. */
async function install(name, tarball, packages) {
  const needed = [...new Set(['reflect-metadata', ...packages.flatMap((one) => broughtBy[one] ?? []), ...packages])];
  const folder = await installLocked(name, tarball, packages, new Map(needed.flatMap(placesOf).map((place) => [place, place])));
  const installed = (await readdir(join(folder, 'node_modules'))).filter((one) => !one.startsWith('.'));
  assert.deepEqual(installed.sort(), ['class-saga', ...needed].sort(), `installed are ${installed.join(', ')}`);
  return folder;
}

/** `places`: where each package is to be, and where it is in the lock of this project. */
async function installLocked(name, { file }, packages, places) {
  const folder = join(temporary, name);
  const dependencies = Object.fromEntries(packages.map((one) => [one, locked[places.get(`node_modules/${one}`)].version]));
  const lockedPlaces = [...places].map(([to, from]) => [to, { ...locked[from], dev: false }]);
  const lock = { '': { name, dependencies }, ...Object.fromEntries(lockedPlaces) };
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true, dependencies }));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ name, lockfileVersion: 3, requires: true, packages: lock }));
  await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', file], folder);
  return folder;
}

/** Both are locked by this project: the older one beside its tests, with all that it has for itself. */
function installNest(major, tarball) {
  const beside = major === 11 ? 'test/nestjs/eleven/' : '';
  const named = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];
  const places = new Map();
  const addAll = (names) => names.forEach((name) => {
    const place = [`${beside}node_modules/${name}`, `node_modules/${name}`].find((one) => one in locked);
    if (place === undefined || places.has(`node_modules/${name}`)) return;
    const own = Object.keys(locked).filter((one) => `${one}/`.startsWith(`${place}/`));
    for (const one of own) places.set(`node_modules/${name}${one.slice(place.length)}`, one);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = locked[place];
    addAll([...Object.keys(dependencies), ...Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional)]);
  });
  addAll(named);
  return installLocked(`nest-${major}`, tarball, named, places);
}

/** Where a package, or all of a scope, is in the lock, what it has for itself included. */
function placesOf(one) {
  return Object.keys(locked).filter((place) => `${place}/`.startsWith(`node_modules/${one}/`));
}

async function runDurableTrip(installation, format) {
  const folder = join(installation, `tsc-durable-${format}`);
  await cp(join(projects, 'durable'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }));
  await tsc(folder);
  const { stdout } = await run(process.execPath, ['out/trip.js'], folder);
  assert.deepEqual(JSON.parse(stdout), {
    completed: { hotel: [['Kyiv', '1970-01-01T00:00:00.000Z']], charge: 1 },
    failed: 'RangeError: the card was refused',
    cancelled: ['Lviv, because of charge'],
    found: 1,
    postgres: 'function',
  });
}

async function runNestTrip(installation, format) {
  const folder = join(installation, `tsc-nest-${format}`);
  await cp(join(projects, 'nest'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }));
  await tsc(folder);
  const { stdout } = await run(process.execPath, ['out/trip.js'], folder);
  assert.deepEqual(JSON.parse(stdout), {
    completed: { hotel: 'a room in Kyiv for acme', charge: 14 },
    failed: 402,
    cancelled: ['a room in Lviv for acme'],
    heard: ['completed'],
    health: 'up',
  });
}

async function runTrip(installation, project, format, compile) {
  const folder = join(installation, `${compile.name}-${project}-${format}`);
  await cp(join(projects, project), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }));
  await compile(folder, format);
  const { stdout } = await run(process.execPath, ['out/trip.js'], folder);
  assert.deepEqual(JSON.parse(stdout), {
    completed: { hotel: 'a room in Kyiv', charge: 14 },
    failed: 'Error: the card was refused',
    cancelled: ['a room in Lviv, because of charge'],
    mail: 'mailed: a room in Riga',
    others: 'NoTrip',
  });
}

async function runContained(installation, format) {
  const folder = join(installation, `tsc-containers-${format}`);
  await cp(join(projects, 'containers'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }));
  await tsc(folder);
  const { stdout } = await run(process.execPath, ['out/trip.js'], folder);
  assert.deepEqual(JSON.parse(stdout), { rooms: 7, closed: [7, 7], awilix: 'function' });
}

async function runTwoCopies(installation) {
  const folder = join(installation, 'two-copies');
  await cp(join(projects, 'copies'), folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await tsc(folder);
  const { stdout } = await run(process.execPath, ['out/two-copies.js'], folder);
  assert.equal(stdout, 'what one makes, the other understands\n');
}

/** Checks the package's types as well: `skipLibCheck` is off. */
async function tsc(folder) {
  const compiler = require.resolve('typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', folder, '--typeRoots', join(root, 'node_modules/@types')], folder);
}

async function swc(folder, format) {
  const { transform } = require('@swc/core');
  const { code } = await transform(await readFile(join(folder, 'trip.ts'), 'utf8'), {
    filename: 'trip.ts',
    swcrc: false,
    module: { type: format === 'esm' ? 'es6' : 'commonjs' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  });
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out/trip.js'), code);
}

/** With oxc, as vitest compiles, too. */
async function vite(folder, format) {
  const { build } = await import('vite');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    build: { ssr: 'trip.ts', outDir: 'out', rolldownOptions: { output: { format, entryFileNames: 'trip.js' } } },
  });
}

/** What tsx runs with, too. */
async function esbuild(folder, format) {
  const { build } = require('esbuild');
  await build({ entryPoints: [join(folder, 'trip.ts')], outdir: join(folder, 'out'), format, platform: 'node', logLevel: 'silent' });
}

function run(command, args, cwd) {
  return promisify(execFile)(command, args, { cwd, timeout: 120_000, maxBuffer: 2 ** 26 });
}
