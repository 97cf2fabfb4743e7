import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { significant } from '../figures.js';
import type { Section } from '../report.js';
import { ContenderProcess } from './contender.js';
import { Counter } from './counters.js';
import { newerNode } from './newer-node.js';
import type { PostgresServer } from './postgres-server.js';
import type { Entrant } from './rounds.js';
import { measure } from './rounds.js';
import { tableOf } from './table.js';

const inFlights = [1, 16, 64];
const rounds = 5;
const forMs = 2_000;
const idleForMs = 20_000;
/** A connection that is not used any more tells the server within ten seconds what it last did. */
const allIsToldMs = 11_000;

/** class-saga, what it is compared to, and what each of them does when there is nothing to do. */
export async function onPostgres(server: PostgresServer): Promise<readonly Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'class-saga-bench-'));
  const entrants: Entrant[] = [];
  const enter = async (name: string, program: 'class-saga-on-postgres' | 'raw-postgres' | 'dbos'): Promise<void> => {
    const contender = await ContenderProcess.start({ name, program, args: [await server.create(name)] });
    entrants.push({ contender, counter: new Counter(server.admin, name) });
  };
  try {
    await enter('class-saga', 'class-saga-on-postgres');
    await enter('raw pg', 'raw-postgres');
    if (isInstalled('@dbos-inc/dbos-sdk')) await enter('DBOS', 'dbos');
    const node = isInstalled('@restatedev/restate-sdk') ? await newerNode() : null;
    if (node !== null) {
      entrants.push({ contender: await ContenderProcess.start({ name: 'Restate', program: 'restate', args: [folder], node }) });
    }
    return [...(await compared(entrants)), await idle(entrants)];
  } finally {
    await Promise.all(entrants.map(({ contender }) => contender.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compared(entrants: readonly Entrant[]): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const shape of ['happy', 'failing'] as const) {
    const together = [];
    for (const inFlight of inFlights) together.push(await measure(entrants, { shape, inFlight, rounds, forMs }));
    sections.push({ title: titles[shape], explanation: explanations[shape], ...tableOf(together) });
  }
  return sections;
}

async function idle(entrants: readonly Entrant[]): Promise<Section> {
  const workers = entrants.filter(({ contender: { name }, counter }) => counter !== undefined && name !== 'raw pg');
  const count = (): Promise<readonly number[]> => Promise.all(workers.map(async ({ counter }) => (await counter!.read()).transactions));
  await sleep(allIsToldMs);
  const before = await count();
  await sleep(idleForMs);
  const after = await count();
  return {
    title: 'A worker with nothing to do, on PostgreSQL',
    explanation: `Transactions that its database counts in ${idleForMs / 1_000} s. Each query of class-saga is one.`,
    head: ['', 'transactions/s'],
    rows: workers.map(({ contender }, index) => [contender.name, significant(((after[index]! - before[index]!) * 1_000) / idleForMs)]),
  };
}

function isInstalled(peer: string): boolean {
  try {
    createRequire(import.meta.url).resolve(peer);
    return true;
  } catch {
    return false;
  }
}

const titles = {
  happy: 'Five steps on PostgreSQL',
  failing: 'Five steps on PostgreSQL, the fifth fails, four are undone',
} as const;

const explanations = {
  happy: [
    'Each step returns a small object, and is written down before the next one begins; that each contender enters every step once, and',
    'every undoing, is counted. One PostgreSQL 18 with the settings that it comes with, fsync on, and a database for each contender. Each',
    'contender is a process of its own, with its defaults; they share the cores of this machine with the server. "raw pg" writes the rows',
    'that class-saga writes, with one statement in flight on one connection, which carries what all sagas have to write by then; it fences',
    'nothing, has no leases and recovers nothing. Restate keeps a log of its own; where this Node is older than its SDK needs, it alone',
    `runs on a newer one from npm. Medians over ${rounds} rounds of ${forMs / 1_000} s, in each of which all run, another one first; in`,
    'brackets is where the middle half of the rounds lies. The ratio is that of sagas/s in the same round. The last four columns are what',
    'the server counts for one saga.',
  ].join(' '),
  failing: 'As above. With DBOS and Restate the undoing is a catch around the steps, with a step for each of the four.',
} as const;
