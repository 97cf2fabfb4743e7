import { AsyncLocalStorage } from 'node:async_hooks';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Async, Compensate, compensationContext, Fallback, retry, Saga, SagaRunner, Step, stepContext, SubSaga, UseStep,
} from 'class-saga';
import type {
  CallContext, CompensationContext, ExecutionRef, Resolver, RetryVerdict, RunOptions, SagaClass, StepContext,
} from 'class-saga';
import { deferred } from '../support/deferred.js';

// What goes along with an execution and is no input: in memory here, on a log in test/durable/stored-metadata.test.ts.

let told: [who: string, metadata: unknown][] = [];
beforeEach(() => (told = []));
const note = (who: string, { metadata }: Pick<CallContext, 'metadata'>): unknown => told.push([who, metadata]);

class Insure {
  @Step() async execute(context: StepContext): Promise<void> { note('insurance', context); }
}
@Saga()
class Lodging {
  @Step() async hotel(context: StepContext): Promise<void> { note('lodging/hotel', context); }
}

/** Everything that has a context. */
@Saga()
class Trip {
  @Step() async card(context: StepContext<boolean>): Promise<void> { note('card', context); }
  @Compensate('card') async releaseCard(_: void, context: CallContext): Promise<void> { note('releaseCard', context); }
  @Step() @Async() async car(context: StepContext): Promise<void> { note('car', context); }
  @SubSaga(Lodging) lodging(): SubSaga<Lodging> {}
  @UseStep(Insure) insurance(): UseStep<Insure> {}
  @Step() async letter(context: StepContext): Promise<void> { note('letter', context); throw new Error('no stamps'); }
  @Fallback('letter') async mail(context: CompensationContext): Promise<void> { note('mail', context); }
  @Step() async pay(context: StepContext<boolean>): Promise<void> {
    note('pay', context);
    if (context.input) throw new Error('declined');
  }
}

@Saga()
class Plain {
  @Step() async card(context: StepContext<string>): Promise<void> { note('card', context); }
  @Compensate('card') async releaseCard(_: void, context: CallContext): Promise<void> { note('releaseCard', context); }
  @Step() async pay(context: StepContext<string>): Promise<void> {
    note('pay', context);
    if (context.input === 'fails') throw new Error('declined');
  }
}

