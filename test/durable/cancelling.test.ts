import { describe, expect, it } from 'vitest';
import { Retry, Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import type { StepCall } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

const forEver = (): Promise<never> => new Promise(() => {});
const untilAborted = ({ signal }: StepCall): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const cancelled = { status: 'compensated', failedStep: undefined, error: { code: 'SAGA_RUNTIME_CANCELLED' } };

@Saga()
class Patient {
  @Step()
  @Retry({ attempts: 9, baseMs: 3_600_000, maxMs: 3_600_000, jitter: false })
  async hotel(_: StepContext): Promise<never> {
    throw new Error('busy');
  }
}

describe('an execution that is cancelled', () => {
  it('turns back where it runs: its steps hear of it, what is done is undone, its end says why (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = cluster.process();
    const Trip = tripOf(diary, { hotel: untilAborted });
    const handle = await cluster.until(runner.start(Trip, lisbon));
    await cluster.until(handle.cancel({ by: 'Inês' }));
    expect(await cluster.until(handle.settled())).toMatchObject({ ...cancelled, error: { reason: { by: 'Inês' } } });
    expect(diary.entries).toEqual(['card', 'hotel', 'undo hotel()', 'undo card({"card":1})']);
    expect(diary.undos[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('turns back wherever it runs, within a fifth of the lease of its worker (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: untilAborted });
    await cluster.worker({ sagas: [Trip] });
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    await cluster.advance(5_000);
    await cluster.until(handle.cancel());
    const sinceMs = cluster.nowMs;
    while (diary.undos.length === 0) await cluster.advance(100);
    expect(cluster.nowMs - sinceMs).toBeLessThanOrEqual(3_000);
    expect(await cluster.until(handle.settled())).toMatchObject(cancelled);
  });

  it('turns back at its next write, where it gets that far before the beat', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { card: () => cluster.pause(1_000), hotel: () => cluster.pause(100) });
    await cluster.worker({ sagas: [Trip] });
    await cluster.advance(3_000);
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    while (diary.entries.length === 0) await cluster.advance(10);
    await cluster.until(handle.cancel());
    const sinceMs = cluster.nowMs;
    await cluster.until(handle.settled());
    expect(diary.entries).not.toContain('flight');
    expect(cluster.nowMs - sinceMs).toBeLessThan(2_500);
  });

  it('turns back out of a wait in which nobody has it (R19)', async () => {
    const cluster = new Cluster();
    await cluster.worker({ sagas: [Patient] });
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Patient));
    await cluster.advance(10_000);
    await cluster.until(handle.cancel());
    expect(await cluster.until(handle.settled(), 2_000)).toMatchObject(cancelled);
  });

  it('turns back out of a wait at once where a worker itself is asked', async () => {
    const cluster = new Cluster();
    const { runner } = await cluster.worker({ sagas: [Patient] });
    const handle = await cluster.until(runner.start(Patient));
    await cluster.advance(10_500);
    await cluster.until(handle.cancel());
    await cluster.advance(0);
    expect(await cluster.until(handle.status())).toBe('compensated');
  });

  it('begins nothing where it was not begun yet (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const handle = await cluster.until(cluster.process({ worker: false }).runner.start(Trip, lisbon));
    await cluster.until(handle.cancel());
    await cluster.worker({ sagas: [Trip] });
    expect(await cluster.until(handle.settled())).toMatchObject(cancelled);
    expect(diary.entries).toEqual([]);
  });

  it('turns back in whoever takes it over, where its worker had died before it heard of it', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = await cluster.worker({ sagas: [tripOf(diary, { hotel: forEver })] });
    const client = cluster.process({ worker: false });
    const Trip = tripOf(diary);
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    await cluster.advance(4_000);
    first.die();
    await cluster.until(handle.cancel());
    await cluster.worker({ sagas: [Trip] });
    expect(await cluster.until(handle.settled())).toMatchObject(cancelled);
    expect(diary.entries).toEqual(['card', 'hotel', 'undo hotel()', 'undo card({"card":1})']);
  });

  it('may be cancelled by the signal of whoever called `run` (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const controller = new AbortController();
    const { runner } = cluster.process();
    const settled = runner.settle(tripOf(diary, { hotel: untilAborted }), lisbon, { signal: controller.signal });
    await cluster.rest();
    controller.abort('the customer is gone');
    expect(await cluster.until(settled)).toMatchObject({ ...cancelled, error: { reason: 'the customer is gone' } });
  });

  it('begins nothing where that signal was aborted before, as in memory, and is an execution of the log all the same (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = cluster.process();
    const settled = await cluster.until(runner.settle(tripOf(diary), lisbon, { signal: AbortSignal.abort('gone'), executionId: 'x' }));
    expect(settled).toMatchObject({ ...cancelled, error: { reason: 'gone' } });
    expect(diary.entries).toEqual([]);
    const { events } = await runner.executions.show('x');
    expect(events.map(({ type }) => type)).toEqual(['execution-begun', 'execution-cancelled', 'unwinding-begun', 'execution-ended']);
  });

  it('stays as it was where it has ended, or is stuck (R19, R27)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = await cluster.worker({ sagas: [] });
    const Trip = tripOf(diary, {
      flight: ({ input }) => {
        if ((input as { to: string }).to === 'Porto') throw new Error('no seat');
      },
      undoHotel: () => Promise.reject(new Error('line busy')),
    });
    const done = await cluster.until(runner.start(Trip, lisbon, { id: 'done' }));
    const stuck = await cluster.until(runner.start(Trip, { to: 'Porto' }, { id: 'stuck' }));
    await cluster.until(Promise.all([done.settled(), stuck.settled()]));
    const entries = diary.entries.length;
    for (const handle of [done, stuck]) await cluster.until(handle.cancel());
    await cluster.advance(60_000);
    expect(await Promise.all([done.status(), stuck.status()])).toEqual(['completed', 'stuck']);
    expect(diary.entries).toHaveLength(entries);
    expect((await runner.executions.list({ status: 'stuck' })).executions).toMatchObject([{ id: 'stuck', owner: null, wakesAt: null }]);
  });
});
