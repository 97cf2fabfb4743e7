import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { AbortSaga, Async, Compensate, failureOf, isSagaError, Saga, SagaError, SagaRunner, SagaStuckError, skip, Step } from 'class-saga';
import type { CompensationContext, Effects, Resolver, SagaClass, StepContext } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';

interface Order {
  readonly amount: number;
}
type Ctx<K extends keyof PlaceOrder = never> = StepContext<Order, Effects<PlaceOrder, K>>;
type Undo = CompensationContext<Order>;

/** What a PlaceOrder did, in order; per instance, so that executions can be told apart. */
@Saga()
class PlaceOrder {
  readonly did: string[] = [];
  failure: unknown = undefined;
  fails = false;

  @Step()
  async reserve({ input }: Ctx): Promise<string> {
    this.did.push('reserve');
    return `reservation of ${input.amount}`;
  }
  @Compensate('reserve')
  async release(reservation: string | undefined): Promise<void> {
    this.did.push(`release ${reservation}`);
  }

  @Step({ needs: ['reserve'] })
  async charge({ needs }: Ctx<'reserve'>): Promise<{ charged: string }> {
    this.did.push('charge');
    if (this.fails) throw this.failure;
    return { charged: needs.reserve };
  }
  @Compensate('charge')
  async refund(_: { charged: string } | undefined, { step }: Undo): Promise<void> {
    this.did.push(`refund (${step.outcome})`);
  }

  @Step()
  async note(): Promise<void> {
    this.did.push('note');
  }
}

/** A resolver whose instances a test can look at. */
function preparing<S extends object>(prepare: (saga: S) => void = () => {}): Resolver & { readonly made: S[] } {
  const made: S[] = [];
  return {
    made,
    open<T extends object>(saga: SagaClass<T>) {
      const instance = new (saga as new () => T)();
      prepare(instance as unknown as S);
      made.push(instance as unknown as S);
      return { saga: instance };
    },
  };
}

const failingWith = (failure: unknown) =>
  preparing<PlaceOrder>((saga) => {
    saga.fails = true;
    saga.failure = failure;
  });

describe('a saga whose steps all succeed', () => {
  it('completes with the effects of the steps that returned something, by name', async () => {
    const { status, effects } = await new SagaRunner().run(PlaceOrder, { amount: 3 });
    expect(status).toBe('completed');
    expect(effects).toStrictEqual({ reserve: 'reservation of 3', charge: { charged: 'reservation of 3' } });
  });

  it('keeps null, 0, the empty string and false as effects (R3)', async () => {
    @Saga()
    class Falsy {
      @Step() async nothing(): Promise<null> { return null; }
      @Step() async zero(): Promise<number> { return 0; }
      @Step() async empty(): Promise<string> { return ''; }
      @Step({ needs: ['nothing', 'zero', 'empty'] })
      async no({ needs }: StepContext<unknown, Effects<Falsy, 'nothing' | 'zero' | 'empty'>>): Promise<boolean> {
        expect(needs).toStrictEqual({ nothing: null, zero: 0, empty: '' });
        return false;
      }
    }
    expect((await new SagaRunner().run(Falsy)).effects).toStrictEqual({ nothing: null, zero: 0, empty: '', no: false });
  });

  it('gives the execution an id that is made when first asked for, once, and is shown with the result', async () => {
    let made = 0;
    const runner = new SagaRunner({ newId: () => `id-${++made}` });
    const result = await runner.run(PlaceOrder, { amount: 1 });
    expect(made).toBe(0);
    expect(result.id).toBe('id-1');
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({ id: 'id-1', status: 'completed' });
    expect(inspect(result)).toMatch(/status: 'completed',\s+id: 'id-1',\s+effects: \{/);
    expect(made).toBe(1);
  });

  it('runs methods that are not async, and 10,000 of them without exhausting the stack', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `step${index}`);
    const undone: string[] = [];
    class Long {}
    for (const [index, name] of names.entries()) {
      defineMethod(Long, name, () => {
        if (index === 9_999) throw new Error('at the very end');
        return index;
      }, Step());
      defineMethod(Long, `undo ${name}`, () => void undone.push(name), naming(Compensate, name));
    }
    const outcome = await new SagaRunner().settle(declareSaga(Long));
    expect(outcome.status).toBe('compensated');
    expect(undone).toEqual([...names].reverse());
  });
});