describe('the metadata of an execution', () => {
  const metadata = { tenant: 'acme' };

  it('is in the contexts of its steps, compensations and fallbacks, those of parts included (R24)', async () => {
    expect((await new SagaRunner().settle(Trip, true, { metadata })).status).toBe('compensated');
    expect(told).toEqual([
      'card', 'car', 'lodging/hotel', 'insurance', 'letter', 'mail', 'pay', 'releaseCard',
    ].map((who) => [who, { tenant: 'acme' }]));
  });

  it.each<[string, RunOptions]>([
    ['on its straight course', { metadata }],
    ['off it, because it can be cancelled', { metadata, deadlineMs: 60_000 }],
    ['off it, because its id is given', { metadata, executionId: 'x' }],
  ])('is there %s', async (_, options) => {
    await new SagaRunner().settle(Plain, 'fails', options);
    expect(told).toEqual([['card', metadata], ['pay', metadata], ['releaseCard', metadata]]);
  });

  it('stays when the run leaves its straight course (R11)', async () => {
    let passes = 0;
    @Saga()
    class Again {
      @Step() async card(context: StepContext): Promise<void> { note(`card ${(passes += 1)}`, context); }
      @Compensate('card') async undo(_: void, context: CallContext): Promise<RetryVerdict> {
        note('undo', context);
        return retry({ passes: 2 });
      }
      @Step() async pay(): Promise<void> { if (passes === 1) throw new Error('declined'); }
    }
    await new SagaRunner().run(Again, undefined, { metadata });
    expect(told).toEqual([['card 1', metadata], ['undo', metadata], ['card 2', metadata]]);
  });

  it('is told to observers, the publisher, `finally` handlers and whoever answers for a compensation (R15, R17, R18, R20)', async () => {
    @Saga()
    class Emitting {
      @Step() card({ input, emit }: StepContext<boolean, unknown, string>): void {
        emit('authorized');
        if (input) throw new Error('declined');
      }
      @Compensate('card') releaseCard(): void { throw new Error('line busy'); }
    }
    const runner = new SagaRunner({
      observers: [({ type }, execution) => note(type, execution)],
      publish: (_, execution) => note('publish', execution),
      finally: (_outcome, _input, execution) => note('finally', execution),
      onCompensationError: ({ execution }) => {
        note('onCompensationError', execution);
        return 'stop';
      },
    });
    await runner.run(Emitting, false, { metadata });
    await runner.settle(Emitting, true, { metadata });
    const others = ['publish', 'finally', 'onCompensationError', 'execution-begun', 'execution-ended'];
    expect(told.map(([who]) => who)).toEqual(expect.arrayContaining(others));
    expect(told.map(([, one]) => one)).toEqual(told.map(() => ({ tenant: 'acme' })));
  });

  it('is `{}` where there is none, the same frozen one everywhere', async () => {
    const refs: ExecutionRef[] = [];
    const runner = new SagaRunner({ observers: [(_, execution) => refs.push(execution)], metadata: () => ({}) });
    await runner.settle(Plain, 'fails');
    await runner.settle(Plain, 'fails', { metadata: {}, executionId: 'x' });
    await new SagaRunner().run(Plain, '');
    const all = new Set([...told.map(([, one]) => one), ...refs.map((execution) => execution.metadata)]);
    expect([...all]).toEqual([{}]);
    expect(Object.isFrozen([...all][0])).toBe(true);
  });

  it('is a frozen copy of what was given, one level deep', async () => {
    const gate = deferred<void>();
    const given = { tenant: 'acme', trace: { id: 't-1' } };
    @Saga()
    class Slow {
      @Step() async card(): Promise<void> { await gate.promise; }
      @Step() async pay(context: StepContext): Promise<void> { note('pay', context); }
    }
    const run = new SagaRunner().run(Slow, undefined, { metadata: given });
    given.tenant = 'other';
    gate.resolve();
    await run;
    const [[, seen]] = told as [[string, typeof given]];
    expect(seen).toEqual({ tenant: 'acme', trace: { id: 't-1' } });
    expect(seen.trace).toBe(given.trace);
    expect(Object.isFrozen(seen)).toBe(true);
  });

  it('may have names that objects have', async () => {
    const hostile = JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1, "toString": "x" }') as Record<string, unknown>;
    await new SagaRunner({ metadata: () => ({ tenant: 'acme' }) }).run(Plain, '', { metadata: hostile });
    const seen = told[0]![1] as Record<string, unknown>;
    expect(Object.entries(seen)).toEqual([['tenant', 'acme'], ...Object.entries(hostile)]);
    expect(seen['admin']).toBeUndefined();
  });

  it.each([
    [5, '5'], ['acme', "'acme'"], [null, 'null'], [['acme'], "['acme']"], [new Map(), 'an object'], [new Date(0), 'an object'],
    [Promise.resolve({}), 'an object'], [(): object => ({}), 'a function'],
  ])('is refused where it is no plain object, before anything begins: %o', async (bad, shown) => {
    const open = vi.fn();
    const run = new SagaRunner({ resolver: { open } }).run(Plain, '', { metadata: bad as never });
    await expect(run).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS',
      problem: `Plain cannot be run with these options: 'metadata' is ${shown} and must be a plain object such as { tenant: … }.`,
    });
    expect(open).not.toHaveBeenCalled();
  });

  it('has names and no symbols, and comes at once', async () => {
    const given = { [Symbol('tenant')]: 'acme' };
    await expect(new SagaRunner().run(Plain, 'x', { metadata: given })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS' });
    const later = async (): Promise<never> => {
      throw new Error('nobody hears this');
    };
    await expect(new SagaRunner({ metadata: later as never }).run(Plain, 'x')).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_OPTIONS' });
  });

  it('may come from another realm, or have no prototype', async () => {
    const bare = Object.assign(Object.create(null) as object, { tenant: 'acme' });
    for (const one of [bare, runInNewContext("({ tenant: 'acme' })") as object]) {
      await new SagaRunner().run(Plain, '', { metadata: one as Record<string, unknown> });
      expect(told.pop()).toEqual(['pay', { tenant: 'acme' }]);
    }
  });
});

