import { describe, expect, it } from 'vitest';
import { namesOf } from '../../src/sql/names.js';
import { sqliteLog } from '../../src/sqlite/index.js';
import { statementsOf } from '../../src/sqlite/statements.js';
import { Given } from './given.js';

const given = new Given();
const sql = statementsOf(namesOf({}));

/** How SQLite goes about it, table by table: `SEARCH` goes straight to the rows by an index, `SCAN` reads all of them. */
async function planOf(statement: string): Promise<readonly string[]> {
  const database = given.database();
  await given.opened(sqliteLog(database));
  const zeros = Array<number>(statement.split('?').length - 1).fill(0);
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...zeros) as { readonly detail: string }[];
  return rows.map(({ detail }) => detail);
}

describe('a claim', () => {
  it('goes to what is due by its index, in order', async () => {
    const plan = await planOf(sql.due);
    expect(plan).toEqual(['SEARCH saga_execution USING INDEX saga_execution_due (saga=? AND fingerprint=? AND wake_at<?)']);
  });

  it('goes from owner to owner by the index, and to what is orphaned', async () => {
    const owners = await planOf(sql.expiredOwners);
    expect(owners.filter((line) => line.includes('saga_execution')).every((line) => line.includes('saga_execution_owned'))).toBe(true);
    expect(owners).toContainEqual(expect.stringContaining('saga_execution USING COVERING INDEX saga_execution_owned (owner>?)'));
    // Of one dead worker, which had no more than it ran at a time: they are sorted.
    expect(await planOf(sql.orphaned)).toEqual([
      'SEARCH saga_execution USING INDEX saga_execution_owned (owner=? AND saga=? AND fingerprint=?)',
      'USE TEMP B-TREE FOR ORDER BY',
    ]);
  });
});

describe('a write', () => {
  it.each(['append', 'addEvents', 'fenced'] as const)('goes to each of its executions by its id: %s', async (name) => {
    const plan = await planOf(sql[name]);
    expect(plan.filter((line) => /\be\b/.test(line))).toEqual([expect.stringContaining('(id=?)')]);
  });

  it('of an owner changes no column of the index by which owners are known', async () => {
    const database = given.database();
    await given.opened(sqliteLog(database));
    const columns = database.prepare(`SELECT name FROM pragma_index_info('saga_execution_owned')`).all();
    expect(columns).toEqual([{ name: 'owner' }, { name: 'saga' }, { name: 'fingerprint' }]);
  });
});

describe('no statement reads a whole table', () => {
  // It counts what is unpublished; it looks at all that has yet to end, once a lease; its scan is one of owners; workers are few.
  const exceptions: readonly string[] = ['health', 'unclaimable', 'expiredOwners', 'deleteWorkers'];
  const texts = Object.entries(sql).flatMap(([name, statement]) => (typeof statement === 'string' ? [[name, statement] as const] : []));

  it.each(texts.filter(([name]) => !exceptions.includes(name)))('%s', async (_, statement) => {
    const scans = (await planOf(statement)).filter((line) => /^SCAN saga_|^SCAN [eiow]\b/.test(line));
    // By an index in its order, up to a limit, is no whole table; rows of JSON are no table.
    expect(scans.filter((line) => !line.includes('USING'))).toEqual([]);
  });

  it.each(['health', 'unclaimable'] as const)('%s but by indexes', async (name) => {
    const scans = (await planOf(sql[name])).filter((line) => line.startsWith('SCAN') && /saga_execution|\be\b/.test(line));
    expect(scans.every((line) => line.includes('INDEX'))).toBe(true);
  });

  it('a list, whatever it is filtered by', async () => {
    const page = 'started_at <= ? AND (started_at < ? OR id > ?)';
    for (const conditions of [[], ['saga = ?'], ['started_at >= ?', 'started_at < ?'], [page]]) {
      const plan = await planOf(sql.list(conditions));
      expect(plan.filter((line) => /(SCAN|SEARCH) e /.test(line))).toEqual([expect.stringContaining('saga_execution_started')]);
      expect(plan.join()).not.toContain('TEMP B-TREE');
    }
  });
});
