import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const keeper = fileURLToPath(new URL('postgres-keeper.mjs', import.meta.url));

/** A PostgreSQL of its own, started from npm alone: on a free port of this machine, empty, and gone with the process that asked for it. */
export interface Postgres {
  readonly url: string;
  /** Returns when the server has stopped and its files are removed; open connections are cut. */
  stop(): Promise<void>;
}

/** Returns when the server accepts connections, after about a second. @throws Error with the server's own messages if it does not start */
export async function startPostgres(): Promise<Postgres> {
  // Detached: an interrupt from the keyboard is not for the keeper, which ends when its input does.
  const child = spawn(process.execPath, [keeper], { stdio: 'pipe', detached: true, windowsHide: true });
  const exited = once(child, 'exit');
  const release = (): void => void child.stdin.end();
  // A test worker whose runner was interrupted may live on until its test ends; the server need not.
  process.once('disconnect', release);
  const errors = text(child.stderr);
  const lines = createInterface({ input: child.stdout });
  const [port] = (await Promise.race([once(lines, 'line'), exited.then(() => [])])) as [port?: string];
  if (port === undefined) throw new Error(`PostgreSQL could not be started: ${await errors}`);
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('disconnect', release);
      release();
      await exited;
    },
  };
}