describe('the `metadata` of a runner', () => {
  it('is asked at each run, in the asynchronous context of the caller', async () => {
    const tenant = new AsyncLocalStorage<string>();
    const runner = new SagaRunner({ metadata: () => ({ tenant: tenant.getStore() }) });
    await Promise.all([
      tenant.run('acme', () => runner.run(Plain, '')),
      tenant.run('umbrella', () => runner.settle(Plain, '', { executionId: 'x' })),
      runner.run(Plain, ''),
    ]);
    const tenants = told.filter(([who]) => who === 'card').map(([, one]) => (one as { tenant: unknown }).tenant);
    expect(tenants).toHaveLength(3);
    expect(tenants).toEqual(expect.arrayContaining(['acme', 'umbrella', undefined]));
  });

  it('gives way to what the call gives, name by name', async () => {
    const runner = new SagaRunner({ metadata: () => ({ tenant: 'acme', trace: { id: 1, sampled: true } }) });
    await runner.run(Plain, '', { metadata: { trace: { id: 2 }, user: 'ann' } });
    expect(told[0]).toEqual(['card', { tenant: 'acme', trace: { id: 2 }, user: 'ann' }]);
  });

  it.each<[string, RunOptions | undefined]>([['', undefined], [', with an id of its own', { executionId: 'x' }]])(
    'that throws rejects the call with that, and nothing begins%s', async (_, options) => {
      const error = new Error('no tenant');
      const open = vi.fn(() => ({ saga: new Plain() }));
      let isAsked = false;
      const metadata = (): object => {
        if (isAsked) return {};
        isAsked = true;
        throw error;
      };
      const runner = new SagaRunner({ resolver: { open }, metadata: metadata as () => Record<string, unknown> });
      await expect(runner.run(Plain, '', options)).rejects.toBe(error);
      expect(open).not.toHaveBeenCalled();
      await runner.run(Plain, '', options); // the id is free
    },
  );

  it.each([[undefined, 'undefined'], [Promise.resolve({}), 'an object'], [[], '[]']])(
    'that returns no plain object is told of, and nothing begins: %o', async (bad, shown) => {
      const runner = new SagaRunner({ metadata: (() => bad) as never });
      await expect(runner.settle(Plain, '')).rejects.toMatchObject({
        code: 'SAGA_RUNTIME_BAD_OPTIONS',
        problem: `The 'metadata' of this runner returned ${shown}, and must return a plain object such as { tenant: … }.`,
      });
      expect(told).toEqual([]);
    },
  );
});

describe('a resolver', () => {
  const metadata = { tenant: 'acme' };

  function resolver(): Resolver & { readonly opened: [SagaClass, ExecutionRef][] } {
    const opened: [SagaClass, ExecutionRef][] = [];
    return {
      opened,
      open: (saga, execution) => {
        opened.push([saga, execution]);
        return { saga: new saga() };
      },
    };
  }

  it.each<[string, RunOptions | undefined]>([
    ['on the straight course', { metadata }],
    ['off it', { metadata, deadlineMs: 60_000 }],
  ])('is told which execution it opens a scope for, and with what metadata, %s (R22)', async (_, options) => {
    const one = resolver();
    const refs = new Set<ExecutionRef>();
    const runner = new SagaRunner({ resolver: one, newId: () => 'x', observers: [(__, execution) => refs.add(execution)] });
    expect((await runner.run(Plain, '', options)).id).toBe('x');
    expect(one.opened).toHaveLength(1);
    const [[saga, execution]] = one.opened as [[SagaClass, ExecutionRef]];
    expect(saga).toBe(Plain);
    expect([...refs]).toEqual([execution]);
    expect({ id: execution.id, saga: execution.saga, metadata: execution.metadata }).toEqual({ id: 'x', saga: 'Plain', metadata });
  });

  it('that asks for no id has none made; one that does has the one that the execution then has (R22, R25)', async () => {
    const newId = vi.fn(() => 'x');
    await new SagaRunner({ resolver: resolver(), newId }).run(Plain, '');
    expect(newId).not.toHaveBeenCalled();
    const asking: Resolver = { open: async (saga, { id }) => ({ saga: new saga(), id }) };
    expect((await new SagaRunner({ resolver: asking, newId }).run(Plain, '')).id).toBe('x');
    expect(newId).toHaveBeenCalledTimes(1);
  });

  it('is told so again for a compensation that is called after the end (R5a, R22)', async () => {
    const one = resolver();
    const rates = deferred<string>();
    const undone = deferred<void>();
    @Saga()
    class Late {
      @Step({ timeoutMs: 1, graceMs: 0 }) rates(): Promise<string> { return rates.promise; }
      @Compensate('rates') async forget(effect: string | undefined, context: CallContext): Promise<void> {
        note(`forget ${effect}`, context);
        if (effect !== undefined) undone.resolve();
      }
    }
    expect((await new SagaRunner({ resolver: one }).settle(Late, undefined, { metadata })).status).toBe('compensated');
    rates.resolve('late');
    await undone.promise;
    expect(told).toEqual([['forget undefined', metadata], ['forget late', metadata]]);
    expect(one.opened).toHaveLength(2);
    expect(one.opened[1]).toEqual(one.opened[0]);
  });
});

describe('a context for unit tests', () => {
  it('has no metadata but what it is given', () => {
    expect([stepContext().metadata, compensationContext().metadata]).toEqual([{}, {}]);
    const metadata = { tenant: 'acme' };
    expect(stepContext({ metadata }).metadata).toBe(metadata);
    expect(compensationContext({ metadata }).metadata).toBe(metadata);
  });
});
