import { setTimeout as pause } from 'node:timers/promises';
import { Saga, SagaRunner, Step } from 'class-saga';
import type { ExecutionLog, LogTransaction, Settled, StepContext } from 'class-saga';
import type { PoolClient } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { postgresForThisFile } from './server.js';

// What a step with `transactional: true` has come to where its transaction is not committed (durability.md, and R5, R6).

const server = postgresForThisFile();
type Entry = StepContext<string, unknown, never, LogTransaction<PoolClient>>;
const refusing = 'insert into taken values (1)';

beforeAll(async () => {
  await server.admin().query('create table entry (note text)');
  await server.admin().query('create table taken (id int unique deferrable initially deferred)');
  await server.admin().query('create table known (id int primary key)');
  await server.admin().query('insert into taken values (1); insert into known values (1)');
});

let logs = 0;

async function settle(saga: new () => object, log: (one: ExecutionLog) => ExecutionLog = (one) => one): Promise<Settled<object>> {
  logs += 1;
  const runner = new SagaRunner({
    log: log(server.log(server.pool({ max: 5 }), { tablePrefix: `steps_${logs}_` })),
    sagas: [saga],
    worker: { leaseMs: 3_000, pollMs: 50 },
  });
  await runner.open();
  const settled = await runner.settle(saga, `note ${logs}` as never);
  await runner.close();
  return settled;
}

async function rowsOf(note: string): Promise<number> {
  const { rows } = await server.admin().query<{ count: string }>('select count(*) from entry where note = $1', [note]);
  return Number(rows[0]!.count);
}

describe('a transactional step whose commit is refused', () => {
  it('has failed with that, once, where it is the last step', async () => {
    let entered = 0;
    @Saga()
    class Late {
      @Step({ transactional: true })
      async entry({ transaction }: Entry): Promise<void> {
        entered += 1;
        await transaction.query(refusing);
      }
    }
    const settled = await settle(Late);
    expect(settled).toMatchObject({ status: 'compensated', failedStep: 'entry', error: { code: '23505' } });
    expect(entered).toBe(1);
  });

  it('has failed with that, once, where others would follow, and though it hid an SQL error', async () => {
    let entered = 0;
    @Saga()
    class Hidden {
      @Step({ transactional: true })
      async entry({ transaction }: Entry): Promise<void> {
        entered += 1;
        await transaction.query('insert into known values (1)').catch(() => {});
      }
      @Step()
      async next(): Promise<void> {}
    }
    expect(await settle(Hidden)).toMatchObject({ status: 'compensated', failedStep: 'entry' });
    expect(entered).toBe(1);
  });
});

describe('a transactional step that fails after it has written', () => {
  it('leaves nothing where what it returns cannot be stored (G8)', async () => {
    let note = '';
    @Saga()
    class Unstorable {
      @Step({ transactional: true })
      async entry({ transaction, input }: Entry): Promise<() => void> {
        note = input;
        await transaction.query('insert into entry values ($1)', [input]);
        return () => {};
      }
    }
    expect(await settle(Unstorable)).toMatchObject({ status: 'compensated', error: { code: 'SAGA_LOG_NOT_STORABLE' } });
    expect(await rowsOf(note)).toBe(0);
  });

  it('leaves nothing where its time is up, nor can it write any more: its connection is given up (R5)', async () => {
    let note = '';
    let written: Promise<unknown> = Promise.resolve();
    @Saga()
    class Slow {
      @Step({ transactional: true, timeoutMs: 50, graceMs: 0 })
      async entry({ transaction, input, signal }: Entry): Promise<void> {
        note = input;
        await transaction.query('insert into entry values ($1)', [input]);
        while (!signal.aborted) await pause(5);
        await pause(100);
        written = transaction.query('insert into entry values ($1)', [input]).catch(() => 'refused');
        await written;
      }
    }
    expect(await settle(Slow)).toMatchObject({ status: 'compensated', failedStep: 'entry' });
    await pause(200);
    await written;
    expect(await rowsOf(note)).toBe(0);
  });
});
