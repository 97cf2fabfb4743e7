import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const keeper = fileURLToPath(new URL('postgres-that-crashes.mjs', import.meta.url));

export interface CrashingPostgres {
  url(): string;
  /** Ends the server at once, without a word to those that are connected, and resolves when it runs again on what it had on the disk. */
  crash(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>;
}

export function crashingPostgresForThisFile(): CrashingPostgres {
  let url: string;
  let nextLine: () => Promise<string>;
  let say: (line: string) => void;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    const child = spawn(process.execPath, [keeper], { stdio: 'pipe', detached: true });
    const exited = once(child, 'exit');
    const errors = text(child.stderr);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    nextLine = async () => {
      const line: IteratorResult<string, undefined> = await lines.next();
      if (line.value === undefined) throw new Error(`PostgreSQL could not be started: ${await errors}`);
      return line.value;
    };
    say = (line) => void child.stdin.write(`${line}\n`);
    stop = () => {
      child.stdin.end();
      return exited;
    };
    url = `postgres://postgres:password@127.0.0.1:${await nextLine()}/postgres`;
  });
  afterAll(() => stop());

  return {
    url: () => url,
    crash: async (signal) => {
      say(signal);
      await nextLine();
    },
  };
}
