import { describe, expect, it, vi } from 'vitest';
import { Compensate, compensationContext, retry, Retry, Saga, SagaRunner, Step, stepContext } from 'class-saga';
import type { CompensationContext, Effects, RetryVerdict, StepContext } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';

@Saga()
class Trip {
  @Step() async rates(_: StepContext<{ currency: string }>): Promise<number> { return 2; }
  @Step({ needs: ['rates'] })
  async price({ input, needs, idempotencyKey }: StepContext<{ currency: string }, Effects<Trip, 'rates'>>): Promise<string> {
    return `${needs.rates} ${input.currency} ${idempotencyKey}`;
  }
  @Compensate('price')
  async withdraw(price: string | undefined, { step, failure, attempt }: CompensationContext): Promise<void> {
    expect([price, step.outcome, failure.step, attempt]).toEqual(['p', 'succeeded', 'laterStep', 1]);
  }
}

describe('contexts for unit tests of a single method', () => {
  it('need only what the method reads', async () => {
    const price = await new Trip().price(stepContext({ input: { currency: 'EUR' }, needs: { rates: 3 } }));
    expect(price).toBe('3 EUR test-key');
    await new Trip().withdraw('p', compensationContext());
  });

  it('take what is given and complete the rest', () => {
    const signal = AbortSignal.abort();
    expect(stepContext({ attempt: 2, signal })).toMatchObject({ attempt: 2, signal, idempotencyKey: 'test-key', needs: {} });
    expect(stepContext().signal.aborted).toBe(false);
    const context = compensationContext({ step: { outcome: 'in-doubt' }, failure: { error: 'x' } });
    expect(context.step).toEqual({ name: 'step', key: 'test-step-key', outcome: 'in-doubt', error: undefined });
    expect(context.failure).toEqual({ step: 'laterStep', error: 'x' });
  });
});

describe('the context of a step', () => {
  it('says whether an earlier run under its key may have done something that nobody knows (R5, R11)', async () => {
    const inDoubt: [key: string, inDoubt: boolean][] = [];
    @Saga()
    class Doubts {
      @Step() async card({ idempotencyKey, inDoubt: itself }: StepContext): Promise<void> {
        inDoubt.push([idempotencyKey, itself]);
      }
      @Compensate('card') async releaseCard(): Promise<RetryVerdict> {
        return retry({ passes: 2 });
      }
      @Step({ timeoutMs: 1, graceMs: 0 }) async rates({ idempotencyKey, inDoubt: itself, attempt }: StepContext): Promise<void> {
        inDoubt.push([idempotencyKey, itself]);
        if (attempt === 1) await new Promise(() => {});
      }
    }
    await new SagaRunner({ newId: () => 'x' }).run(Doubts);
    expect(inDoubt).toEqual([['x:card:1', false], ['x:rates:1', false], ['x:card:2', false], ['x:rates:1', true]]);
  });

  it('does not say so of an attempt that failed, nor in a unit test unless it is told (R6)', async () => {
    const inDoubt: boolean[] = [];
    @Saga()
    class Repeats {
      @Step()
      @Retry({ attempts: 2 })
      async rates({ inDoubt: itself, attempt }: StepContext): Promise<void> {
        inDoubt.push(itself);
        if (attempt === 1) throw new Error('no rates');
      }
    }
    await new SagaRunner().run(Repeats);
    expect(inDoubt).toEqual([false, false]);
    expect([stepContext().inDoubt, stepContext({ inDoubt: true }).inDoubt]).toEqual([false, true]);
  });
});

describe('a copy of a context', () => {
  it('lacks what is made when first asked for, in a run and in a unit test alike', async () => {
    @Saga()
    class Copies {
      @Step() async one(context: StepContext<string>): Promise<string[]> {
        return Object.keys({ ...context });
      }
    }
    expect((await new SagaRunner().run(Copies, 'x')).effects.one).toEqual(['input', 'needs']);
    expect(Object.keys({ ...stepContext({ input: 'x' }) })).toEqual(['input', 'needs']);
    expect(Object.keys({ ...compensationContext() })).toEqual(['input', 'needs']);
  });
});

describe('what costs time to make', () => {
  it('is made when first asked for: a saga that asks for no id, key or signal gets none', async () => {
    const newId = vi.fn(() => 'x');
    const made = vi.spyOn(globalThis, 'AbortController');
    @Saga()
    class Frugal {
      @Step({ timeoutMs: 1_000 }) async one({ input }: StepContext<number>): Promise<number> { return input; }
    }
    await new SagaRunner({ newId }).run(Frugal, 1);
    expect([newId.mock.calls.length, made.mock.calls.length]).toEqual([0, 0]);
    made.mockRestore();
  });

  it('stays the same when asked for again', async () => {
    @Saga()
    class Asks {
      @Step() async one(context: StepContext): Promise<void> {
        expect(context.signal).toBe(context.signal);
        expect(context.needs).toBe(context.needs);
        expect(context.idempotencyKey).toBe(context.idempotencyKey);
      }
    }
    await new SagaRunner().run(Asks);
  });
});

describe('a step of a hostile name', () => {
  it('is run, needed, undone and keyed like any other: __proto__, constructor-like names, emoji', async () => {
    const names = ['__proto__', 'toString', 'hasOwnProperty', '🚀', 'a'.repeat(300)];
    const keys: string[] = [];
    const undone: string[] = [];
    let fails = false;
    class Hostile {}
    names.forEach((name, index) => {
      const method = (context: StepContext<unknown, Record<string, unknown>>): string => {
        keys.push(context.idempotencyKey);
        expect(Object.keys(context.needs)).toEqual(names.slice(0, index));
        expect(Object.getPrototypeOf(context.needs)).toBe(Object.prototype);
        return name;
      };
      defineMethod(Hostile, name, method, (Step as unknown as (options: object) => unknown)({ needs: names.slice(0, index) }));
      defineMethod(Hostile, `undo ${name}`, () => void undone.push(name), naming(Compensate, name));
    });
    defineMethod(Hostile, 'last', () => { if (fails) throw new Error('no'); }, Step());
    const saga = declareSaga(Hostile);
    const completed = await new SagaRunner({ newId: () => 'x' }).run(saga);
    expect(Object.entries(completed.effects)).toEqual(names.map((name) => [name, name]));
    expect(new Set(keys).size).toBe(names.length);
    expect(keys.every((key) => /^[\x20-\x7e]+$/.test(key))).toBe(true);
    fails = true;
    expect((await new SagaRunner().settle(saga)).status).toBe('compensated');
    expect(undone).toEqual([...names].reverse());
  });
});
