import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { Async, Compensate, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, ObservedEvent, RetryVerdict, StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { ManualClock, settled } from '../support/manual-clock.js';

// What the runner makes of a driver, a well-behaved one and others (R21). What real drivers do is in test/contracts/transaction.

type Work = (handle: string) => Promise<void>;
type Writes = StepContext<unknown, object, never, string>;

let log: string[] = [];

@Saga()
class Write {
  @Step() row({ transaction }: Writes): void { log.push(`row in ${transaction}`); }
  @Step() async call(): Promise<string> { log.push('call'); await settled(); return 'called'; }
  @Compensate('call') undo(_: string | undefined, context: CompensationContext): void {
    log.push(`undo call ${'transaction' in context ? 'with' : 'without'} a handle`);
  }
}

/** Begins, awaits the work, commits or rolls back: what a driver is expected to do. */
async function driver(work: Work): Promise<void> {
  log.push('begin');
  try {
    await work('tx');
  } catch (error) {
    log.push('rollback');
    throw error;
  }
  log.push('commit');
}

function setUp() {
  log = [];
  const events: ObservedEvent[] = [];
  const runner = new SagaRunner({ observers: [(event) => events.push(event)], finally: ({ status }) => log.push(status) });
  return { runner, types: () => events.map(({ type }) => type) };
}

describe('a run in a transaction', () => {
  it('runs the steps inside `work` with the handle, commits, and then ends (R17, R21)', async () => {
    const { runner, types } = setUp();
    expect((await runner.run(Write, undefined, { transaction: driver })).effects).toEqual({ call: 'called' });
    expect(log).toEqual(['begin', 'row in tx', 'call', 'commit', 'completed']);
    expect(types().slice(-3)).toEqual(['commit-begun', 'commit-succeeded', 'execution-ended']);
  });

  it('compensates, without a handle, and then rolls back when a step failed (R21)', async () => {
    @Saga()
    class Fails extends Write { @Step() last(): void { throw new Error('last'); } }
    const { runner, types } = setUp();
    expect(await runner.settle(Fails, undefined, { transaction: driver })).toMatchObject({ status: 'compensated', failedStep: 'last' });
    expect(log).toEqual(['begin', 'row in tx', 'call', 'undo call without a handle', 'rollback', 'compensated']);
    expect(types().slice(-3)).toEqual(['rollback-begun', 'rollback-ended', 'execution-ended']);
  });

  it('keeps the asynchronous context that the driver made for its work, in steps and compensations (R21)', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    @Saga()
    class Sees {
      @Step() async one(): Promise<void> { await settled(); seen.push(storage.getStore()); }
      @Compensate('one') undo(): void { seen.push(storage.getStore()); }
      @Step() @Async() two(): void { seen.push(storage.getStore()); throw new Error('two'); }
    }
    const { runner } = setUp();
    await runner.settle(Sees, undefined, { transaction: (work) => storage.run('tx', () => driver(work as Work)) });
    expect(seen).toEqual(['tx', 'tx', 'tx']);
    expect(storage.getStore()).toBeUndefined();
  });

  it('undoes what happened outside when the commit fails, once and without retries, and never calls that a success (R21)', async () => {
    const { runner } = setUp();
    @Saga()
    class Retries extends Write {
      @Step() other(): void { log.push('other'); }
      @Compensate('other') again(): RetryVerdict { log.push('undo other'); return retry({ passes: 9 }); }
    }
    const failing = async (work: Work): Promise<void> => { await work('tx'); throw new Error('deferred constraint'); };
    expect(await runner.settle(Retries, undefined, { transaction: failing, savepoint: () => {} })).toMatchObject({
      status: 'compensated', failedStep: undefined, error: new Error('deferred constraint'),
    });
    expect(log).toEqual(['row in tx', 'call', 'other', 'undo other', 'undo call without a handle', 'compensated']);
  });
});

