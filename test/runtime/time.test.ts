import { describe, expect, it, vi } from 'vitest';
import {
  AbortSaga,
  Async,
  Compensate,
  CompensationTimeoutError,
  Fallback,
  retry,
  Retry,
  Saga,
  SagaRunner,
  skip,
  Step,
  StepTimeoutError,
} from 'class-saga';
import type { CompensationContext, ObservedEvent, StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { ManualClock, settled } from '../support/manual-clock.js';

// Time-outs, grace, doubt, late effects, retries and backoff (R5, R5a, R6, R12a, R13, R15), all under a clock moved by hand.

function setUp(options: ConstructorParameters<typeof SagaRunner>[0] = {}) {
  const clock = new ManualClock();
  const events: ObservedEvent[] = [];
  const runner = new SagaRunner({ clock, random: () => 0.5, newId: () => 'x', observers: [(event) => events.push(event)], ...options });
  return { clock, events, runner, types: () => events.map(({ type }) => type) };
}

describe('a step that does not settle in time', () => {
  let booking = deferred<string>();
  let signal: AbortSignal | undefined;
  const undone: unknown[] = [];

  @Saga()
  class Book {
    @Step() @Async({ timeoutMs: 100, graceMs: 50 })
    hotel(context: StepContext): Promise<string> {
      signal = context.signal;
      return booking.promise;
    }
    @Compensate('hotel')
    async cancel(hotel: string | undefined, { step, failure, idempotencyKey }: CompensationContext): Promise<void> {
      undone.push({ hotel, step: { ...step }, failure: failure.step, idempotencyKey });
    }
  }

  function begin() {
    booking = deferred();
    undone.length = 0;
    const world = setUp();
    return { ...world, outcome: world.runner.settle(Book) };
  }

  it('aborts its signal with a StepTimeoutError, and waits for the grace (R5)', async () => {
    const { clock, outcome, types } = begin();
    await clock.advance(99);
    expect(signal!.aborted).toBe(false);
    await clock.advance(1);
    expect(signal!.reason).toBeInstanceOf(StepTimeoutError);
    expect(types().at(-1)).toBe('step-timed-out');
    await clock.advance(49);
    expect(undone).toEqual([]);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      status: 'compensated',
      failedStep: 'hotel',
      error: { code: 'SAGA_RUNTIME_STEP_TIMED_OUT', timeoutMs: 100 },
    });
    expect(clock.pending).toBe(0);
  });

  it('is compensated with its effect where it settles within the grace: timed out, and known (R5, R9)', async () => {
    const { clock, outcome } = begin();
    await clock.advance(120);
    booking.resolve('room 12');
    await outcome;
    expect(undone).toMatchObject([{ hotel: 'room 12', step: { outcome: 'timed-out', key: 'x:hotel:1' }, failure: 'hotel' }]);
  });

  it('is in doubt where it rejects within the grace: what it did is unknown (R5)', async () => {
    const { clock, outcome, types } = begin();
    await clock.advance(120);
    booking.reject(new Error('aborted'));
    await outcome;
    expect(types()).toContain('step-in-doubt');
    expect(undone).toMatchObject([{ hotel: undefined, step: { outcome: 'in-doubt', error: { code: 'SAGA_RUNTIME_STEP_TIMED_OUT' } } }]);
    expect(clock.pending).toBe(0);
  });

  it('is compensated once more when its effect comes after the end, by a fresh instance, with a key of its own (R5a, R25)', async () => {
    const { clock, outcome, types } = begin();
    await clock.advance(150);
    await outcome;
    booking.resolve('room 12');
    await settled();
    expect(undone).toMatchObject([
      { hotel: undefined, step: { outcome: 'in-doubt', key: 'x:hotel:1' }, idempotencyKey: 'x:hotel:1:undo-1' },
      { hotel: 'room 12', step: { outcome: 'timed-out', key: 'x:hotel:1' }, idempotencyKey: 'x:hotel:1:undo-2' },
    ]);
    expect(types().slice(-4)).toEqual(['execution-ended', 'late-effect', 'compensation-begun', 'compensation-succeeded']);
    expect(clock.pending).toBe(0);
  });

  it('aborts the saga where it answers its signal with an AbortSaga (R14)', async () => {
    const passes: number[] = [];
    @Saga()
    class Stops {
      @Step({ timeoutMs: 10 }) one({ signal }: StepContext): Promise<void> {
        passes.push(1);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AbortSaga('stolen'))));
      }
      @Compensate('one') async undo() { return retry({ passes: 3 }); }
    }
    const { clock, runner } = setUp();
    expect((await clock.until(runner.settle(Stops))).status).toBe('compensated');
    expect(passes).toHaveLength(1);
  });

  it('remains, and its late effect is undone, where the unwinding stopped before its turn (R5a, R15)', async () => {
    const late = deferred<string>();
    const cancelled: string[] = [];
    @Saga()
    class Stops {
      @Step() @Async({ timeoutMs: 10, graceMs: 0 }) hotel(): Promise<string> { return late.promise; }
      @Compensate('hotel', { requiresEffect: true }) async cancel(hotel: string): Promise<void> { cancelled.push(hotel); }
      @Step() @Async() async car(): Promise<void> { throw new Error('no'); }
      @Compensate('car') async undo(): Promise<void> { throw new Error('closed'); }
    }
    const { clock, runner } = setUp();
    const outcome = await clock.until(runner.settle(Stops));
    expect(outcome.status === 'stuck' && outcome.remaining).toMatchObject([
      { step: 'car' },
      { step: 'hotel', effect: undefined, outcome: 'in-doubt', key: 'x:hotel:1' },
    ]);
    late.resolve('room 12');
    await settled();
    expect(cancelled).toEqual(['room 12']);
    expect(clock.pending).toBe(0);
  });

  it('whose late effect cannot be undone is a warning of the process where no handler is given', async () => {
    const late = deferred<string>();
    @Saga()
    class Leaks {
      @Step({ timeoutMs: 10, graceMs: 0 }) hotel(): Promise<string> { return late.promise; }
      @Compensate('hotel', { requiresEffect: true }) async cancel(_: string): Promise<void> { throw new Error('closed'); }
    }
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { clock, runner } = setUp();
    await clock.until(runner.settle(Leaks));
    late.resolve('room 12');
    await settled();
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      expect.stringContaining('An effect of Leaks.hotel came late and could not be undone'),
    ]);
    warn.mockRestore();
  });

  it('is nothing more when it rejects after the end: no unhandled rejection', async () => {
    const { clock, outcome } = begin();
    await clock.advance(150);
    await outcome;
    booking.reject(new Error('at last'));
    await settled();
    expect(undone).toHaveLength(1);
  });
});

