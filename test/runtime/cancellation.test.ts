import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Async, Compensate, continueWith, Fallback, Finally, failureOf, retry, Retry, Saga, SagaCancelledError, SagaRunner, Step,
} from 'class-saga';
import type { CompensationContext, ObservedEvent, RetryVerdict, Settled, StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import type { Deferred } from '../support/deferred.js';
import { ManualClock, settled } from '../support/manual-clock.js';

// Cancellation by a signal and by a deadline, at every moment (R19), under a clock moved by hand.

let log: string[] = [];
let gates: Record<string, Deferred<string>> = {};
let signals: Record<string, AbortSignal> = {};
const gate = (name: string): Deferred<string> => (gates[name] ??= deferred());

beforeEach(() => {
  log = [];
  gates = {};
  signals = {};
});

function begunStep(name: string, { signal }: StepContext): Promise<string> {
  log.push(name);
  signals[name] = signal;
  return gate(name).promise;
}
function undoneStep(effect: string | undefined, { step, failure }: CompensationContext): void {
  const why = failure.step ?? (failure.error as Error).name;
  log.push(`undo ${step.name} (${effect ?? 'unknown'}, ${step.outcome}, ${why})`);
}

@Saga()
class Book {
  @Step() card(context: StepContext): Promise<string> { return begunStep('card', context); }
  @Compensate('card') releaseCard(card: string | undefined, context: CompensationContext): void { undoneStep(card, context); }
  @Step() @Async() hotel(context: StepContext): Promise<string> { return begunStep('hotel', context); }
  @Compensate('hotel') cancelHotel(hotel: string | undefined, context: CompensationContext): void { undoneStep(hotel, context); }
  @Step() @Async({ graceMs: 300 }) car(context: StepContext): Promise<string> { return begunStep('car', context); }
  @Compensate('car') cancelCar(car: string | undefined, context: CompensationContext): void { undoneStep(car, context); }
  @Step() charge(context: StepContext): Promise<string> { return begunStep('charge', context); }
  @Compensate('charge') refund(charge: string | undefined, context: CompensationContext): void { undoneStep(charge, context); }
  @Finally() done({ status }: Settled<Book>): void { log.push(status); }
}

function setUp() {
  const clock = new ManualClock();
  const controller = new AbortController();
  const events: ObservedEvent[] = [];
  const runner = new SagaRunner({ clock, random: () => 0.5, newId: () => 'x', observers: [(event) => events.push(event)] });
  return { clock, controller, runner, types: () => events.map(({ type }) => type) };
}

function book() {
  const world = setUp();
  const outcome = world.runner.settle(Book, undefined, { signal: world.controller.signal });
  return { ...world, outcome };
}

describe('cancelling before anything began', () => {
  it('begins nothing, and ends compensated with no failed step (R19)', async () => {
    const { runner, clock, types } = setUp();
    const reason = new Error('the customer left');
    const outcome = await runner.settle(Book, undefined, { signal: AbortSignal.abort(reason) });
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: undefined, otherFailures: [] });
    expect(outcome.status === 'compensated' && outcome.error).toMatchObject({ code: 'SAGA_RUNTIME_CANCELLED', reason, cause: reason });
    expect(log).toEqual(['compensated']);
    expect(types()).toEqual(['execution-begun', 'execution-cancelled', 'unwinding-begun', 'execution-ended']);
    expect(clock.pending).toBe(0);
  });

  it('counts a deadline that passed while the resolver was at work (R19)', async () => {
    const clock = new ManualClock();
    const resolving = deferred<{ saga: Book }>();
    const runner = new SagaRunner({ clock, resolver: { open: () => resolving.promise } });
    const outcome = runner.settle(Book, undefined, { deadlineMs: 100 });
    await clock.advance(100);
    resolving.resolve({ saga: new Book() });
    expect(await outcome).toMatchObject({ status: 'compensated', error: { deadlineMs: 100, reason: undefined } });
    expect(log).toEqual(['compensated']);
  });
});

