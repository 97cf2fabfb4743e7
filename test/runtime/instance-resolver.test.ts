import { describe, expect, it } from 'vitest';
import { Saga, SagaRunner, SagaResolverError, Step } from 'class-saga';
import type { ObservedEvent, Resolver } from 'class-saga';

@Saga()
class Bare {
  @Step() async one(): Promise<number> { return 1; }
}
@Saga()
class Needy {
  constructor(readonly desk: object) {}
  @Step() async one(): Promise<number> { return 1; }
}
@Saga()
class Heir extends Needy {}

describe('a runner without a resolver (R22)', () => {
  it('constructs a class whose constructor takes no arguments', async () => {
    expect((await new SagaRunner().run(Bare)).effects).toEqual({ one: 1 });
  });

  it.each([Needy, Heir])('says what to do where the constructor takes arguments, its own or its base class\'s: %s', async (saga) => {
    await expect(new SagaRunner().run(saga as never)).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_NO_RESOLVER',
      problem: expect.stringContaining(`The constructor of ${saga.name} takes arguments`) as string,
      remedy: expect.stringContaining('fromContainer(container)') as string,
    });
  });

  it('sees through the constructor that TypeScript emits for a class with fields where the target has none', async () => {
    const source = 'class Emitted extends Base { constructor() { super(...arguments); this.retries = 3; } } return Emitted;';
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as TypeScript emits it for ES2021
    const Emitted = new Function('Base', source)(Needy) as typeof Needy;
    Saga()(Emitted);
    await expect(new SagaRunner().run(Emitted)).rejects.toMatchObject({ code: 'SAGA_RUNTIME_NO_RESOLVER' });
  });

  it('constructs a subclass whose own constructor takes none', async () => {
    @Saga()
    class Settled extends Needy {
      constructor() { super({}); }
    }
    expect((await new SagaRunner().run(Settled)).status).toBe('completed');
  });
});

describe('a resolver that supplies something else', () => {
  it('is named in the error of the step that cannot be called (R22)', async () => {
    const outcome = await new SagaRunner({ resolver: { open: () => ({ saga: new Date() }) } }).settle(Bare);
    expect(outcome).toMatchObject({ status: 'compensated', error: { code: 'SAGA_RUNTIME_RESOLVER_FAILED' } });
    expect((outcome as { error: Error }).error.message).toContain("has no method 'one': it must be one of Bare");
  });
});

describe('a resolver that fails (R22)', () => {
  const failing: [string, Resolver][] = [
    ['throws', { open: () => { throw new Error('no database'); } }],
    ['rejects', { open: () => Promise.reject(new Error('no database')) }],
    ['supplies nothing', { open: () => undefined as never }],
    ['supplies no instance', { open: () => ({ saga: undefined as never }) }],
    ['supplies no instance later', { open: () => Promise.resolve({ saga: null as never }) }],
  ];
  it.each(failing)('fails the execution before anything began: it %s', async (_, resolver) => {
    const seen: ObservedEvent[] = [];
    const runner = new SagaRunner({ resolver, observers: [(event) => seen.push(event)], finally: () => expect.unreachable() });
    const error: unknown = await runner.settle(Bare).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaResolverError);
    expect(error).toMatchObject({ code: 'SAGA_RUNTIME_RESOLVER_FAILED', saga: 'Bare' });
    expect(seen).toEqual([]);
  });
});
