import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import type { News } from './program/crash-points.js';
import type { Task } from './program/main.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What became of a process. */
export interface Exit {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly news: readonly News[];
  /** What it said on its error output. */
  readonly errors: string;
}

export interface WorkerProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Resolves with the first news of this type, also where it came before; rejects where the process ends without it. */
  heard<Type extends News['type']>(type: Type): Promise<Extract<News, { readonly type: Type }>>;
  kill(signal: NodeJS.Signals): void;
}

/** The program as one file, made once for a file of tests: a process then starts in a fraction of the time. */
export function programForThisFile(): (task: Task) => WorkerProcess {
  let folder: string;
  const running = new Set<WorkerProcess>();
  beforeAll(async () => {
    // Within node_modules, because that is where it looks for packages from.
    const cache = join(root, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(join(cache, 'class-saga-processes-'));
    await build({
      entryPoints: [join(root, 'test/processes/program/main.ts')],
      outfile: join(folder, 'main.mjs'),
      tsconfig: join(root, 'tsconfig.json'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      // What is found by its name in src, by the paths of tsconfig.json, is of the bundle; all else is a package.
      packages: 'external',
      logLevel: 'warning',
    });
  });
  afterAll(async () => {
    for (const worker of running) worker.kill('SIGKILL');
    await Promise.all([...running].map(({ exited }) => exited));
    await rm(folder, { recursive: true });
  });
  return (task) => {
    const worker = started(join(folder, 'main.mjs'), task);
    running.add(worker);
    void worker.exited.then(() => running.delete(worker));
    return worker;
  };
}

function started(program: string, task: Task): WorkerProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
  const news: News[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    news.push(JSON.parse(line) as News);
    for (const listener of listeners) listener();
  });
  const exited = exitOf(child, news);
  return {
    pid: child.pid!,
    exited,
    heard: (type) => {
      const find = () => news.find((one): one is Extract<News, { readonly type: typeof type }> => one.type === type);
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = find();
          if (found !== undefined) resolve(found);
        };
        listeners.add(look);
        look();
        void exited.then(({ code, signal, errors }) => {
          look();
          reject(new Error(`It ended with ${signal ?? code} before it said '${type}'. ${errors}`));
        });
      });
    },
    kill: (signal) => void child.kill(signal),
  };
}

async function exitOf(child: ChildProcessByStdio<Writable, Readable, Readable>, news: readonly News[]): Promise<Exit> {
  const errors = text(child.stderr);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, news, errors: await errors };
}
