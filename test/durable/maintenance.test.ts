import { describe, expect, it } from 'vitest';
import { Async, Compensate, continueWith, Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const hourMs = 3_600_000;

describe('an execution that has ended', () => {
  it('is kept for the retention, and deleted with its events when that is over (G1)', async () => {
    const cluster = new Cluster();
    const { runner } = await cluster.worker({ retentionMs: hourMs });
    const handle = await cluster.until(runner.start(tripOf(new Diary()), lisbon, { id: 'x' }));
    await cluster.until(handle.settled());
    await cluster.advance(hourMs - 1_000);
    expect(await cluster.until(handle.status())).toBe('completed');
    await cluster.advance(62_000);
    await expect(cluster.until(handle.status())).rejects.toMatchObject({ code: 'SAGA_LOG_UNKNOWN_EXECUTION' });
    expect(await cluster.log.events('x', 0, 10)).toEqual([]);
  });

  it('gives its id free with that: the same start is another execution then (G1)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ retentionMs: hourMs });
    for (let start = 1; start <= 2; start++) {
      await cluster.until((await cluster.until(runner.start(Trip, lisbon, { id: 'x' }))).settled());
      await cluster.advance(2 * hourMs);
    }
    expect(diary.entries).toEqual(['card', 'hotel', 'flight', 'card', 'hotel', 'flight']);
  });

  it('is deleted in batches: however many there are, no statement is about more than 500', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary());
    const client = cluster.process();
    await cluster.until(Promise.all(Array.from({ length: 1_201 }, () => client.runner.run(Trip, lisbon))));
    const limits: unknown[] = [];
    const worker = cluster.process({ retentionMs: 60_000 });
    worker.ask = (method, ask, [, limit]) => {
      if (method === 'deleteEnded') limits.push(limit);
      return ask();
    };
    await cluster.until(worker.runner.open());
    limits.length = 0;
    await cluster.advance(121_000);
    expect(limits.slice(0, 4)).toEqual([500, 500, 500, expect.anything()]);
    expect(await worker.runner.executions.list()).toEqual({ executions: [], next: null });
  });

  it('stays while anything that it emitted is unpublished (G9)', async () => {
    const cluster = new Cluster();
    let isUp = false;
    const publish = (): void => {
      if (!isUp) throw new Error('no broker');
    };
    const worker = await cluster.worker({ retentionMs: 60_000, publish });
    const handle = await cluster.until(worker.runner.start(tripOf(new Diary(), { card: ({ emit }) => emit('authorized') }), lisbon));
    await cluster.advance(hourMs);
    expect(await cluster.until(handle.status())).toBe('completed');
    isUp = true;
    await cluster.advance(hourMs);
    await expect(cluster.until(handle.status())).rejects.toMatchObject({ code: 'SAGA_LOG_UNKNOWN_EXECUTION' });
  });

  it('is kept for ever where that is asked for', async () => {
    const cluster = new Cluster();
    const worker = await cluster.worker({ retentionMs: Infinity });
    await cluster.until(worker.runner.run(tripOf(new Diary()), lisbon));
    await cluster.advance(hourMs);
    expect(worker.asked).not.toContain('deleteEnded');
  });
});

describe("history: 'failures'", () => {
  it('drops the events of a completed execution with its end, and keeps its result', async () => {
    const cluster = new Cluster();
    const { runner } = cluster.process({ history: 'failures' });
    const handle = await cluster.until(runner.start(tripOf(new Diary()), lisbon, { id: 'x' }));
    await cluster.until(handle.settled());
    const shown = await runner.executions.show('x');
    expect(shown).toMatchObject({ status: 'completed', input: lisbon, events: [], output: { effects: { card: { card: 1 } } } });
    const again = await cluster.until(runner.start(tripOf(new Diary()), lisbon, { id: 'x' }).catch((error: unknown) => error));
    expect(again).toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS' });
    const elsewhere = cluster.process().runner;
    const attached = await cluster.until(elsewhere.start(tripOf(new Diary()), lisbon, { id: 'x' }));
    expect(await cluster.until(attached.result())).toMatchObject({ effects: { flight: { flight: 1 } } });
  });

  it('keeps the events where an effect may still come late: it is undone then (R5a)', async () => {
    const cluster = new Cluster();
    const booking = deferred<string>();
    const undone: unknown[] = [];
    @Saga()
    class Stay {
      @Step()
      @Async({ timeoutMs: 1_000, graceMs: 0 })
      async hotel(_: StepContext): Promise<string> {
        return booking.promise;
      }
      @Compensate('hotel')
      async undoHotel(hotel: string | undefined) {
        undone.push(hotel);
        return continueWith('a bunk');
      }
    }
    const { runner } = await cluster.worker({ sagas: [Stay], history: 'failures' });
    const { effects } = await cluster.until(runner.run(Stay, undefined, { executionId: 'x' }));
    expect(effects).toEqual({ hotel: 'a bunk' });
    booking.resolve('room 12');
    await cluster.advance(5_000);
    expect(undone).toEqual([undefined, 'room 12']);
  });

  it('keeps the events of all others', async () => {
    const cluster = new Cluster();
    const { runner } = cluster.process({ history: 'failures' });
    const Trip = tripOf(new Diary(), { flight: () => Promise.reject(new Error('no seat')) });
    await cluster.until(runner.settle(Trip, lisbon, { executionId: 'x' }));
    const { events } = await runner.executions.show('x');
    expect(events.map(({ type }) => type)).toContain('step-failed');
    expect(events.at(-1)).toMatchObject({ type: 'execution-ended', data: { status: 'compensated' } });
  });
});