describe('a saga with a step that fails', () => {
  it('undoes everything, last step first, and rejects with the very error, its stack untouched (R8, R16)', async () => {
    const error = new Error('declined');
    const { stack } = error;
    const resolver = failingWith(error);
    const rejection: unknown = await new SagaRunner({ resolver }).run(PlaceOrder, { amount: 1 }).catch((thrown: unknown) => thrown);
    expect(rejection).toBe(error);
    expect(error.stack).toBe(stack);
    expect(resolver.made[0]!.did).toEqual(['reserve', 'charge', 'refund (failed)', 'release reservation of 1']);
  });

  it('settles as compensated, with the error and the step', async () => {
    const outcome = await new SagaRunner({ resolver: failingWith('no') }).settle(PlaceOrder, { amount: 1 });
    expect(outcome).toMatchObject({ status: 'compensated', error: 'no', failedStep: 'charge', otherFailures: [] });
  });

  const throwing = new Error('hostile');
  Object.defineProperty(throwing, 'code', { get: () => { throw new Error('a getter that throws'); } });
  const hostileProxy = new Proxy({}, { get: () => { throw new Error('proxy'); }, has: () => { throw new Error('proxy'); } });
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'declined'],
    ['a frozen Error', Object.freeze(new Error('frozen'))],
    ['an Error with a throwing getter', throwing],
    ['a proxy that throws at everything', hostileProxy],
    ['a symbol', Symbol('s')],
  ])('undoes all the same and gives back the very value when it throws %s (R7, R16)', async (_, value) => {
    const resolver = failingWith(value);
    const outcome = await new SagaRunner({ resolver }).settle(PlaceOrder, { amount: 1 });
    expect(outcome.status).toBe('compensated');
    expect(Object.is(outcome.status === 'compensated' && outcome.error, value)).toBe(true);
    expect(resolver.made[0]!.did.at(-1)).toBe('release reservation of 1');
  });

  it('tells which saga, step and execution an error last ended, the error itself untouched (R16)', async () => {
    const error = Object.freeze(new Error('frozen'));
    const runner = new SagaRunner({ resolver: failingWith(error), newId: () => 'order-7' });
    await expect(runner.run(PlaceOrder, { amount: 1 })).rejects.toBe(error);
    expect(failureOf(error)).toMatchObject({ saga: 'PlaceOrder', step: 'charge', execution: 'order-7' });
    expect(failureOf('a string')).toBeUndefined();
    expect(failureOf(new Error('another'))).toBeUndefined();
  });

  it('rejects with the reason of an AbortSaga where that is an Error, else with the AbortSaga (R16)', async () => {
    const reason = new Error('fraud');
    await expect(new SagaRunner({ resolver: failingWith(new AbortSaga(reason)) }).run(PlaceOrder, { amount: 1 })).rejects.toBe(reason);
    const abort = new AbortSaga('closed');
    await expect(new SagaRunner({ resolver: failingWith(abort) }).run(PlaceOrder, { amount: 1 })).rejects.toBe(abort);
    expect(abort.reason).toBe('closed');
  });

  it('keeps further failures of siblings beside the first (R7)', async () => {
    @Saga()
    class TwoFail {
      @Step() @Async() async slow(): Promise<void> { await Promise.resolve(); await Promise.resolve(); throw new Error('second'); }
      @Step() @Async() async quick(): Promise<void> { throw new Error('first'); }
    }
    const outcome = await new SagaRunner().settle(TwoFail);
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'quick', error: new Error('first') });
    expect(outcome.status === 'compensated' && outcome.otherFailures).toEqual([{ step: 'slow', error: new Error('second') }]);
  });
});

