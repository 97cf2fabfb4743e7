import { describe, expect, it } from 'vitest';
import { Async, Compensate, retry, Retry, Saga, SagaCancelledError, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

// The waits of executions, in virtual milliseconds since the test began: a lease lasts 15,000, a worker looks for work every 1,000.

const forEver = (): Promise<never> => new Promise(() => {});

/** A hotel that is asked again after 10 s, 20 s and 40 s; `at` is when it was asked, and as which attempt. */
function patient(cluster: Cluster) {
  const at: (readonly [nowMs: number, attempt: number])[] = [];
  let body: () => Promise<string> = async () => {
    throw new Error('busy');
  };
  @Saga({ name: 'Patient' })
  class Patient {
    @Step()
    @Retry({ attempts: 4, baseMs: 10_000, maxMs: 100_000, jitter: false })
    async hotel({ attempt }: StepContext): Promise<string> {
      at.push([cluster.nowMs, attempt]);
      return body();
    }
  }
  return { at, Patient, hotelDoes: (does: () => Promise<string>) => void (body = does) };
}

describe('a step that waits for its next attempt', () => {
  it('is tried at the times that its policy says, by whichever worker has it (G6)', async () => {
    const cluster = new Cluster();
    const { at, Patient } = patient(cluster);
    const worker = await cluster.worker({ sagas: [Patient] });
    await cluster.until(cluster.process({ worker: false }).runner.start(Patient, undefined, { id: 'x' }));
    await cluster.until(worker.runner.handle(Patient, 'x').settled());
    expect(at).toEqual([[1_000, 1], [11_000, 2], [31_000, 3], [71_000, 4]]);
  });

  it('keeps its worker through a short wait, and has none through a long one (G6)', async () => {
    const cluster = new Cluster();
    const { Patient } = patient(cluster);
    const { runner } = await cluster.worker({ sagas: [Patient] });
    await cluster.until(runner.start(Patient, undefined, { id: 'x' }));
    const ownerAt = async (ms: number): Promise<string | null> => {
      await cluster.advance(ms - cluster.nowMs);
      return (await runner.executions.show('x')).owner;
    };
    expect(await ownerAt(5_000)).not.toBeNull();
    expect(await ownerAt(15_000)).toBeNull();
    expect((await runner.executions.show('x')).wakesAt).toEqual(new Date(Date.UTC(2030, 0, 1) + 30_000));
  });

  it('is claimed at the end of a long wait by another worker, at the time that the first would have had (G6)', async () => {
    const cluster = new Cluster();
    const { at, Patient } = patient(cluster);
    const first = await cluster.worker({ sagas: [Patient] });
    await cluster.until(first.runner.start(Patient, undefined, { id: 'x' }));
    await cluster.advance(12_000);
    first.die();
    const second = await cluster.worker({ sagas: [Patient] });
    await cluster.until(second.runner.handle(Patient, 'x').settled());
    expect(at).toEqual([[0, 1], [10_000, 2], [30_000, 3], [70_000, 4]]);
    expect(second.typesOf('x').filter((type) => type === 'step-attempt-failed')).toHaveLength(1);
  });

  it('waits neither shorter nor anew when its process dies in a short wait, and at most a lease and a poll longer (G6)', async () => {
    const cluster = new Cluster();
    const { at, Patient } = patient(cluster);
    const first = await cluster.worker({ sagas: [Patient] });
    await cluster.until(first.runner.start(Patient, undefined, { id: 'x' }));
    await cluster.advance(2_000);
    first.die();
    const second = await cluster.worker({ sagas: [Patient] });
    await cluster.until(second.runner.handle(Patient, 'x').settled());
    const [, [secondAtMs, attempt] = [0, 0]] = at;
    expect(attempt).toBe(2);
    expect(secondAtMs).toBeGreaterThanOrEqual(10_000);
    expect(secondAtMs).toBeLessThanOrEqual(10_000 + 15_000 + 1_000);
    expect(at.slice(2)).toEqual([[secondAtMs + 20_000, 3], [secondAtMs + 60_000, 4]]);
  });

  it('counts the attempts that rejected, and not one that its process died in (G6, R26)', async () => {
    const cluster = new Cluster();
    const { at, Patient, hotelDoes } = patient(cluster);
    const first = await cluster.worker({ sagas: [Patient] });
    await cluster.until(first.runner.start(Patient, undefined, { id: 'x' }));
    hotelDoes(forEver);
    await cluster.advance(10_000);
    expect(at).toHaveLength(2);
    first.die();
    hotelDoes(async () => {
      throw new Error('busy');
    });
    const second = await cluster.worker({ sagas: [Patient] });
    expect(await cluster.until(second.runner.handle(Patient, 'x').settled())).toMatchObject({ status: 'compensated' });
    const takenOverAtMs = at[2]![0];
    expect(at.slice(2)).toEqual([[takenOverAtMs, 3], [takenOverAtMs + 20_000, 4], [takenOverAtMs + 60_000, 5]]);
  });
});

describe('a compensation that waits for its next attempt', () => {
  it('keeps its count and its wait when its process dies (G5, G6)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const at: number[] = [];
    const script = {
      flight: () => Promise.reject(new Error('no seat')),
      undoCard: () => {
        at.push(cluster.nowMs);
        throw new Error('line busy');
      },
    };
    const compensationRetry = { attempts: 3, baseMs: 30_000, maxMs: 300_000, jitter: false };
    const Trip = tripOf(diary, script);
    const first = await cluster.worker({ sagas: [Trip], compensationRetry });
    await cluster.until(first.runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.advance(31_000);
    first.die();
    const second = await cluster.worker({ sagas: [Trip], compensationRetry });
    expect(await cluster.until(second.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'stuck' });
    expect(at).toEqual([0, 30_000, 90_000]);
    expect(new Set(diary.undos.filter(({ name }) => name === 'card').map(({ key }) => key)).size).toBe(1);
  });
});

describe('an execution that waits for its next pass', () => {
  it('keeps its pass and its wait when its process dies (G6, R11)', async () => {
    const cluster = new Cluster();
    const at: number[] = [];
    @Saga()
    class Again {
      @Step()
      async hotel({ idempotencyKey }: StepContext): Promise<string> {
        at.push(cluster.nowMs);
        if (at.length < 3) throw new Error('busy');
        return idempotencyKey;
      }
      @Compensate('hotel')
      async undoHotel() {
        return retry({ passes: 3, baseMs: 20_000, maxMs: 200_000, jitter: false });
      }
    }
    const first = await cluster.worker({ sagas: [Again] });
    await cluster.until(first.runner.start(Again, undefined, { id: 'x' }));
    await cluster.advance(25_000);
    first.die();
    const second = await cluster.worker({ sagas: [Again] });
    expect(await cluster.until(second.runner.handle(Again, 'x').result())).toMatchObject({ effects: { hotel: 'x:hotel:3' } });
    expect(at).toEqual([0, 20_000, 60_000]);
  });
});

describe('a deadline', () => {
  it('is kept when its process dies, by the clock of the log (G6, R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: forEver });
    const first = await cluster.worker({ sagas: [Trip] });
    await cluster.until(first.runner.start(Trip, lisbon, { id: 'x', deadlineMs: 60_000 }));
    await cluster.advance(20_000);
    first.die();
    const second = await cluster.worker({ sagas: [Trip] });
    await cluster.advance(39_999);
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?']);
    await cluster.advance(1_001);
    expect(diary.entries.slice(3)).toEqual(['undo hotel()', 'undo card({"card":1})']);
    const settled = await cluster.until(second.runner.handle(Trip, 'x').settled());
    expect(settled).toMatchObject({ status: 'compensated', failedStep: undefined, error: { deadlineMs: 60_000 } });
    expect(settled).toHaveProperty('error', expect.any(SagaCancelledError));
  });

  it('that passes while no worker lives takes effect as soon as one does: nothing goes forward any more (R19)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x', deadlineMs: 60_000 }));
    await cluster.rest();
    first.die();
    await cluster.advance(100_000);
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    expect(await cluster.until(runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(diary.entries.slice(2)).not.toContain('flight');
    expect(diary.entries.at(-1)).toBe('undo card({"card":1})');
  });

  it('ends a long wait in which nobody has the execution (G6, R19)', async () => {
    const cluster = new Cluster();
    const { at, Patient } = patient(cluster);
    const { runner } = await cluster.worker({ sagas: [Patient] });
    const handle = await cluster.until(runner.start(Patient, undefined, { id: 'x', deadlineMs: 45_000 }));
    await cluster.advance(45_200);
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated', error: { code: 'SAGA_RUNTIME_CANCELLED' } });
    expect(at.map(([atMs]) => atMs)).toEqual([0, 10_000, 30_000]);
    expect(cluster.nowMs).toBeLessThanOrEqual(46_000);
  });
});

describe('a time-out', () => {
  it('is no fact of the log: a step that is run again after a crash has its full time (G6)', async () => {
    const cluster = new Cluster();
    const at: number[] = [];
    @Saga()
    class Slow {
      @Step()
      @Async({ timeoutMs: 30_000, graceMs: 0 })
      async hotel({ signal }: StepContext): Promise<never> {
        signal.addEventListener('abort', () => at.push(cluster.nowMs));
        return forEver();
      }
    }
    const first = await cluster.worker({ sagas: [Slow] });
    await cluster.until(first.runner.start(Slow, undefined, { id: 'x' }));
    await cluster.advance(20_000);
    first.die();
    const second = await cluster.worker({ sagas: [Slow] });
    await cluster.until(second.runner.handle(Slow, 'x').settled());
    const takenOverAtMs = at[0]! - 30_000;
    expect(at).toHaveLength(1);
    expect(takenOverAtMs).toBeGreaterThan(30_000);
  });
});
