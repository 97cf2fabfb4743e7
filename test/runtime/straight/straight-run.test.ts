import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { Async, Compensate, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { Clock, CompensationContext, ObservedEvent, StepContext } from 'class-saga';
import { systemClock } from '../../../src/runtime/system.js';
import { ManualClock, settled } from '../../support/manual-clock.js';

// That a run on its straight course does what it would do off it is shown by properties (test/properties/straight.test.ts).

const tenant = new AsyncLocalStorage<string>();

describe('a run on its straight course', () => {
  it('makes no timer for what settles in the turn in which it began (R5, R15)', async () => {
    @Saga()
    class Quick {
      @Step() @Async() async hotel(): Promise<string> { return 'room 12'; }
      @Step() @Async() async car(): Promise<string> { return 'a car'; }
      @Compensate('car') async cancelCar(): Promise<void> {}
      @Step() async charge(): Promise<void> { throw new Error('declined'); }
    }
    const made = vi.spyOn(systemClock, 'schedule');
    expect((await new SagaRunner().settle(Quick)).status).toBe('compensated');
    await settled();
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  it('has one timer for all siblings of a stage', async () => {
    const clock = new ManualClock();
    @Saga()
    class Slow {
      @Step() @Async({ timeoutMs: 100 }) async hotel(): Promise<void> { await new Promise<void>((done) => clock.schedule(50, done)); }
      @Step() @Async({ timeoutMs: 200 }) async car(): Promise<void> { await new Promise<void>((done) => clock.schedule(150, done)); }
    }
    const run = new SagaRunner({ clock }).run(Slow);
    await clock.advance(10);
    expect(clock.pending).toBe(3);
    await clock.advance(100);
    expect(clock.pending).toBe(2); // the car's time-out now
    await clock.until(run);
    expect(clock.pending).toBe(0);
  });

  it('goes on in its own asynchronous context, also when a time-out takes it off its course', async () => {
    const seen: unknown[] = [];
    @Saga()
    class Tenants {
      @Step() async card(): Promise<void> { seen.push(['card', tenant.getStore()]); }
      @Compensate('card') async release(): Promise<void> { seen.push(['release', tenant.getStore()]); }
      @Step({ timeoutMs: 5, graceMs: 0 }) hotel(): Promise<void> { return new Promise(() => {}); }
    }
    const runner = new SagaRunner();
    await Promise.all(['a', 'b'].map((name) => tenant.run(name, () => runner.settle(Tenants))));
    expect(seen).toEqual([['card', 'a'], ['card', 'b'], ['release', 'a'], ['release', 'b']]);
  });

  it('leaves it for good at a verdict, with its identity, its scope and what it has done (R11, R25)', async () => {
    const keys: string[] = [];
    const disposed = vi.fn();
    const events: ObservedEvent[] = [];
    @Saga()
    class Twice {
      @Step() async card({ idempotencyKey }: StepContext): Promise<void> { keys.push(idempotencyKey); }
      @Compensate('card') async release(_: void, { step }: CompensationContext) {
        keys.push(`undo ${step.key}`);
        return retry({ passes: 2 });
      }
      @Step() async charge({ attempt }: StepContext): Promise<string> {
        if (attempt === 1) throw new Error('declined');
        return 'paid';
      }
    }
    const resolver = { open: () => ({ saga: new Twice(), dispose: disposed }) };
    const runner = new SagaRunner({ resolver, newId: () => 'x', observers: [(event) => events.push(event)] });
    const { effects } = await runner.run(Twice);
    expect([effects, keys, disposed.mock.calls.length]).toEqual([{ charge: 'paid' }, ['x:card:1', 'undo x:card:1', 'x:card:2'], 1]);
    expect(events.filter(({ type }) => type === 'execution-begun')).toHaveLength(1);
  });

  it('runs nothing of the saga within the call of run', async () => {
    const calls: string[] = [];
    @Saga()
    class Notes {
      @Step() note(): void {
        calls.push(`noted for ${tenant.getStore()}`);
        tenant.enterWith('the saga');
      }
    }
    await tenant.run('the caller', async () => {
      const run = new SagaRunner().run(Notes);
      calls.push(`run has returned to ${tenant.getStore()}`);
      await run;
    });
    expect(calls).toEqual(['run has returned to the caller', 'noted for the caller']);
  });

  it('ends, rejecting, at a defect of what was injected, and disposes of its scope', async () => {
    const broken: Clock = { monotonicMs: () => { throw new Error('no clock'); }, schedule: () => () => {} };
    const dispose = vi.fn();
    @Saga()
    class Timed {
      @Step() async first(): Promise<void> {}
      @Step() @Async() async second(): Promise<void> {}
    }
    const runner = new SagaRunner({ clock: broken, resolver: { open: () => ({ saga: new Timed(), dispose }) } });
    await expect(runner.run(Timed)).rejects.toThrow('no clock');
    expect(dispose).toHaveBeenCalledOnce();
  });

  it('calls the methods that the instance has by then: replaced on it, or on its prototype, between two runs', async () => {
    @Saga()
    class Greets {
      @Step() async greet(): Promise<string> { return 'hello'; }
    }
    const instance = new Greets();
    const runner = new SagaRunner({ resolver: { open: () => ({ saga: instance }) } });
    const greeting = async (): Promise<string> => (await runner.run(Greets)).effects.greet;
    const greetings = [await greeting()];
    vi.spyOn(Greets.prototype, 'greet').mockResolvedValue('hi');
    greetings.push(await greeting());
    vi.spyOn(instance, 'greet').mockResolvedValue('hey');
    greetings.push(await greeting());
    expect(greetings).toEqual(['hello', 'hi', 'hey']);
  });

  it('copes with promises that are none of the language, and with what only looks like one', async () => {
    class Lazy {
      then(resolve: (value: string) => void): void { resolve('lazily'); }
    }
    class Odd {
      lazy(): unknown { return new Lazy(); }
      sub(): unknown { return (class Own extends Promise<string> {}).resolve('own'); }
      fake(): unknown { return Object.create(Promise.prototype); }
      undo(): void {}
    }
    const decorate = (name: string, ...decorators: unknown[]): void => {
      const descriptor = Object.getOwnPropertyDescriptor(Odd.prototype, name)!;
      for (const one of decorators) (one as MethodDecorator)(Odd.prototype, name, descriptor);
    };
    decorate('lazy', Step());
    decorate('sub', Step());
    decorate('fake', Step());
    Saga()(Odd);
    const outcome = await new SagaRunner().settle(Odd);
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'fake' });
  });
});
