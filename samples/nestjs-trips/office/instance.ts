import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { OutsideWorld } from '../outside/outside-world.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface InstanceOptions {
  readonly world: OutsideWorld;
  /** `postgres://…` */
  readonly database: string;
  /** How long a booking may still take when it is told to end, in milliseconds. */
  readonly drainMs: number;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said on its error output. */
  readonly errors: string;
}

/** One instance of the application: a process of its own, which serves HTTP at a free port of this machine. */
export interface Instance {
  readonly url: string;
  /** All that it has said so far. */
  output(): string;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

/** Returns when it listens. @throws Error with all that it said, where it ends instead */
export async function startInstance({ world, database, drainMs }: InstanceOptions): Promise<Instance> {
  const child = spawn(process.execPath, [`${root}samples/run.mjs`, 'samples/nestjs-trips/main.ts'], {
    env: {
      ...process.env,
      NO_COLOR: '1',
      PORT: '0',
      DATABASE_URL: database,
      CARDS_URL: world.cards.address,
      HOTELS_URL: world.hotels.address,
      FLIGHTS_URL: world.flights.address,
      DRAIN_MS: String(drainMs),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill('SIGKILL');
  // It is not to outlive whoever started it, nor the runner of a test worker that was interrupted.
  process.once('exit', end).once('disconnect', end);
  const lines: string[] = [];
  const errors = text(child.stderr);
  const exited = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(async ([code, signal]): Promise<Exit> => {
    process.off('exit', end).off('disconnect', end);
    return { code, signal, errors: await errors };
  });
  const output = (): string => lines.join('\n');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const [, address] = /Listening at (\S+)$/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
    void exited.then(({ errors }) => reject(new Error(`The application did not start.\n${output()}\n${errors}`)));
  });
  return { url, output, exited, kill: (signal) => void child.kill(signal) };
}
