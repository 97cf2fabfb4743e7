import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { Client } from 'pg';
import type { Section } from '../report.js';
import { ContenderProcess } from './contender.js';
import type { PostgresServer } from './postgres-server.js';
import type { Entrant } from './rounds.js';
import { measure } from './rounds.js';
import { tableOf } from './table.js';

const inFlights = [1, 16, 64];
const rounds = 5;
const forMs = 600;

/** Whether it costs anything that a log is full. */
export async function onFullPostgres(server: PostgresServer): Promise<readonly Section[]> {
  const [full, empty] = [await server.create('full'), await server.create('empty')];
  const client = new Client({ connectionString: empty });
  await client.connect();
  try {
    const empties = (): Promise<unknown> => client.query('TRUNCATE class_saga.saga_execution, class_saga.saga_event');
    return [await compared('PostgreSQL', 'class-saga-on-postgres', [full, empty], empties)];
  } finally {
    await client.end();
  }
}

export async function onFullSqlite(): Promise<readonly Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'class-saga-bench-'));
  const [full, empty] = [join(folder, 'full.db'), join(folder, 'empty.db')];
  const database = new Database(empty);
  try {
    const empties = async (): Promise<unknown> => database.exec('DELETE FROM saga_event; DELETE FROM saga_execution');
    return [await compared('SQLite', 'class-saga-on-sqlite', [full, empty], empties)];
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compared(
  where: 'PostgreSQL' | 'SQLite',
  program: 'class-saga-on-postgres' | 'class-saga-on-sqlite',
  [full, empty]: readonly [full: string, empty: string],
  empties: () => Promise<unknown>,
): Promise<Section> {
  const entrants: Entrant[] = [];
  try {
    entrants.push({ contender: await ContenderProcess.start({ name: 'full log', program, args: [full, 'full'] }) });
    entrants.push({ contender: await ContenderProcess.start({ name: 'empty log', program, args: [empty] }), prepare: empties });
    const together = [];
    for (const inFlight of inFlights) together.push(await measure(entrants, { shape: 'happy', inFlight, rounds, forMs }));
    return {
      title: `Five steps with a full log on ${where}`,
      explanation: 'In the full log lie 100,000 executions that have ended and 10,000 that wait; the empty one is emptied before each run.',
      ...tableOf(together, 'full log'),
    };
  } finally {
    await Promise.all(entrants.map(({ contender }) => contender.stop()));
  }
}