describe('a compensation that fails for good', () => {
  @Saga()
  class Leaky {
    static did: string[] = [];
    @Step() async first(): Promise<string> { return 'one'; }
    @Compensate('first') async undoFirst(): Promise<void> { Leaky.did.push('undo first'); }
    @Step() async second(): Promise<string> { return 'two'; }
    @Compensate('second') async undoSecond(): Promise<void> { throw new Error('the desk is closed'); }
    @Step() async third(): Promise<string> { throw new Error('no'); }
  }

  it('stops, and tells what remains with effects and keys, the failing one first (R15)', async () => {
    Leaky.did = [];
    const outcome = await new SagaRunner({ newId: () => 'x' }).settle(Leaky);
    expect(outcome).toMatchObject({
      status: 'stuck',
      failedStep: 'third',
      error: new Error('no'),
      compensationError: new Error('the desk is closed'),
      remaining: [
        { step: 'second', effect: 'two', key: 'x:second:1', outcome: 'succeeded' },
        { step: 'first', effect: 'one', key: 'x:first:1', outcome: 'succeeded' },
      ],
    });
    expect(Leaky.did).toEqual([]);
  });

  it('makes run throw a SagaStuckError with the same fields, and the compensation error as its cause (R15)', async () => {
    const error: unknown = await new SagaRunner().run(Leaky).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaStuckError);
    expect(error).toMatchObject({ code: 'SAGA_RUNTIME_STUCK', failedStep: 'third', cause: new Error('the desk is closed') });
    expect((error as SagaStuckError).remaining.map(({ step }) => step)).toEqual(['second', 'first']);
    expect(failureOf(error)).toMatchObject({ saga: 'Leaky', step: 'third' });
  });

  it("goes on with the others where onCompensationError answers 'continue', and is stuck all the same (R15)", async () => {
    Leaky.did = [];
    const outcome = await new SagaRunner({ onCompensationError: () => 'continue' }).settle(Leaky);
    expect(Leaky.did).toEqual(['undo first']);
    expect(outcome.status === 'stuck' && outcome.remaining.map(({ step }) => step)).toEqual(['second']);
  });

  it("counts as compensated where the handler answers 'resolved' (R15)", async () => {
    const handler = vi.fn(async () => 'resolved' as const);
    const outcome = await new SagaRunner({ onCompensationError: handler, newId: () => 'x' }).settle(Leaky);
    expect(outcome).toMatchObject({ status: 'compensated', error: new Error('no') });
    expect(handler).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({
      step: 'second',
      error: new Error('the desk is closed'),
      failure: { step: 'third', error: new Error('no') },
      late: false,
    }));
  });

  it.each([
    ['throws', () => { throw new Error('handler'); }],
    ['rejects', () => Promise.reject(new Error('handler'))],
    ['answers something else', () => 'whatever' as 'stop'],
    ['answers what cannot be printed', () => Object.create(null) as 'stop'],
  ])('stops where the handler %s, and reports it (R15)', async (_, onCompensationError) => {
    Leaky.did = [];
    const observed: string[] = [];
    const outcome = await new SagaRunner({ onCompensationError, observers: [(event) => observed.push(event.type)] }).settle(Leaky);
    expect(outcome.status).toBe('stuck');
    expect(Leaky.did).toEqual([]);
    expect(observed).toContain('error-handler-failed');
  });
});

describe('a step that returns skip() (R4)', () => {
  const undone: string[] = [];
  @Saga()
  class Skips {
    @Step() async hotel(): Promise<{ ref: string } | undefined> { return skip(); }
    @Compensate('hotel') async cancelHotel(): Promise<void> { undone.push('hotel'); }
    @Step({ needs: ['hotel'] }) async after({ needs }: StepContext<unknown, Effects<Skips, 'hotel'>>): Promise<void> {
      expect(needs.hotel).toBeUndefined();
      throw new Error('later');
    }
  }

  it('has no effect and nothing to undo, and observers are told', async () => {
    const observed: unknown[] = [];
    const outcome = await new SagaRunner({ observers: [(event) => observed.push(event)] }).settle(Skips);
    expect(outcome).toMatchObject({ status: 'compensated', error: new Error('later') });
    expect(undone).toEqual([]);
    expect(observed).toContainEqual({ type: 'step-skipped', step: 'hotel' });
  });
});

describe('executions at once', () => {
  it('have an instance, an input and effects of their own, 64 of them (R22, R23)', async () => {
    const resolver = preparing<PlaceOrder>();
    const runner = new SagaRunner({ resolver });
    const results = await Promise.all(Array.from({ length: 64 }, (_, amount) => runner.run(PlaceOrder, { amount })));
    expect(results.map(({ effects }) => effects.reserve)).toEqual(Array.from({ length: 64 }, (_, amount) => `reservation of ${amount}`));
    expect(new Set(resolver.made).size).toBe(64);
    expect(new Set(results.map(({ id }) => id)).size).toBe(64);
  });
});

describe('what is no saga', () => {
  class Plain {}
  abstract class AbstractBase {
    @Step() async one(): Promise<void> {}
  }
  @Saga()
  class Fine {
    @Step() async one(): Promise<void> {}
  }
  it.each([
    ['a class without @Saga', Plain],
    ['an abstract base class', AbstractBase],
    ['an instance instead of the class', new Fine()],
    ['undefined', undefined],
    ['a string', 'Fine'],
  ])('is a clear error: %s', async (_, notASaga) => {
    const runner = new SagaRunner();
    const error: unknown = await runner.run(notASaga as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaError);
    const told = isSagaError(error) && [error.code, error.problem.length > 10, error.remedy.length > 10];
    expect(told).toEqual(['SAGA_DEFINITION_NOT_A_SAGA', true, true]);
    await expect(runner.settle(notASaga as never)).rejects.toMatchObject({ code: 'SAGA_DEFINITION_NOT_A_SAGA' });
  });
});
