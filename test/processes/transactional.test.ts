import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresForThisFile } from './grounds.js';
import type { Outcome, Story } from './killing.js';
import { check, pointsOf, tell } from './killing.js';
import type { Task } from './program/main.js';
import { sideBySide } from './side-by-side.js';
import { programForThisFile } from './worker-process.js';

const atOnce = 5;
/** Who dies while a commit is on its way may have been before it or behind it: so often it is tried. */
const races = 8;

const grounds = postgresForThisFile();
const start = programForThisFile();
let pool: Pool;
let kills = 0;

beforeAll(async () => {
  pool = new Pool({ connectionString: grounds.url(), max: 2 });
  pool.on('error', () => {});
  await pool.query('CREATE TABLE public.stock_moved (execution TEXT NOT NULL)');
});
afterAll(async () => {
  await pool.end();
  // eslint-disable-next-line no-console -- how much was tried is part of what the tests say
  console.log(`transactional steps: ${kills} kills`);
});

async function told(fails: string | null, deaths: readonly string[], tells: Task['tells'] = []): Promise<Outcome> {
  const outcome = await tell({ saga: 'MoveStock', fails, deaths } satisfies Story, await grounds.next(), start, tells);
  check(outcome);
  kills += outcome.died.length;
  const { rows } = await pool.query('SELECT 1 FROM public.stock_moved WHERE execution = $1', [outcome.id]);
  expect({ deaths, rows: rows.length }).toEqual({ deaths, rows: fails === null ? 1 : 0 });
  return outcome;
}

/** Each moment from when the step is recorded as begun to when what follows is. */
async function moments(fails: string | null): Promise<readonly string[]> {
  const points = pointsOf(await told(fails, [], ['points']));
  const from = points.indexOf('stock written');
  expect(from).toBeGreaterThan(0);
  const to = points.findIndex((point) => point.startsWith(fails === null ? 'invoice' : 'undo order'));
  return points.slice(from - 1, to);
}

describe('a step that writes in the transaction which records it', () => {
  it('has written once, wherever its process dies', async () => {
    const points = await moments(null);
    for (const when of ['unsent in', ' sent in', 'being committed', 'after the transaction']) {
      expect(points.filter((point) => point.includes(when))).toHaveLength(1);
    }
    const outcomes = await sideBySide(atOnce, points, (point) => told(null, [point]));
    expect(outcomes.flatMap(({ died }) => died)).toEqual(points);
  });

  it('has written nothing where it failed, wherever its process dies', async () => {
    const points = await moments('stock');
    const outcomes = await sideBySide(atOnce, points, (point) => told('stock', [point]));
    expect(outcomes.flatMap(({ died }) => died)).toEqual(points);
  });

  it('has written once, however often its process dies before', async () => {
    const deaths = ['stock written', ...['unsent', 'sent'].map((when) => `log step-succeeded stock ${when} in the transaction`)];
    await sideBySide(atOnce, [deaths, [...deaths].reverse(), Array<string>(4).fill('stock written')], async (all) => {
      expect((await told(null, all)).died).toEqual(all);
    });
  });

  it('has written once where nobody knows whether the commit was before the death', async () => {
    const point = 'log step-succeeded stock being committed';
    const outcomes = await sideBySide(atOnce, Array<string>(races).fill(point), (one) => told(null, [one]));
    expect(outcomes.flatMap(({ died }) => died)).toHaveLength(races);
  });
});