describe('cancelling while a step runs', () => {
  it("aborts the step's signal with the reason, and undoes what stands when it has settled with an effect (R19)", async () => {
    const { controller, outcome } = book();
    gate('card').resolve('C-1');
    await settled();
    const reason = new Error('the customer left');
    controller.abort(reason);
    expect([signals['hotel']!.reason, signals['car']!.reason, signals['card']!.aborted]).toEqual([reason, reason, false]);
    gate('hotel').resolve('H-1');
    gate('car').reject(new Error('aborted'));
    const ended = await outcome;
    expect(ended).toMatchObject({ status: 'compensated', failedStep: undefined, otherFailures: [{ step: 'car' }] });
    expect(log).toEqual([
      'card', 'hotel', 'car',
      'undo car (unknown, cancelled, SagaCancelledError)',
      'undo hotel (H-1, succeeded, SagaCancelledError)',
      'undo card (C-1, succeeded, SagaCancelledError)',
      'compensated',
    ]);
  });

  it('waits for each step as long as its grace, then leaves it in doubt, and undoes a late effect (R19, R5a)', async () => {
    const { clock, controller, outcome } = book();
    gate('card').resolve('C-1');
    await settled();
    controller.abort();
    await clock.advance(300);
    gate('hotel').resolve('H-1');
    await outcome;
    expect(log.slice(3)).toEqual([
      'undo car (unknown, in-doubt, SagaCancelledError)',
      'undo hotel (H-1, succeeded, SagaCancelledError)',
      'undo card (C-1, succeeded, SagaCancelledError)',
      'compensated',
    ]);
    expect(clock.pending).toBe(0);
    gate('car').resolve('V-1');
    await settled();
    expect(log.at(-1)).toBe('undo car (V-1, cancelled, SagaCancelledError)');
    expect(clock.pending).toBe(0);
  });

  it('does not let a time-out prolong the grace (R5, R19)', async () => {
    const { clock, controller, outcome, types } = book();
    gate('card').resolve('C-1');
    await clock.advance(4_900);
    controller.abort();
    await clock.advance(300);
    gate('hotel').resolve('H-1');
    await outcome;
    expect(types()).not.toContain('step-timed-out');
    expect(clock.pending).toBe(0);
  });

  it('takes no effect of the last step for a completion once it was cancelled (R19)', async () => {
    const { controller, outcome } = book();
    for (const name of ['card', 'hotel', 'car']) gate(name).resolve(name);
    await settled();
    controller.abort();
    gate('charge').resolve('P-1');
    expect((await outcome).status).toBe('compensated');
    expect(log).toContain('undo charge (P-1, succeeded, SagaCancelledError)');
  });

  it('does not begin another attempt (R6, R19)', async () => {
    const tries = vi.fn(() => gate('try').promise);
    @Saga()
    class Tries {
      @Step() @Retry({ attempts: 3 }) one(): Promise<string> { return tries(); }
    }
    const { controller, runner } = setUp();
    const outcome = runner.settle(Tries, undefined, { signal: controller.signal });
    await settled();
    controller.abort();
    gate('try').reject(new Error('no'));
    expect(await outcome).toMatchObject({ status: 'compensated', failedStep: undefined, otherFailures: [{ step: 'one' }] });
    expect(tries).toHaveBeenCalledOnce();
  });
});