describe('a driver', () => {
  it.each<[string, (work: Work) => Promise<unknown>, object]>([
    ['rejects before it calls the work', () => Promise.reject(new Error('no connection')), { cause: new Error('no connection') }],
    ['resolves and never calls it', () => Promise.resolve(), { problem: 'The `transaction` of Write resolved without calling its work.' }],
  ])('that %s has nothing begin (R21)', async (_, transaction, error) => {
    const { runner } = setUp();
    const options = { transaction, executionId: 'order-1' };
    await expect(runner.settle(Write, undefined, options)).rejects.toMatchObject({ code: 'SAGA_RUNTIME_TRANSACTION_FAILED', ...error });
    expect(log).toEqual([]);
    expect((await runner.settle(Write, undefined, { transaction: driver, executionId: 'order-1' })).status).toBe('completed');
  });

  it('that throws instead of rejecting has nothing begin either (R21)', async () => {
    const { runner } = setUp();
    const transaction = (): never => { throw new Error('no pool'); };
    await expect(runner.run(Write, undefined, { transaction })).rejects.toMatchObject({ cause: new Error('no pool') });
  });

  it('that calls the work a second time is refused, and everything outside is undone (R21)', async () => {
    const { runner } = setUp();
    const restarting = async (work: Work): Promise<void> => {
      await work('first');
      await work('second');
    };
    expect(await runner.settle(Write, undefined, { transaction: restarting })).toMatchObject({
      status: 'compensated', failedStep: undefined, error: { code: 'SAGA_RUNTIME_TRANSACTION_RESTARTED' },
    });
    expect(log).toEqual(['row in first', 'call', 'undo call without a handle', 'compensated']);
  });

  it('that swallows the refusal of a second call has not committed our work (R21)', async () => {
    const { runner } = setUp();
    const swallowing = async (work: Work): Promise<void> => {
      await work('first');
      await work('second').catch(() => {});
    };
    expect((await runner.settle(Write, undefined, { transaction: swallowing })).status).toBe('compensated');
  });

  it('that does not await the work loses the transaction: the steps are cancelled and undone (R19, R21)', async () => {
    const { runner } = setUp();
    const careless = async (work: Work): Promise<void> => { void work('tx'); };
    expect(await runner.settle(Write, undefined, { transaction: careless })).toMatchObject({
      status: 'compensated', failedStep: undefined, error: { problem: 'The `transaction` of Write resolved before its work did.' },
    });
    expect(log).toEqual(['row in tx', 'call', 'undo call without a handle', 'compensated']);
  });

  it('that loses its connection in the middle of a step cancels that step with what it rejected with (R19, R21)', async () => {
    const { runner } = setUp();
    const lost = deferred<void>();
    const reasons: unknown[] = [];
    @Saga()
    class Waits {
      @Step() wait({ signal }: StepContext): Promise<never> {
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(new Error('aborted'));
          });
        });
      }
    }
    const outcome = runner.settle(Waits, undefined, { transaction: (work) => Promise.race([work('tx'), lost.promise]) });
    await settled();
    const error = new Error('terminating connection');
    lost.reject(error);
    expect(await outcome).toMatchObject({ status: 'compensated', failedStep: undefined, error, otherFailures: [{ step: 'wait' }] });
    expect(reasons).toEqual([error]);
  });

  it('that swallows the rollback where nobody observes is a warning of the process (R21)', async () => {
    @Saga() class Fails { @Step() one(): void { throw new Error('one'); } }
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await new SagaRunner().settle(Fails, undefined, { transaction: (work) => work(undefined).catch(() => {}) });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('did not confirm'), { type: 'SagaRollbackWarning' });
    warn.mockRestore();
  });

  it('that never settles the rollback holds the end for 30 s and no longer (R21)', async () => {
    @Saga() class Fails { @Step() one(): void { throw new Error('one'); } }
    const clock = new ManualClock();
    const events: ObservedEvent[] = [];
    const runner = new SagaRunner({ clock, observers: [(event) => events.push(event)] });
    const hanging = (work: (handle: unknown) => Promise<void>): Promise<void> => work(undefined).catch(() => new Promise(() => {}));
    const outcome = runner.settle(Fails, undefined, { transaction: hanging });
    await clock.advance(29_999);
    expect(events.at(-1)!.type).toBe('rollback-begun');
    await clock.advance(1);
    expect((await outcome).status).toBe('compensated');
    expect(events.slice(-3).map(({ type }) => type)).toEqual(['rollback-unconfirmed', 'rollback-ended', 'execution-ended']);
    expect(clock.pending).toBe(0);
  });

  it('that swallows the rollback is reported, for nobody knows what it did (R21)', async () => {
    @Saga() class Fails { @Step() one(): void { throw new Error('one'); } }
    const { runner, types } = setUp();
    const swallowing = (work: Work): Promise<void> => work('tx').catch(() => {});
    expect((await runner.settle(Fails, undefined, { transaction: swallowing })).status).toBe('compensated');
    expect(types()).toContain('rollback-unconfirmed');
  });
});

