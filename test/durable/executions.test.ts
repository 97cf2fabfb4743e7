import { describe, expect, it } from 'vitest';
import type { ListOptions } from 'class-saga';
import { Saga, Step } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const epochMs = Date.UTC(2030, 0, 1);

@Saga()
class Other {
  @Step()
  async step(): Promise<void> {}
}

/** Trips `a` to `e`, started 10 s apart, of which `c` is stuck and `d` compensated, and an execution of another saga at last. */
async function world() {
  const cluster = new Cluster();
  const Trip = tripOf(new Diary(), {
    flight: ({ idempotencyKey: [id] }) => {
      if (id === 'c' || id === 'd') throw new Error('no seat');
    },
    undoFlight: (_, { idempotencyKey: [id] }) => {
      if (id === 'c') throw new Error('line busy');
    },
  });
  const { runner } = cluster.process();
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await cluster.until(runner.settle(Trip, lisbon, { executionId: id }));
    await cluster.advance(10_000);
  }
  await cluster.until(runner.run(Other, undefined, { executionId: 'other' }));
  const idsOf = async (options?: ListOptions): Promise<string[]> => (await runner.executions.list(options)).executions.map(({ id }) => id);
  return { cluster, runner, idsOf };
}

describe('the list of executions', () => {
  it('has the newest first, with what a person needs to know of each', async () => {
    const { runner, idsOf } = await world();
    expect(await idsOf()).toEqual(['other', 'e', 'd', 'c', 'b', 'a']);
    const { executions, next } = await runner.executions.list({ saga: 'BookTrip', status: 'stuck' });
    const startedAt = new Date(epochMs + 20_000);
    const times = { startedAt, updatedAt: startedAt, endedAt: null, wakesAt: null };
    const fingerprint = expect.any(String) as string;
    expect(executions).toEqual([{ id: 'c', saga: 'BookTrip', status: 'stuck', ...times, owner: null, fingerprint }]);
    expect(next).toBeNull();
  });

  it('comes in pages, none twice and none left out', async () => {
    const { runner } = await world();
    const pages: string[][] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await runner.executions.list({ limit: 2, ...(after !== undefined && { after }) });
      pages.push(page.executions.map(({ id }) => id));
      after = page.next;
    }
    expect(pages).toEqual([['other', 'e'], ['d', 'c'], ['b', 'a']]);
  });

  it.each([
    ['a saga', { saga: 'Other' }, ['other']],
    ['one status', { status: 'compensated' }, ['d']],
    ['several', { status: ['compensated', 'stuck'] }, ['d', 'c']],
    ['times, the first inclusive and the last not', { from: new Date(epochMs + 10_000), to: new Date(epochMs + 30_000) }, ['c', 'b']],
    ['all of them at once', { saga: 'BookTrip', status: 'completed', from: new Date(epochMs + 10_000) }, ['e', 'b']],
    ['what there is none of', { saga: 'BookTrip', status: 'pending' }, []],
  ] as const)('can be of %s', async (_, options, ids) => {
    const { idsOf } = await world();
    expect(await idsOf(options)).toEqual(ids);
  });

  it.each([
    ['limit', { limit: 0 }], ['limit', { limit: 1_001 }], ['limit', { limit: 1.5 }], ['after', { after: 'x' }],
    ['from', { from: new Date(NaN) }], ['to', { to: 'today' as unknown as Date }],
  ])('refuses a bad %s: %j', async (name, options) => {
    const cluster = new Cluster();
    const refused = cluster.process().runner.executions.list(options);
    await expect(refused).rejects.toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS' });
    await expect(refused).rejects.toThrow(`'${name}'`);
  });
});

describe('one execution', () => {
  it('is shown with its input, its end and all that happened to it', async () => {
    const { runner } = await world();
    const shown = await runner.executions.show('d');
    expect(shown).toMatchObject({ id: 'd', status: 'compensated', input: lisbon, output: { status: 'compensated', failedStep: 'flight' } });
    expect(shown.endedAt).toEqual(new Date(epochMs + 30_000));
    expect(shown.events.map(({ seq, type, step }) => `${seq} ${type} ${step ?? ''}`.trim())).toEqual([
      '1 execution-begun', '2 step-begun card', '3 step-succeeded card', '4 step-begun hotel', '5 step-succeeded hotel',
      '6 step-begun flight', '7 step-failed flight', '8 unwinding-begun', '9 compensation-begun flight', '10 compensation-succeeded flight',
      '11 compensation-begun hotel', '12 compensation-succeeded hotel', '13 compensation-begun card', '14 compensation-succeeded card',
      '15 execution-ended',
    ]);
    expect(shown.events[2]).toMatchObject({ at: new Date(epochMs + 30_000), data: { effect: { card: 1 } } });
    expect(shown.events[6]).toMatchObject({ data: { error: { message: 'no seat' }, outcome: 'failed' } });
  });

  it('that is not there is said to be unknown', async () => {
    const cluster = new Cluster();
    await expect(cluster.process().runner.executions.show('x')).rejects.toMatchObject({ code: 'SAGA_LOG_UNKNOWN_EXECUTION' });
  });
});

describe('the health of a log', () => {
  it('counts what is stuck, and says since when the oldest is under way', async () => {
    const { cluster, runner } = await world();
    expect(await runner.executions.health()).toEqual({ stuck: 1, oldestUnfinishedAt: null, unpublished: 0, incompatible: [] });
    const startedAt = new Date(epochMs + cluster.nowMs);
    await cluster.until(cluster.process({ worker: false }).runner.start(Other));
    await cluster.advance(5_000);
    expect(await runner.executions.health()).toMatchObject({ oldestUnfinishedAt: startedAt });
  });
});