describe('cancelling after a step failed', () => {
  it('leaves the error, gives its running siblings their grace, and voids a later retry (R19)', async () => {
    @Saga()
    class Fails {
      @Step() @Async() one(): Promise<string> { return gate('one').promise; }
      @Compensate('one') undoOne(): RetryVerdict { log.push('undo one'); return retry({ passes: 9 }); }
      @Step() @Async() two({ signal }: StepContext): Promise<string> { signals['two'] = signal; return gate('two').promise; }
    }
    const { controller, runner } = setUp();
    const outcome = runner.settle(Fails, undefined, { signal: controller.signal });
    gate('one').reject(new Error('sold out'));
    await settled();
    controller.abort('now');
    expect(signals['two']!.reason).toBe('now');
    gate('two').reject('aborted');
    expect(await outcome).toMatchObject({
      status: 'compensated', failedStep: 'one', error: new Error('sold out'), otherFailures: [{ step: 'two', error: 'aborted' }],
    });
    expect(log).toEqual(['undo one']);
  });

  it('asks no fallback, and lets no step continue (R12a, R19)', async () => {
    @Saga()
    class Falls {
      @Step() one(): Promise<string> { throw new Error('down'); }
      @Compensate('one') undo() { return gate('undo').promise.then(() => continueWith('instead')); }
      @Fallback('one') lastKnown(_: CompensationContext): string { log.push('fallback'); return 'known'; }
    }
    const { controller, runner } = setUp();
    const outcome = runner.settle(Falls, undefined, { signal: controller.signal });
    await settled();
    controller.abort();
    gate('undo').resolve('');
    expect(await outcome).toMatchObject({ status: 'compensated', error: new Error('down') });
    expect(log).toEqual([]);
  });

  it('does not abort the signal of a compensation, which runs on (R19)', async () => {
    @Saga()
    class Slow {
      @Step() one(): string { return 'one'; }
      @Compensate('one') async undo(_: string | undefined, { signal }: CompensationContext): Promise<void> {
        signals['undo'] = signal;
        await gate('undo').promise;
      }
      @Step() two(): never { throw new Error('two'); }
    }
    const { controller, runner, types } = setUp();
    const outcome = runner.settle(Slow, undefined, { signal: controller.signal });
    await settled();
    controller.abort();
    expect(signals['undo']!.aborted).toBe(false);
    gate('undo').resolve('');
    expect(await outcome).toMatchObject({ status: 'compensated', error: new Error('two') });
    expect(types()).toContain('execution-cancelled');
  });
});

describe('cancelling in a backoff', () => {
  it('of an in-place retry fails the step with its last error, and begins no attempt (R7, R19)', async () => {
    @Saga()
    class Waits {
      @Step() zero(): string { return 'zero'; }
      @Compensate('zero') undoZero(): void { log.push('undo zero'); }
      @Step() @Retry({ attempts: 2, baseMs: 1_000, jitter: false }) one(): never { log.push('one'); throw new Error('no'); }
    }
    const { clock, controller, runner } = setUp();
    const outcome = runner.settle(Waits, undefined, { signal: controller.signal });
    await clock.advance(500);
    controller.abort();
    expect(await outcome).toMatchObject({ status: 'compensated', failedStep: undefined, otherFailures: [{ step: 'one' }] });
    expect(log).toEqual(['one', 'undo zero']);
    expect(clock.pending).toBe(0);
  });

  it('of a retry takes the grant back: nothing is undone twice, and the failure is the cause (R19)', async () => {
    @Saga()
    class Passes {
      @Step() zero(): string { return 'zero'; }
      @Compensate('zero') undoZero(_: string | undefined, { failure }: CompensationContext): void {
        log.push(`undo zero for ${(failure.error as Error).name}`);
      }
      @Step() one(): string { log.push('one'); return 'one'; }
      @Compensate('one') undoOne(): RetryVerdict { log.push('undo one'); return retry({ passes: 3, baseMs: 1_000, jitter: false }); }
      @Step() two(): never { throw new Error('two'); }
    }
    const { clock, controller, runner } = setUp();
    const outcome = runner.settle(Passes, undefined, { signal: controller.signal });
    await clock.advance(500);
    controller.abort('enough');
    expect(await outcome).toMatchObject({
      status: 'compensated', failedStep: undefined, error: { code: 'SAGA_RUNTIME_CANCELLED', reason: 'enough', cause: new Error('two') },
    });
    expect(log).toEqual(['one', 'undo one', 'undo zero for SagaCancelledError']);
    expect(clock.pending).toBe(0);
  });
});