describe('a late effect', () => {
  it(
    'gets a fresh instance and scope after the end, disposed afterwards; the handler is told late: true when it fails for good (R5a)',
    async () => {
      const booking = deferred<string>();
      const log: string[] = [];
      let instances = 0;
      @Saga()
      class Book {
        readonly number = ++instances;
        @Step({ timeoutMs: 10, graceMs: 0 }) hotel(): Promise<string> { return booking.promise; }
        @Compensate('hotel', { requiresEffect: true }) async cancel(hotel: string): Promise<void> {
          log.push(`instance ${this.number} cancels ${hotel}`);
          throw new Error('closed');
        }
      }
      const told = vi.fn(() => 'stop' as const);
      const { clock, runner } = setUp({
        onCompensationError: told,
        resolver: { open: (saga) => ({ saga: new (saga as new () => never)(), dispose: () => void log.push('disposed') }) },
      });
      const outcome = runner.settle(Book);
      await clock.advance(20);
      expect((await outcome).status).toBe('compensated');
      booking.resolve('room 12');
      await settled();
      expect(log).toEqual(['disposed', 'instance 2 cancels room 12', 'disposed']);
      expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ step: 'hotel', late: true, error: new Error('closed') }));
      expect(clock.pending).toBe(0);
    },
  );

  it('is compensated beside the next pass where the step was begun anew under a new key (R5a, R11)', async () => {
    const first = deferred<string>();
    const second = deferred<string>();
    const keys: string[] = [];
    const cancelled: unknown[] = [];
    @Saga()
    class Book {
      @Step({ timeoutMs: 10, graceMs: 0 })
      hotel({ idempotencyKey }: StepContext): Promise<string> {
        keys.push(idempotencyKey);
        return keys.length === 1 ? first.promise : second.promise;
      }
      @Compensate('hotel') async cancel(hotel: string | undefined, { step }: CompensationContext) {
        cancelled.push([hotel, step.key]);
        return retry({ passes: 2 });
      }
    }
    const { clock, runner } = setUp();
    const outcome = runner.settle(Book);
    await clock.advance(10);
    first.resolve('room 1');
    await settled();
    second.resolve('room 2');
    expect(await clock.until(outcome)).toMatchObject({ status: 'completed', effects: { hotel: 'room 2' } });
    expect(keys).toEqual(['x:hotel:1', 'x:hotel:2']);
    expect(cancelled).toEqual([[undefined, 'x:hotel:1'], ['room 1', 'x:hotel:1']]);
  });

  it('of a step that was passed over and stands again under the same key is left alone until that is undone (R5a, R11)', async () => {
    const first = deferred<{ ref: string }>();
    const cancelled: unknown[] = [];
    let runs = 0;
    const gate = deferred<void>();
    @Saga()
    class Book {
      @Step() async savepoint(): Promise<void> {}
      @Compensate('savepoint') async again() { return retry({ passes: 2 }); }
      @Step({ timeoutMs: 10, graceMs: 0 })
      async hotel(): Promise<{ ref: string }> { return ++runs === 1 ? first.promise : { ref: 'anew' }; }
      @Compensate('hotel', { requiresEffect: true }) async cancel(hotel: { ref: string }): Promise<void> { cancelled.push(hotel.ref); }
      @Step() async last(): Promise<void> { await gate.promise; throw new Error('no'); }
    }
    const { clock, runner } = setUp();
    const outcome = runner.settle(Book);
    await clock.advance(10);
    first.resolve({ ref: 'late' });
    await settled();
    expect(cancelled).toEqual([]);
    gate.resolve();
    expect((await clock.until(outcome)).status).toBe('compensated');
    expect(cancelled).toEqual(['anew', 'late']);
  });
});

