import 'reflect-metadata';
import { container, inject, injectable, Lifecycle, scoped, singleton } from 'tsyringe';
import type { Disposable } from 'tsyringe';
import { describe, expect, it } from 'vitest';
import { Saga, SagaResolverError, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';

const log: string[] = [];

@scoped(Lifecycle.ContainerScoped)
class UnitOfWork implements Disposable {
  static made = 0;
  readonly number = ++UnitOfWork.made;
  dispose(): void { log.push(`dispose unit of work ${this.number}`); }
}
@singleton()
class Connection implements Disposable {
  disposed = false;
  dispose(): void { this.disposed = true; }
}
@injectable()
class Orders {
  constructor(readonly work: UnitOfWork, readonly connection: Connection) {}
}
@injectable()
class Stock implements Disposable {
  constructor(readonly work: UnitOfWork, readonly connection: Connection) {}
  dispose(): void { log.push('dispose stock'); }
}

@Saga()
@injectable()
class PlaceOrder {
  constructor(readonly orders: Orders, readonly stock: Stock, readonly connection: Connection) {}
  @Step() async place({ input }: StepContext<string>): Promise<{ works: number[]; connections: Connection[] }> {
    expect(this.connection.disposed).toBe(false);
    if (input === 'fail') throw new Error('no');
    await Promise.resolve();
    return { works: [this.orders.work.number, this.stock.work.number], connections: [this.orders.connection, this.connection] };
  }
}

const begin = () => {
  log.length = 0;
  UnitOfWork.made = 0;
  const root = container.createChildContainer();
  root.registerSingleton(Connection);
  return { root, runner: new SagaRunner({ resolver: fromContainer(root) }) };
};

describe('a saga from a tsyringe container (R22)', () => {
  it('shares ContainerScoped dependencies within an execution and not across, and singletons with everyone', async () => {
    const { root, runner } = begin();
    root.register(UnitOfWork, UnitOfWork, { lifecycle: Lifecycle.ContainerScoped });
    const [one, two] = await Promise.all([runner.run(PlaceOrder, ''), runner.run(PlaceOrder, '')]);
    expect(one.effects.place.works).toEqual([1, 1]);
    expect(two.effects.place.works).toEqual([2, 2]);
    expect(new Set([...one.effects.place.connections, ...two.effects.place.connections])).toEqual(new Set([root.resolve(Connection)]));
  });

  it('disposes what was made for the execution, the last made first, even when it failed, and no singleton', async () => {
    const { root, runner } = begin();
    root.register(UnitOfWork, UnitOfWork, { lifecycle: Lifecycle.ContainerScoped });
    expect((await runner.settle(PlaceOrder, 'fail')).status).toBe('compensated');
    expect(log).toEqual(['dispose stock', 'dispose unit of work 1']);
    expect(root.resolve(Connection).disposed).toBe(false);
    expect((await runner.settle(PlaceOrder, '')).status).toBe('completed');
  });

  it('leaves singletons to the container that owns them, which disposes them with itself', async () => {
    const { root, runner } = begin();
    await runner.run(PlaceOrder, '');
    const connection = root.resolve(Connection);
    expect(connection.disposed).toBe(false);
    await root.dispose();
    expect(connection.disposed).toBe(true);
  });

  it('disposes the others too where one disposal throws, and tells of every one', async () => {
    const disposed: string[] = [];
    @injectable()
    class Door implements Disposable { dispose(): void { disposed.push('door'); throw new Error('jammed'); } }
    @injectable()
    class Window implements Disposable { async dispose(): Promise<void> { disposed.push('window'); throw new Error('broken'); } }
    @Saga()
    @injectable()
    class Leave {
      constructor(readonly door: Door, readonly window: Window) {}
      @Step() async go(): Promise<void> {}
    }
    const seen: unknown[] = [];
    const runner = new SagaRunner({ resolver: fromContainer(container.createChildContainer()), observers: [(event) => seen.push(event)] });
    expect((await runner.settle(Leave)).status).toBe('completed');
    expect(disposed).toEqual(['window', 'door']);
    expect(seen.at(-1)).toMatchObject({ type: 'disposal-failed', error: { errors: [new Error('broken'), new Error('jammed')] } });
  });

  it('fails with a clear error before anything began where a registration is missing, and disposes what was made till then', async () => {
    let disposed = false;
    @injectable()
    class Made implements Disposable { dispose(): void { disposed = true; } }
    @Saga()
    @injectable()
    class Incomplete {
      constructor(readonly made: Made, @inject('Mailer') readonly mailer: object) {}
      @Step() async go(): Promise<void> { expect.unreachable(); }
    }
    const error: unknown = await new SagaRunner({ resolver: fromContainer(container) }).run(Incomplete).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaResolverError);
    expect(error).toMatchObject({
      code: 'SAGA_RUNTIME_RESOLVER_FAILED',
      problem: 'Incomplete could not be resolved.',
      remedy: expect.stringMatching(/"mailer" at position #1.*Mailer.*Register it in the container/s) as string,
    });
    expect(disposed).toBe(true);
  });

  it('leaves alone what a singleton was constructed from, even where this execution needed it first', async () => {
    @injectable()
    class Socket implements Disposable { disposed = false; dispose(): void { this.disposed = true; } }
    @injectable()
    class Pool { constructor(readonly socket: Socket) {} }
    @Saga()
    @injectable()
    class Query {
      constructor(readonly pool: Pool) {}
      @Step() async disposed(): Promise<boolean> { return this.pool.socket.disposed; }
    }
    const root = container.createChildContainer();
    root.registerSingleton(Pool);
    const runner = new SagaRunner({ resolver: fromContainer(root.createChildContainer()) });
    expect((await runner.run(Query)).effects).toEqual({ disposed: false });
    expect((await runner.run(Query)).effects).toEqual({ disposed: false });
    expect(root.resolve(Pool).socket.disposed).toBe(false);
  });

  it('says what to do where a class has no type information, and shows what a constructor threw', async () => {
    class Undecorated { constructor(readonly desk: Orders) {} }
    @injectable()
    class Broken { constructor() { throw new Error('DB_URL is not set'); } }
    const remedyOf = async (dependency: new (...args: never[]) => object) => {
      @Saga()
      @injectable()
      class Asks {
        constructor(@inject(dependency) readonly it: object) {}
        @Step() async go(): Promise<void> {}
      }
      const runner = new SagaRunner({ resolver: fromContainer(container) });
      return (await runner.run(Asks).catch((error: unknown) => error)) as SagaResolverError;
    };
    expect((await remedyOf(Undecorated)).remedy).toContain('compile with emitDecoratorMetadata');
    expect((await remedyOf(Broken)).remedy).toMatch(/DB_URL is not set.*See `cause`/s);
  });

  it('refuses what is no container, at once', () => {
    expect(() => fromContainer(undefined as never)).toThrowError(/Pass one/);
  });
});

describe('the sub-sagas and step classes of a saga from a tsyringe container (R22, R24)', () => {
  @injectable()
  class Count {
    constructor(readonly work: UnitOfWork, readonly connection: Connection) {}
    @Step() async execute(): Promise<[number, Connection]> { return [this.work.number, this.connection]; }
  }
  @Saga() @injectable()
  class Child {
    constructor(readonly work: UnitOfWork) {}
    @Step() async one(): Promise<number> { return this.work.number; }
  }
  @Saga() @injectable()
  class Parent {
    constructor(readonly work: UnitOfWork) {}
    @Step() async own(): Promise<number> { return this.work.number; }
    @SubSaga(Child) child(): SubSaga<Child> { return {}; }
    @UseStep(Count) count(): UseStep<Count> { return {}; }
  }

  it('are resolved in its own scope: they share what it shares, and are disposed with it', async () => {
    const { root, runner } = begin();
    root.register(UnitOfWork, UnitOfWork, { lifecycle: Lifecycle.ContainerScoped });
    const [one, two] = await Promise.all([runner.run(Parent), runner.run(Parent)]);
    const connection = root.resolve(Connection);
    expect(one.effects).toEqual({ own: 1, child: { one: 1 }, count: [1, connection] });
    expect(two.effects).toEqual({ own: 2, child: { one: 2 }, count: [2, connection] });
    expect(log.sort()).toEqual(['dispose unit of work 1', 'dispose unit of work 2']);
  });

  it('that cannot be resolved fail the run by their own name before anything began', async () => {
    @Saga() @injectable()
    class Lacking { constructor(@inject('missing') readonly missing: unknown) {} @Step() async one(): Promise<void> {} }
    @Saga() @injectable()
    class Outer {
      @Step() async first(): Promise<void> { log.push('begun'); }
      @SubSaga(Lacking) lacking(): SubSaga<Lacking> { return {}; }
    }
    const { runner } = begin();
    await expect(runner.run(Outer)).rejects.toThrow(/^Lacking could not be resolved.*Register it in the container/s);
    expect(log).toEqual([]);
  });
});