describe('savepoints', () => {
  it('are set before each stage, and restored before the saga goes forward again (R21)', async () => {
    let passes = 0;
    @Saga()
    class Passes {
      @Step() one(): void {}
      @Step() two(): void { passes += 1; }
      @Compensate('two') undo(): RetryVerdict { return retry({ passes: 2, baseMs: 5, jitter: false }); }
      @Step() @Async() three(): void {}
      @Step() @Async() four(): void { if (passes === 1) throw new Error('four'); }
    }
    const statements: string[] = [];
    const clock = new ManualClock();
    const savepoint = vi.fn(async (_: unknown, statement: string) => { statements.push(statement); });
    const run = new SagaRunner({ clock }).settle(Passes, undefined, { transaction: (work) => driver(work as Work), savepoint });
    expect((await clock.until(run)).status).toBe('completed');
    expect(statements).toEqual([
      'SAVEPOINT class_saga_1', 'SAVEPOINT class_saga_2', 'SAVEPOINT class_saga_3',
      'ROLLBACK TO SAVEPOINT class_saga_2', 'SAVEPOINT class_saga_3', 'SAVEPOINT class_saga_4',
    ]);
    expect(savepoint).toHaveBeenCalledWith('tx', 'SAVEPOINT class_saga_1');
  });

  it('that cannot be set fail no step, and everything is undone (R21)', async () => {
    const { runner } = setUp();
    const statements: string[] = [];
    const savepoint = (_: unknown, statement: string): void => {
      statements.push(statement);
      if (statement.endsWith('_2')) throw new Error('the connection is gone');
    };
    expect(await runner.settle(Write, undefined, { transaction: driver, savepoint })).toMatchObject({
      status: 'compensated', failedStep: undefined, error: new Error('the connection is gone'),
    });
    expect(log).toEqual(['begin', 'row in tx', 'rollback', 'compensated']);
  });
});

describe('a run that waits for its transaction', () => {
  it('and is cancelled ends at once, and begins nothing when the driver comes at last (R19, R21)', async () => {
    const { runner } = setUp();
    const connection = deferred<void>();
    const controller = new AbortController();
    const late = connection.promise.then.bind(connection.promise);
    const outcome = runner.settle(Write, undefined, { signal: controller.signal, transaction: (work) => late(() => driver(work)) });
    await settled();
    controller.abort();
    expect(await outcome).toMatchObject({ status: 'compensated', failedStep: undefined, error: { code: 'SAGA_RUNTIME_CANCELLED' } });
    expect(log).toEqual(['compensated']);
    connection.resolve();
    await settled();
    expect(log).toEqual(['compensated', 'begin', 'rollback']);
  });

  it('ends by its deadline (R19, R21)', async () => {
    log = [];
    const clock = new ManualClock();
    const outcome = new SagaRunner({ clock }).settle(Write, undefined, { deadlineMs: 50, transaction: () => new Promise(() => {}) });
    await clock.advance(50);
    expect(await outcome).toMatchObject({ status: 'compensated', error: { deadlineMs: 50 } });
    expect(clock.pending).toBe(0);
  });

  it('and cannot have it leaves no listener and no timer (R21)', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const transaction = (): Promise<never> => Promise.reject(new Error('no connection'));
    await expect(new SagaRunner({ clock }).run(Write, undefined, { signal, deadlineMs: 50, transaction })).rejects.toThrow();
    expect(removed).toHaveBeenCalledOnce();
    expect(clock.pending).toBe(0);
  });
});

describe('a savepoint that hangs', () => {
  it('has its grace when the execution is cancelled, and what it does later means nothing (R19, R21)', async () => {
    log = [];
    const clock = new ManualClock();
    const hanging = deferred<void>();
    const savepoint = (_: unknown, statement: string): unknown => (statement.endsWith('_2') ? hanging.promise : undefined);
    @Saga()
    class Two {
      @Step() one(): void { log.push('one'); }
      @Compensate('one') undo(): void { log.push('undo one'); }
      @Step() two(): void { log.push('two'); }
    }
    const transaction = (work: Work): Promise<void> => driver(work);
    const outcome = new SagaRunner({ clock }).settle(Two, undefined, { deadlineMs: 100, transaction, savepoint });
    await clock.advance(1_099);
    expect(log).toEqual(['begin', 'one']);
    await clock.advance(1);
    expect(await outcome).toMatchObject({ status: 'compensated', error: { deadlineMs: 100 }, otherFailures: [] });
    expect(log).toEqual(['begin', 'one', 'undo one', 'rollback']);
    hanging.resolve();
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('or fails where it was to be restored hides nothing: what failed before is told beside (R7, R21)', async () => {
    @Saga()
    class Anew {
      @Step() one(): void { throw new Error('the real failure'); }
      @Compensate('one') undo(): RetryVerdict { return retry({ passes: 2 }); }
    }
    const savepoint = (_: unknown, statement: string): void => {
      if (statement.startsWith('ROLLBACK')) throw new Error('cannot restore');
    };
    expect(await new SagaRunner().settle(Anew, undefined, { transaction: (work) => driver(work as Work), savepoint })).toMatchObject({
      status: 'compensated', failedStep: undefined, error: new Error('cannot restore'),
      otherFailures: [{ step: 'one', error: new Error('the real failure') }],
    });
  });
});

it('begins no transaction for an execution that is cancelled already (R19, R21)', async () => {
  const { runner } = setUp();
  const outcome = await runner.settle(Write, undefined, { transaction: driver, signal: AbortSignal.abort() });
  expect(outcome).toMatchObject({ status: 'compensated', error: { code: 'SAGA_RUNTIME_CANCELLED' } });
  expect(log).toEqual(['compensated']);
});