describe('an attempt that rejects', () => {
  it('is repeated in place after min(maxMs, baseMs · 2^(n−1)), with full jitter, under the same key (R6, R13, R25)', async () => {
    const calls: [number, string, number][] = [];
    const { clock, runner, events } = setUp();
    @Saga()
    class Flaky {
      @Step() @Retry({ attempts: 5, baseMs: 100, maxMs: 300 })
      async call({ idempotencyKey, attempt }: StepContext): Promise<string> {
        calls.push([clock.monotonicMs(), idempotencyKey, attempt]);
        if (attempt < 5) throw new Error('503');
        return 'at last';
      }
    }
    expect(await clock.until(runner.settle(Flaky))).toMatchObject({ status: 'completed' });
    expect(calls).toEqual([[0, 'x:call:1', 1], [50, 'x:call:1', 2], [150, 'x:call:1', 3], [300, 'x:call:1', 4], [450, 'x:call:1', 5]]);
    expect(events.filter(({ type }) => type === 'wait-begun')).toHaveLength(4);
  });

  it('is not repeated where retryIf answers with a promise, which is never left unhandled', async () => {
    let calls = 0;
    @Saga()
    class Asks {
      @Step() @Retry({ attempts: 3, retryIf: (async () => { throw new Error('cannot tell'); }) as never })
      async one(): Promise<void> { calls++; throw new Error('no'); }
    }
    expect((await setUp().runner.settle(Asks)).status).toBe('compensated');
    expect(calls).toBe(1);
  });

  it("of a step never asks the runner's compensationRetry (R15)", async () => {
    const retryIf = vi.fn(() => true);
    @Saga()
    class Plain {
      @Step() async one(): Promise<void> { throw new Error('no'); }
    }
    await setUp({ compensationRetry: { attempts: 3, retryIf } }).runner.settle(Plain);
    expect(retryIf).not.toHaveBeenCalled();
  });

  it('is not repeated where retryIf says no, throws, or the error is an AbortSaga (R6)', async () => {
    let calls = 0;
    let thrown: unknown;
    const retryIf = (error: unknown): boolean => {
      if (error instanceof RangeError) throw new Error('cannot tell');
      return error instanceof TypeError;
    };
    @Saga()
    class Picky {
      @Step() @Retry({ attempts: 5, retryIf })
      async call(): Promise<void> { calls++; throw thrown; }
    }
    const { runner } = setUp();
    const callsFor = [[new Error('404'), 1], [new TypeError('503'), 5], [new RangeError('?'), 1], [new AbortSaga(), 1]] as const;
    for (const [error, expected] of callsFor) {
      calls = 0;
      thrown = error;
      await runner.settle(Picky);
      expect(calls).toBe(expected);
    }
  });

  it('fails with its last error when a sibling fails while it waits; no timer is left (R7)', async () => {
    const sibling = deferred<void>();
    @Saga()
    class Both {
      @Step() @Async() @Retry({ attempts: 3, baseMs: 60_000 }) async waits(): Promise<void> { throw new Error('503'); }
      @Step() @Async() fails(): Promise<void> { return sibling.promise; }
    }
    const { clock, runner } = setUp();
    const outcome = runner.settle(Both);
    await clock.advance(10);
    sibling.reject(new AbortSaga('in the middle of a backoff'));
    expect(await outcome).toMatchObject({
      status: 'compensated',
      failedStep: 'fails',
      otherFailures: [{ step: 'waits', error: new Error('503') }],
    });
    expect(clock.pending).toBe(0);
  });
});

