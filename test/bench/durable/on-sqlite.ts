import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Section } from '../report.js';
import { ContenderProcess } from './contender.js';
import { measure } from './rounds.js';
import { tableOf } from './table.js';

const inFlights = [1, 16, 64];
const rounds = 5;
const forMs = 600;

export async function onSqlite(): Promise<readonly Section[]> {
  const folder = mkdtempSync(join(tmpdir(), 'class-saga-bench-'));
  const contenders: ContenderProcess[] = [];
  try {
    contenders.push(
      await ContenderProcess.start({ name: 'class-saga', program: 'class-saga-on-sqlite', args: [join(folder, 'sagas.db')] }),
      await ContenderProcess.start({ name: 'raw libsql', program: 'raw-sqlite', args: [join(folder, 'raw.db')] }),
    );
    const entrants = contenders.map((contender) => ({ contender }));
    const sections: Section[] = [];
    for (const shape of ['happy', 'failing'] as const) {
      const together = [];
      for (const inFlight of inFlights) together.push(await measure(entrants, { shape, inFlight, rounds, forMs }));
      sections.push({ title: titles[shape], explanation: explanations[shape], ...tableOf(together) });
    }
    return sections;
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

const titles = {
  happy: 'Five steps on SQLite',
  failing: 'Five steps on SQLite, the fifth fails, four are undone',
} as const;

const explanations = {
  happy: [
    'libsql, journal_mode=WAL, synchronous=FULL. "raw libsql" writes the rows that class-saga writes, what all sagas have to write in one',
    'turn of the event loop in one transaction; it fences nothing, has no leases and recovers nothing.',
  ].join(' '),
  failing: 'As above.',
} as const;
