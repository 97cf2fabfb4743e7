import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sqliteLog } from '../../src/sqlite/index.js';
import { append, creation, headOf, idsFrom, idsOf, written } from '../contracts/log/given.js';
import { Given } from './given.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const given = new Given();
const started: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** One of this folder's programs, in a process of its own. */
class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #complaint = '';

  constructor(program: string, ...rest: readonly string[]) {
    this.#process = spawn(process.execPath, ['samples/run.mjs', `test/sqlite/${program}.ts`, ...rest], { cwd: root });
    started.push(this.#process);
    this.#process.stderr.on('data', (text: Buffer) => (this.#complaint += text.toString()));
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`It ended too early. ${this.#complaint}`);
    return next.value;
  }

  go(): void {
    this.#process.stdin.write('go\n');
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async rest(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next()) lines.push(next.value);
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
    if (this.#process.signalCode === null && this.#process.exitCode !== 0) throw new Error(this.#complaint);
    return lines;
  }
}

describe('several processes on one file', () => {
  it('make its tables once, and never claim the same', async () => {
    const file = given.file();
    const workers = idsFrom('worker', 3);
    const children = workers.map((worker) => new Child('claimer', file, worker));
    expect(await Promise.all(children.map((child) => child.line()))).toEqual(['ready', 'ready', 'ready']);
    const log = await given.opened(sqliteLog(file));
    const ids = idsFrom('trip', 120);
    await written(log, ...ids.map((id, index) => creation(id, { owner: index % 3 ? null : 'gone' })));
    for (const child of children) child.go();
    const claims = await Promise.all(children.map((child) => child.rest()));
    expect(claims.flat().toSorted()).toEqual(ids.map((id) => `${id} 2`).toSorted());
    for (const [index, worker] of workers.entries()) {
      expect(idsOf(await log.owned(worker)).map((id) => `${id} 2`).toSorted()).toEqual(claims[index]!.toSorted());
    }
  });

  it('find what a killed one had been told was written, whole, and go on', async () => {
    const file = given.file();
    const child = new Child('writer', file);
    let told = 0;
    while (told < 90) told = Number(await child.line());
    child.kill();
    told = Number((await child.rest()).at(-1) ?? told);
    const log = await given.opened(sqliteLog(file));
    const { seq, epoch } = await headOf(log, 'trip-1');
    // One write more may have landed than it could say.
    expect([told, told + 3]).toContain(seq);
    const events = await log.events('trip-1', 0, seq + 10);
    expect(events.map((one) => one.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events).toHaveLength(seq);
    await written(log, append('trip-1', { fromSeq: seq, epoch }));
  });
});