describe('a retry from a savepoint', () => {
  it('waits its backoff before it goes forward again, the longest of several (R11, R12, R13)', async () => {
    const begun: [string, number][] = [];
    const { clock, runner } = setUp({ random: () => 0.999_999 });
    @Saga()
    class Two {
      @Step() @Async() async a(): Promise<void> { begun.push(['a', clock.monotonicMs()]); if (begun.length < 3) throw new Error('a'); }
      @Compensate('a') async undoA() { return retry({ passes: 2, baseMs: 100, jitter: false }); }
      @Step() @Async() async b(): Promise<void> { begun.push(['b', clock.monotonicMs()]); if (begun.length < 3) throw new Error('b'); }
      @Compensate('b') async undoB() { return retry({ passes: 2, baseMs: 700, jitter: false }); }
    }
    expect((await clock.until(runner.settle(Two))).status).toBe('completed');
    expect(begun).toEqual([['a', 0], ['b', 0], ['a', 700], ['b', 700]]);
  });
});

describe('a compensation', () => {
  it('that outlives its time-out and grace has failed, and is repeated as its @Retry says (R15)', async () => {
    let attempts = 0;
    const keys: string[] = [];
    let signal: AbortSignal | undefined;
    @Saga()
    class Slow {
      @Step() async one(): Promise<string> { return 'one'; }
      @Compensate('one', { timeoutMs: 100, graceMs: 10 }) @Retry({ attempts: 3, baseMs: 1, jitter: false })
      async undo(_: string | undefined, context: CompensationContext): Promise<void> {
        keys.push(context.idempotencyKey);
        signal ??= context.signal;
        if (++attempts < 3) await new Promise(() => {});
      }
      @Step() async two(): Promise<void> { throw new Error('no'); }
    }
    const { clock, runner } = setUp();
    expect((await clock.until(runner.settle(Slow))).status).toBe('compensated');
    expect(clock.monotonicMs()).toBe(223);
    expect(signal!.reason).toBeInstanceOf(CompensationTimeoutError);
    expect(keys).toEqual(['x:one:1:undo-1', 'x:one:1:undo-1', 'x:one:1:undo-1']);
    expect(clock.pending).toBe(0);
  });

  it("is repeated as the runner's compensationRetry says where it has no @Retry of its own (R15)", async () => {
    let attempts = 0;
    @Saga()
    class Flaky {
      @Step() async one(): Promise<string> { return 'one'; }
      @Compensate('one') async undo(): Promise<void> { if (++attempts < 4) throw new Error('503'); }
      @Step() async two(): Promise<void> { throw new Error('no'); }
    }
    const { clock, runner } = setUp({ compensationRetry: { attempts: 4, baseMs: 10 } });
    expect((await clock.until(runner.settle(Flaky))).status).toBe('compensated');
    attempts = 0;
    expect((await setUp().runner.settle(Flaky)).status).toBe('stuck');
    attempts = 0;
    expect((await setUp({ compensationRetry: { attempts: 4, retryIf: () => false } }).runner.settle(Flaky)).status).toBe('stuck');
  });
});