describe('a deadline', () => {
  it('that passes between two looks at the clock ends the run like any other (R19, R21)', async () => {
    for (let passesAtLook = 1; passesAtLook < 8; passesAtLook++) {
      gates = {};
      let looks = 0;
      const clock = new ManualClock();
      const monotonicMs = (): number => ((looks += 1) > passesAtLook ? 10 : 0);
      const hurried = { monotonicMs, schedule: (delayMs: number, callback: () => void) => clock.schedule(delayMs, callback) };
      for (const name of ['card', 'hotel', 'car', 'charge']) gate(name).resolve(name);
      const transaction = (work: (handle: unknown) => Promise<void>): Promise<void> => work(undefined);
      const outcome = new SagaRunner({ clock: hurried }).settle(Book, undefined, { deadlineMs: 5, transaction });
      expect(['completed', 'compensated']).toContain((await clock.until(outcome)).status);
    }
  });

  it('that shares its timer with others leaves each in the context of the run (R19)', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    @Saga()
    class Hangs {
      @Step({ timeoutMs: 60, graceMs: 40 }) one(): Promise<void> { return new Promise(() => {}); }
      @Compensate('one') undo(): void { seen.push(storage.getStore()); }
    }
    const transaction = (work: (handle: unknown) => Promise<void>): Promise<void> => storage.run('the work', () => work(undefined));
    await new SagaRunner().settle(Hangs, undefined, { deadlineMs: 50, transaction });
    expect(seen).toEqual(['the work']);
  });

  it('does the same by time, with an error that tells how long it was (R19)', async () => {
    const { clock, runner } = setUp();
    const outcome = runner.run(Book, undefined, { deadlineMs: 2_000 }).catch((error: unknown) => error);
    gate('card').resolve('C-1');
    await clock.advance(1_999);
    expect(signals['hotel']!.aborted).toBe(false);
    await clock.advance(1);
    expect(signals['hotel']!.reason).toBeInstanceOf(SagaCancelledError);
    gate('hotel').resolve('H-1');
    gate('car').resolve('V-1');
    const error = await outcome;
    expect(error).toMatchObject({ name: 'SagaCancelledError', deadlineMs: 2_000, problem: 'Book did not end within 2000 ms.' });
    expect(failureOf(error)).toMatchObject({ saga: 'Book', step: undefined, execution: 'x' });
    expect(log.at(-1)).toBe('compensated');
  });

  it('that is not reached leaves no timer, and Infinity is none (R19)', async () => {
    for (const deadlineMs of [5_000, Infinity]) {
      gates = {};
      const { clock, runner } = setUp();
      for (const name of ['card', 'hotel', 'car', 'charge']) gate(name).resolve(name);
      expect((await runner.settle(Book, undefined, { deadlineMs })).status).toBe('completed');
      expect(clock.pending).toBe(0);
    }
  });
});

describe('cancelling too late', () => {
  it('has no effect once the last step is done, not even while `finally` runs (R19)', async () => {
    const { controller, clock } = setUp();
    const runner = new SagaRunner({ clock, finally: () => controller.abort() });
    for (const name of ['card', 'hotel', 'car', 'charge']) gate(name).resolve(name);
    expect((await runner.settle(Book, undefined, { signal: controller.signal })).status).toBe('completed');
  });

  it('leaves no listener on the signal, however the execution ended', async () => {
    for (const end of ['completed', 'compensated', 'cancelled']) {
      gates = {};
      const { controller, runner } = setUp();
      const added = vi.spyOn(controller.signal, 'addEventListener');
      const removed = vi.spyOn(controller.signal, 'removeEventListener');
      const outcome = runner.settle(Book, undefined, { signal: controller.signal });
      await settled();
      if (end === 'cancelled') controller.abort();
      if (end === 'compensated') gate('card').reject(new Error('no'));
      for (const name of ['card', 'hotel', 'car', 'charge']) gate(name).resolve(name);
      expect((await outcome).status).toBe(end === 'completed' ? 'completed' : 'compensated');
      expect(removed.mock.calls).toEqual(added.mock.calls.map((call) => call.slice(0, 2)));
    }
  });
});

describe('one signal for many executions', () => {
  it('cancels them all, each for itself (R19, R23)', async () => {
    const { controller, runner } = setUp();
    const outcomes = Array.from({ length: 5 }, () => runner.settle(Book, undefined, { signal: controller.signal }));
    await settled();
    controller.abort();
    gate('card').resolve('C-1');
    expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'compensated'));
    expect(log.filter((line) => line.startsWith('undo'))).toHaveLength(5);
  });
});

