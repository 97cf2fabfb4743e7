import { describe, expect, it } from 'vitest';
import type { Statement } from '../../src/postgres/database.js';
import { claimParameters } from '../../src/postgres/claiming.js';
import type { Parameter } from '../../src/postgres/database.js';
import { arrayOf } from '../../src/postgres/parameters.js';
import type { Statements } from '../../src/postgres/statements.js';
import { statementsOf } from '../../src/postgres/statements.js';
import { listParameters, listStatement } from '../../src/postgres/watching.js';
import { beatParameters } from '../../src/postgres/workers.js';
import { writeParameters } from '../../src/postgres/writing.js';
import type { ListRequest } from '../../src/durable/execution-log.js';
import { namesOf } from '../../src/sql/names.js';
import { append, bookTrip, creation, ending, hourMs, idsFrom, written } from '../contracts/log/given.js';
import { newSchema, postgresForThisFile } from './server.js';

const server = postgresForThisFile();

/** Of a prepared statement the plan that is kept, whatever its parameters; of another the one that is made for these. */
async function planOf({ name, text }: Statement, parameters: readonly Parameter[]): Promise<string> {
  const client = await server.admin().connect();
  try {
    await client.query(`SET plan_cache_mode = ${name === undefined ? 'force_custom_plan' : 'force_generic_plan'}`);
    await client.query(`PREPARE planned${parameters.length > 0 ? `(${parameters.map(() => 'text').join(', ')})` : ''} AS ${text}`);
    const given = parameters.map((value) => (value === null ? 'NULL' : client.escapeLiteral(value))).join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE planned${given && `(${given})`}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('DEALLOCATE ALL; RESET plan_cache_mode');
    client.release();
  }
}

const tablesReadWhole = (plan: string): readonly string[] => [...plan.matchAll(/Seq Scan on (saga_\w+)/g)].map(([, table]) => table!);

async function fullLog(): Promise<{ readonly schema: string; readonly statements: Statements }> {
  const schema = newSchema();
  const log = server.log(server.pool(), { schema });
  await log.open();
  await log.beat('alive', hourMs, [bookTrip]);
  await log.beat('dead', 0, [bookTrip]);
  // Owned by the living, owned by the dead, due, and stuck: the rest has ended.
  const unfinished = idsFrom('trip-0', 80);
  await written(log, ...unfinished.map((id, index) => creation(id, { owner: ['alive', 'dead', null, null][index % 4]! })));
  const stuck = unfinished.filter((_, index) => index % 4 === 3);
  await written(log, ...stuck.map((id) => append(id, { keepsOwner: false, wakeInMs: null, status: 'stuck' })));
  for (let part = 1; part <= 20; part++) {
    const ids = idsFrom(`trip-${part}`, 496);
    await written(log, ...ids.map((id) => creation(id)));
    await written(log, ...ids.map((id) => ending(id, { outbox: part === 5 ? ['x'] : [] })));
  }
  for (const id of idsFrom('trip-0', 5)) await log.request(id, { kind: 'cancel', data: '' });
  // As the server does by itself, a minute later.
  for (const table of ['execution', 'event', 'outbox']) await server.admin().query(`VACUUM ANALYZE ${schema}.saga_${table}`);
  return { schema, statements: statementsOf(namesOf({ schema })) };
}

const aWrite = writeParameters([
  creation('new'),
  append('trip-0-1', { inboxThrough: 1, outbox: ['x'] }),
  ending('trip-0-2', { dropsEvents: true }),
]);

describe('the plan of a write', () => {
  it('looks everything up, although it is made when the tables are empty, and kept when they are not', async () => {
    const schema = newSchema();
    await server.log(server.pool(), { schema }).open();
    expect(tablesReadWhole(await planOf(statementsOf(namesOf({ schema })).write, aWrite))).toEqual([]);
  });
});

describe('among ten thousand executions', () => {
  it('each question reads the index that is made for it', async () => {
    const { schema, statements } = await fullLog();
    const list = (request: ListRequest): readonly [Statement, readonly Parameter[]] => [
      listStatement(namesOf({ schema }), request),
      listParameters(request),
    ];
    const questions: readonly (readonly [string, readonly [Statement, readonly Parameter[]], readonly string[]])[] = [
      ['write', [statements.write, aWrite], ['execution_pkey', 'event_pkey', 'inbox_pkey']],
      [
        'claim',
        [statements.claim, claimParameters({ worker: 'w', claimable: [bookTrip], limit: 10 })],
        ['execution_due', 'execution_owner'],
      ],
      [
        'claim of one',
        [statements.claimOne, claimParameters({ worker: 'w', claimable: [bookTrip], limit: 1, id: 'trip-0-1' })],
        ['execution_pkey'],
      ],
      ['beat', [statements.beat, beatParameters('alive', 1, [bookTrip])], ['execution_inbox']],
      ['owned', [statements.owned, ['nobody']], ['execution_owner']],
      ['heads', [statements.heads, [arrayOf(['trip-0-1'])]], ['execution_pkey']],
      ['events', [statements.events, ['trip-0-1', '0', '100']], ['event_pkey']],
      ['inbox', [statements.inbox, ['trip-0-1']], ['inbox_pkey']],
      ['takeOutbox', [statements.takeOutbox, ['10', '1000']], ['execution_outbox', 'execution_pkey']],
      ['deleteEnded', [statements.deleteEnded, ['0', '10']], ['execution_ended', 'execution_pkey', 'event_pkey']],
      ['health', [statements.health, []], ['execution_unfinished']],
      ['unclaimable', [statements.unclaimable, ['0', '10']], ['execution_due', 'execution_owner']],
      ['list', list({ limit: 10 }), ['execution_list']],
      ['list of stuck', list({ limit: 10, status: ['stuck'] }), ['execution_unfinished']],
    ];
    for (const [name, [statement, parameters], indexes] of questions) {
      const plan = await planOf(statement, parameters);
      for (const index of indexes) expect(plan, name).toContain(`saga_${index}`);
      expect(tablesReadWhole(plan).filter((table) => table === 'saga_execution' || table === 'saga_event'), name).toEqual([]);
    }
  });
});