describe('a fallback', () => {
  @Saga()
  class Rates {
    static fallbackFails = false;
    static fallbackCalls = 0;
    static timesOut = false;
    static failure: unknown = new Error('down');
    static afterwards = false;
    @Step({ timeoutMs: 100 }) async latest(): Promise<number> {
      if (Rates.timesOut) await new Promise(() => {});
      throw Rates.failure;
    }
    @Fallback('latest') @Retry({ attempts: 2 })
    async lastKnown({ step, failure }: CompensationContext): Promise<number> {
      Rates.fallbackCalls++;
      expect([step.name, failure.step]).toEqual(['latest', 'latest']);
      if (Rates.fallbackFails) throw new Error('nothing known');
      return 42;
    }
    @Step({ needs: ['latest'] }) async use({ needs }: StepContext<unknown, { latest: number }>): Promise<string> {
      if (Rates.afterwards) throw new Error('later');
      return `at ${needs.latest}`;
    }
  }
  const play = async (given: Partial<Record<'fallbackFails' | 'timesOut' | 'afterwards', boolean>> & { failure?: unknown } = {}) => {
    Object.assign(Rates, { fallbackFails: false, timesOut: false, afterwards: false, fallbackCalls: 0, failure: new Error('down') }, given);
    const { clock, runner } = setUp();
    return clock.until(runner.settle(Rates));
  };

  it('gives the effect that a failed step goes on with (R12a)', async () => {
    expect(await play()).toMatchObject({ status: 'completed', effects: { latest: 42, use: 'at 42' } });
    expect(await play({ timesOut: true })).toMatchObject({ status: 'completed', effects: { use: 'at 42' } });
  });

  it('is tried as its @Retry says, and when it fails its error is kept beside the failure (R12a)', async () => {
    expect(await play({ fallbackFails: true })).toMatchObject({
      status: 'compensated',
      error: new Error('down'),
      otherFailures: [{ step: 'latest', error: new Error('nothing known') }],
    });
    expect(Rates.fallbackCalls).toBe(2);
  });

  it('may skip, which is the effect undefined', async () => {
    @Saga()
    class Skips {
      @Step() async one(): Promise<string | undefined> { throw new Error('no'); }
      @Fallback('one') async none(_: CompensationContext): Promise<string | undefined> { return skip(); }
      @Step({ needs: ['one'] }) async two({ needs }: StepContext<unknown, { one: string | undefined }>): Promise<boolean> {
        return needs.one === undefined;
      }
    }
    expect((await setUp().runner.run(Skips)).effects).toEqual({ two: true });
  });

  it("is never asked after an abort, and only for the step's own failure (R12, R12a)", async () => {
    expect((await play({ failure: new AbortSaga() })).status).toBe('compensated');
    expect(Rates.fallbackCalls).toBe(0);
    expect((await play({ afterwards: true })).status).toBe('compensated');
    expect(Rates.fallbackCalls).toBe(1);
  });
});

describe('time-outs of siblings', () => {
  it('share one timer where they begin together (R5)', async () => {
    const schedule = vi.spyOn(ManualClock.prototype, 'schedule');
    @Saga()
    class Three {
      @Step() @Async() async a(): Promise<void> { await settled(); }
      @Step() @Async() async b(): Promise<void> { await settled(); }
      @Step() @Async() async c(): Promise<void> { await settled(); }
    }
    const { clock, runner } = setUp();
    await runner.run(Three);
    expect(schedule).toHaveBeenCalledTimes(1);
    expect(clock.pending).toBe(0);
    schedule.mockRestore();
  });
});