describe('an observer that cancels', () => {
  it('lets the other observers hear of everything in order (R18, R19)', async () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const runner = new SagaRunner({
      observers: [
        (event) => { if (event.type === 'step-succeeded') controller.abort(); },
        ({ type }) => heard.push(type),
      ],
    });
    gate('card').resolve('C-1');
    await runner.settle(Book, undefined, { signal: controller.signal });
    expect(heard.slice(0, 5)).toEqual(['execution-begun', 'step-begun', 'step-succeeded', 'execution-cancelled', 'unwinding-begun']);
  });

  const cancelling = (type: string) => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const observe = (event: ObservedEvent): void => {
      if (event.type === type) controller.abort('seen');
    };
    return { clock, signal: controller.signal, runner: new SagaRunner({ clock, observers: [observe] }) };
  };

  it('as a step begins has that step called with an aborted signal, and given its grace (R18, R19)', async () => {
    const { clock, signal, runner } = cancelling('step-begun');
    const outcome = runner.settle(Book, undefined, { signal });
    await clock.advance(1_000);
    expect(signals['card']!.reason).toBe('seen');
    expect(await outcome).toMatchObject({ status: 'compensated', error: { reason: 'seen' } });
    expect(log).toEqual(['card', 'undo card (unknown, in-doubt, SagaCancelledError)', 'compensated']);
    expect(clock.pending).toBe(0);
  });

  it('as the last step begins is not too late, though that step settles at once (R18, R19)', async () => {
    @Saga() class Returns { @Step() one(): number { return 1; } @Compensate('one') undo(): void { log.push('undo'); } }
    @Saga() class Throws { @Step() one(): never { throw new Error('its own'); } }
    const returns = cancelling('step-begun');
    expect(await returns.runner.settle(Returns, undefined, { signal: returns.signal })).toMatchObject({ failedStep: undefined });
    expect(log).toEqual(['undo']);
    const throws = cancelling('step-begun');
    expect(await throws.runner.settle(Throws, undefined, { signal: throws.signal })).toMatchObject({
      failedStep: undefined, error: { reason: 'seen' }, otherFailures: [{ step: 'one', error: new Error('its own') }],
    });
  });

  it('as the wait for another pass begins leaves nothing waiting (R18, R19)', async () => {
    @Saga()
    class Passes {
      @Step() zero(): void {}
      @Compensate('zero') async undoZero(): Promise<void> { await gate('zero').promise; }
      @Step() one(): never { throw new Error('one'); }
      @Compensate('one') undoOne(): RetryVerdict { return retry({ passes: 3, baseMs: 1_000, jitter: false }); }
    }
    const { clock, signal, runner } = cancelling('wait-begun');
    const outcome = runner.settle(Passes, undefined, { signal });
    await clock.advance(5_000);
    gate('zero').resolve('');
    expect(await outcome).toMatchObject({ status: 'compensated', error: { reason: 'seen', cause: new Error('one') } });
    expect(clock.pending).toBe(0);
  });
});

describe('a signal', () => {
  it('for many executions at once has one listener, so that Node warns of no leak (R19)', async () => {
    const { controller, runner } = setUp();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const outcomes = Array.from({ length: 20 }, () => runner.settle(Book, undefined, { signal: controller.signal }));
    await settled();
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 0]);
    for (const name of ['card', 'hotel', 'car', 'charge']) gate(name).resolve(name);
    await Promise.all(outcomes);
    expect(removed).toHaveBeenCalledOnce();
  });

  it('that cannot be listened to is refused before anything begins', async () => {
    const signal = { aborted: false, addEventListener() {} } as unknown as AbortSignal;
    await expect(new SagaRunner().run(Book, undefined, { signal })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS' });
  });

  it('is aborted by somebody in whose asynchronous context nothing of the run goes on (R19)', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    @Saga()
    class Sees {
      @Step() one(): void {}
      @Compensate('one') undo(): void { seen.push(storage.getStore()); }
      @Step() @Retry({ attempts: 2, baseMs: 1_000 }) two(): never { throw new Error('two'); }
    }
    const { clock, controller, runner } = setUp();
    const run = (options: object) => storage.run('the caller', () => runner.settle(Sees, undefined, options));
    const byOther = run({ signal: controller.signal });
    const inTransaction = run({ signal: controller.signal, transaction: (work: () => Promise<void>) => storage.run('the work', work) });
    const byTime = run({ deadlineMs: 10 });
    await settled();
    storage.run('somebody else', () => controller.abort());
    await storage.run('the clock', () => clock.advance(10));
    await Promise.all([byOther, inTransaction, byTime]);
    expect(seen.sort()).toEqual(['the caller', 'the caller', 'the work']);
  });
});

