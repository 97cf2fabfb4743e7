import { beforeEach, describe, expect, it } from 'vitest';
import { Async, Compensate, Fallback, Retry, Saga, Step, StepInDoubtError } from 'class-saga';
import type { CompensationContext, SagaClass, StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import type { TripScript } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

const forEver = (): Promise<never> => new Promise(() => {});
const throwing = (message: string) => (): never => {
  throw new Error(message);
};

/** Runs a trip in a process that dies as soon as it comes to rest, then goes on with it in another, to its end. */
async function dyingTrip(before: TripScript, after: TripScript = {}) {
  const cluster = new Cluster();
  const diary = new Diary();
  const first = cluster.process();
  await cluster.until(first.runner.start(tripOf(diary, before), lisbon, { id: 'x' }));
  await cluster.rest();
  first.die();
  const done = diary.entries.length;
  const Trip = tripOf(diary, after);
  const second = await cluster.worker({ sagas: [Trip] });
  const settled = await cluster.until(second.runner.handle(Trip, 'x').settled());
  return { cluster, diary, second, settled, before: diary.entries.slice(0, done), after: diary.entries.slice(done) };
}

describe('an execution whose process died', () => {
  it('is gone on with: what was begun is run again under its key and told to be in doubt, what is recorded is not (G2)', async () => {
    const { diary, settled, before, after } = await dyingTrip({ hotel: forEver });
    expect(before).toEqual(['card', 'hotel']);
    expect(after).toEqual(['hotel?', 'flight']);
    expect(diary.steps.filter(({ name }) => name === 'hotel')).toEqual([
      { name: 'hotel', key: 'x:hotel:1', attempt: 1, inDoubt: false },
      { name: 'hotel', key: 'x:hotel:1', attempt: 2, inDoubt: true },
    ]);
    expect(settled).toMatchObject({ status: 'completed', effects: { card: { card: 1 } } });
  });

  it('passes the effects that are recorded to the steps that need them (R3)', async () => {
    const needs: unknown[] = [];
    await dyingTrip({ card: () => ({ authorized: true }), hotel: forEver }, { hotel: (context) => void needs.push(context.needs) });
    expect(needs).toEqual([{ card: { authorized: true } }]);
  });

  it('undoes what failed, with what the log knows: the decoded error and the effects (G4)', async () => {
    const { diary, settled } = await dyingTrip({ flight: throwing('no seat'), undoFlight: forEver });
    expect(diary.undos.slice(1)).toMatchObject([
      { name: 'flight', key: 'x:flight:1:undo-1', outcome: 'failed', effect: undefined, error: { message: 'no seat' } },
      { name: 'hotel', key: 'x:hotel:1:undo-1', outcome: 'succeeded', effect: { hotel: 1 } },
      { name: 'card', key: 'x:card:1:undo-1', outcome: 'succeeded', effect: { card: 1 } },
    ]);
    expect(settled).toMatchObject({ status: 'compensated', failedStep: 'flight', error: { message: 'no seat' } });
  });

  it('calls a compensation without an outcome again under its key, and never repeats one that succeeded (G4)', async () => {
    const { diary, before, after } = await dyingTrip({ flight: throwing('no seat'), undoHotel: forEver });
    expect(before).toEqual(['card', 'hotel', 'flight', 'undo flight()', 'undo hotel({"hotel":1})']);
    expect(after).toEqual(['undo hotel({"hotel":1})', 'undo card({"card":1})']);
    const keys = diary.undos.filter(({ name }) => name === 'hotel').map(({ key }) => key);
    expect(keys).toEqual(['x:hotel:1:undo-1', 'x:hotel:1:undo-1']);
  });

  it('goes on after steps whose record was the last thing that the process did', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    let writes = 0;
    first.ask = async (method, ask) => {
      const answer = await ask();
      if (method === 'write' && ++writes === 3) first.die();
      return answer;
    };
    await cluster.until(first.runner.start(tripOf(diary), lisbon, { id: 'x' }));
    await cluster.rest();
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    await cluster.until(runner.handle(Trip, 'x').result());
    expect(diary.entries).toEqual(['card', 'hotel', 'flight?']);
  });

  it('is not touched while its worker lives, and taken over within a lease and a poll interval (G6)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: forEver });
    const running = await cluster.worker({ sagas: [Trip] });
    await cluster.until(running.runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.worker({ sagas: [tripOf(diary)] });
    await cluster.advance(100_000);
    expect(diary.entries).toEqual(['card', 'hotel']);
    running.die();
    const diedAtMs = cluster.nowMs;
    while (diary.entries.length < 3) await cluster.advance(100);
    expect(cluster.nowMs - diedAtMs).toBeGreaterThan(15_000 - 3_000);
    expect(cluster.nowMs - diedAtMs).toBeLessThanOrEqual(15_000 + 1_000);
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
  });

  it('survives as many processes as it takes', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Slow = tripOf(diary, { card: forEver });
    const first = await cluster.worker({ sagas: [Slow] });
    await cluster.until(first.runner.start(Slow, lisbon, { id: 'x' }));
    await cluster.rest();
    first.die();
    for (let death = 2; death <= 4; death++) {
      const process = await cluster.worker({ sagas: [tripOf(diary, { card: forEver })] });
      await cluster.advance(20_000);
      process.die();
    }
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    await cluster.until(runner.handle(Trip, 'x').result());
    expect(diary.entries).toEqual(['card', 'card?', 'card?', 'card?', 'card?', 'hotel', 'flight']);
    expect(diary.steps.slice(0, 5).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a step that may be entered once only', () => {
  let entered: string[] = [];
  let diary = new Diary();
  let body: () => Promise<string> = forEver;
  beforeEach(() => {
    entered = [];
    diary = new Diary();
    body = forEver;
  });

  @Saga()
  class Pay {
    @Step({ delivery: 'at-most-once' })
    @Retry({ attempts: 3 })
    async charge({ idempotencyKey }: StepContext): Promise<string> {
      entered.push(idempotencyKey);
      return body();
    }
    @Compensate('charge')
    async refund(charge: string | undefined, context: CompensationContext): Promise<void> {
      diary.undo('charge', charge, context);
    }
  }

  it('has failed with a StepInDoubtError when its process died inside it, and its compensation is told (G2)', async () => {
    const cluster = new Cluster();
    const first = cluster.process();
    await cluster.until(first.runner.start(Pay, undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    const { runner } = await cluster.worker({ sagas: [Pay] });
    const settled = await cluster.until(runner.handle(Pay, 'x').settled());
    expect(entered).toEqual(['x:charge:1']);
    const error = { code: 'SAGA_LOG_STEP_IN_DOUBT', step: 'charge' };
    expect(settled).toMatchObject({ status: 'compensated', failedStep: 'charge', error });
    expect(diary.undos).toMatchObject([{ outcome: 'in-doubt', effect: undefined, error }]);
    expect(diary.undos[0]!.error).toBeInstanceOf(StepInDoubtError);
  });

  it('is tried again in place where it rejected: each attempt is entered once (G2, R6)', async () => {
    const cluster = new Cluster();
    body = async () => {
      if (entered.length < 3) throw new Error('busy');
      return 'paid';
    };
    await cluster.until(cluster.process().runner.run(Pay));
    expect(entered).toHaveLength(3);
  });
});

describe('a step that was under way when the execution turned back and its process died', () => {
  it('is not run again; its compensation is told that it is in doubt (G3)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    @Saga()
    class Together {
      @Step() @Async({ timeoutMs: Infinity })
      async hotel(context: StepContext): Promise<string> {
        diary.step('hotel', context);
        return forEver();
      }
      @Compensate('hotel')
      async undoHotel(hotel: string | undefined, context: CompensationContext): Promise<void> {
        diary.undo('hotel', hotel, context);
      }
      @Step() @Async()
      async flight(context: StepContext): Promise<never> {
        diary.step('flight', context);
        throw new Error('no seat');
      }
    }
    const first = cluster.process();
    await cluster.until(first.runner.start(Together, undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    const { runner } = await cluster.worker({ sagas: [Together] });
    expect(await cluster.until(runner.handle(Together, 'x').settled())).toMatchObject({ status: 'compensated', failedStep: 'flight' });
    expect(diary.entries).toEqual(['hotel', 'flight', 'undo hotel()']);
    expect(diary.undos).toMatchObject([{ outcome: 'in-doubt', key: 'x:hotel:1:undo-1' }]);
  });
});

describe('what else was under way when the process died', () => {
  it('is a fallback: it is asked again, under its key (R26)', async () => {
    const cluster = new Cluster();
    const keys: string[] = [];
    let answer: () => Promise<string> = forEver;
    @Saga()
    class Stay {
      @Step()
      async hotel(): Promise<string> {
        throw new Error('no room');
      }
      @Fallback('hotel')
      async hostel({ idempotencyKey }: CompensationContext): Promise<string> {
        keys.push(idempotencyKey);
        return answer();
      }
    }
    const first = cluster.process();
    await cluster.until(first.runner.start(Stay, undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    answer = async () => 'bunk 3';
    const { runner } = await cluster.worker({ sagas: [Stay] });
    expect(await cluster.until(runner.handle(Stay, 'x').result())).toMatchObject({ effects: { hotel: 'bunk 3' } });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('is the question what to do about a compensation that failed: it is asked again, in the process that goes on (R26)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const script = { flight: throwing('no seat'), undoFlight: throwing('line busy') };
    const first = cluster.process({ onCompensationError: forEver });
    await cluster.until(first.runner.start(tripOf(diary, script), lisbon, { id: 'x' }));
    await cluster.rest();
    first.die();
    const Trip = tripOf(diary, script);
    const asked: unknown[] = [];
    const { runner } = await cluster.worker({
      sagas: [Trip],
      onCompensationError: ({ step, error }) => {
        asked.push([step, (error as Error).message]);
        return 'resolved';
      },
    });
    expect(await cluster.until(runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(asked).toEqual([['flight', 'line busy']]);
    expect(diary.entries.filter((entry) => entry.startsWith('undo flight'))).toHaveLength(1);
  });

  it('is an execution with thousands of events: they are all read, page by page, and it goes on', async () => {
    const cluster = new Cluster();
    let attempts = 0;
    let isLast = false;
    @Saga()
    class Patient {
      @Step()
      @Retry({ attempts: 2_000 })
      async hotel(): Promise<string> {
        attempts += 1;
        if (isLast) return 'room 12';
        if (attempts === 1_200) return forEver();
        throw new Error('busy');
      }
    }
    const first = cluster.process();
    await cluster.until(first.runner.start(Patient, undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    isLast = true;
    const second = await cluster.worker({ sagas: [Patient] });
    expect(await cluster.until(second.runner.handle(Patient, 'x').result())).toMatchObject({ effects: { hotel: 'room 12' } });
    expect(attempts).toBe(1_201);
    expect(second.asked.filter((method) => method === 'events').length).toBeGreaterThan(2);
  });

  it('is more than can be claimed at once: all of them are gone on with', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    const Dying = tripOf(diary, { card: forEver });
    const ids = Array.from({ length: 160 }, (_, index) => `trip-${index}`);
    await cluster.until(Promise.all(ids.map((id) => first.runner.start(Dying, lisbon, { id }))));
    await cluster.rest();
    first.die();
    const Trip = tripOf(diary);
    const { runner } = await cluster.worker({ sagas: [Trip] });
    const ends = await cluster.until(Promise.all(ids.map((id) => runner.handle(Trip, id).settled())));
    expect(ends.filter(({ status }) => status === 'completed')).toHaveLength(160);
    expect(diary.entries.filter((entry) => entry === 'card?')).toHaveLength(160);
    expect(diary.entries.filter((entry) => entry === 'hotel')).toHaveLength(160);
  });
});

describe('an execution that cannot be taken up', () => {
  it('is left for later, and stops none of the others (durability.md, How: Recovery)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const client = cluster.process({ worker: false });
    const handles = [];
    for (const id of ['a', 'b', 'c']) handles.push(await cluster.until(client.runner.start(Trip, lisbon, { id })));
    let opened = 0;
    const resolver = {
      open(saga: SagaClass) {
        if (++opened === 1) throw new Error('the container is not ready');
        return { saga: Reflect.construct<[], object>(saga, []) };
      },
    };
    const worker = await cluster.worker({ sagas: [Trip], resolver });
    await cluster.advance(1_000);
    expect(await Promise.all(handles.map((handle) => handle.status()))).toEqual(['pending', 'completed', 'completed']);
    expect(worker.reports('not-taken-up')).toMatchObject([{ id: 'a', error: { code: 'SAGA_RUNTIME_RESOLVER_FAILED' } }]);
    await cluster.until(handles[0]!.result());
    expect(cluster.nowMs).toBeLessThanOrEqual(17_000);
  });
});
