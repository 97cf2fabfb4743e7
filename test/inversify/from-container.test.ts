import { Container, ContainerModule, inject, injectable, preDestroy } from 'inversify';
import { beforeEach, describe, expect, it } from 'vitest';
import { Saga, SagaResolverError, SagaRunner, Step, SubSaga } from 'class-saga';
import { fromContainer } from 'class-saga/inversify';

// What holds for every container is in test/contracts/resolver; here is what is inversify's own.

let log: string[] = [];
beforeEach(() => {
  log = [];
});

@injectable()
class Work {
  static made = 0;
  readonly number = ++Work.made;
  @preDestroy() close(): void { log.push(`close ${this.number}`); }
}
@Saga() @injectable()
class BookRoom {
  constructor(readonly work: Work) {}
  @Step() async room(): Promise<number> { return this.work.number; }
}
@Saga() @injectable()
class BookTrip {
  constructor(readonly work: Work) {}
  @SubSaga(BookRoom) lodging(): SubSaga<BookRoom> { return {}; }
  @Step() async flight(): Promise<number> { return this.work.number; }
}

const works = new ContainerModule(({ bind }) => void bind(Work).toSelf().inSingletonScope());

describe('a saga from an inversify container (R22)', () => {
  beforeEach(() => {
    Work.made = 0;
  });

  it.each(['rebind', 'rebindAsync'] as const)('deactivates what a module of the execution binds anew, by %s', async (how) => {
    const container = new Container();
    container.bind(Work).toSelf().inSingletonScope();
    const anew = new ContainerModule(async (options) => {
      options.bind(Work).toSelf().inSingletonScope();
      (await options[how](Work)).toSelf().inSingletonScope().onDeactivation(() => void log.push('deactivated'));
    });
    const runner = new SagaRunner({ resolver: fromContainer(container, anew) });
    await runner.run(BookRoom);
    await runner.run(BookRoom);
    expect(log.filter((entry) => entry === 'deactivated')).toHaveLength(2);
  });

  it('shares what modules of the execution bind in singleton scope, and calls its @preDestroy at the end', async () => {
    const runner = new SagaRunner({ resolver: fromContainer(new Container(), works) });
    expect((await runner.run(BookTrip)).effects).toEqual({ lodging: { room: 1 }, flight: 1 });
    expect((await runner.run(BookTrip)).effects).toEqual({ lodging: { room: 2 }, flight: 2 });
    expect(log).toEqual(['close 1', 'close 2']);
  });

  it('has an instance for each execution, even where the container binds it as a singleton', async () => {
    const container = new Container({ defaultScope: 'Singleton' });
    container.bind(BookRoom).toSelf();
    const runner = new SagaRunner({ resolver: fromContainer(container, works) });
    expect((await runner.run(BookRoom)).effects).toEqual({ room: 1 });
    expect((await runner.run(BookRoom)).effects).toEqual({ room: 2 });
  });

  it('is made as a module of the execution binds it, if one does', async () => {
    const runner = new SagaRunner({
      resolver: fromContainer(new Container(), works, new ContainerModule(({ bind }) => {
        bind(BookRoom).toDynamicValue((context) => new BookRoom(Object.assign(context.get(Work), { number: 7 })));
      })),
    });
    expect((await runner.run(BookRoom)).effects).toEqual({ room: 7 });
  });

  it('takes modules that are loaded asynchronously', async () => {
    const later = new ContainerModule(async ({ bind }) => {
      await Promise.resolve();
      bind(Work).toSelf().inSingletonScope();
    });
    expect((await new SagaRunner({ resolver: fromContainer(new Container(), later) }).run(BookRoom)).effects).toEqual({ room: 1 });
  });

  it('leaves alone what the container has under the same name as a module', async () => {
    const container = new Container();
    container.bind(Work).toSelf().inSingletonScope();
    const own = container.get(Work);
    const runner = new SagaRunner({ resolver: fromContainer(container, works) });
    expect((await runner.run(BookRoom)).effects).toEqual({ room: 2 });
    expect(log).toEqual(['close 2']);
    expect(container.get(Work)).toBe(own);
  });

  it('disposes of what is still being made when something else has failed', async () => {
    @Saga() @injectable()
    class Query {
      constructor(@inject('slow') readonly slow: object, @inject('failing') readonly failing: object) {}
      @Step() async rows(): Promise<void> { expect.unreachable(); }
    }
    const modules = new ContainerModule(({ bind }) => {
      const slow = async (): Promise<object> => {
        await new Promise((resolve) => setImmediate(resolve));
        log.push('slow is made');
        return {};
      };
      bind<object>('slow').toDynamicValue(slow).inSingletonScope().onDeactivation(() => void log.push('close slow'));
      bind<object>('failing').toDynamicValue(() => Promise.reject(new Error('no route'))).inSingletonScope();
    });
    await expect(new SagaRunner({ resolver: fromContainer(new Container(), modules) }).run(Query)).rejects.toThrow(/no route/);
    expect(log).toEqual(['slow is made', 'close slow']);
  });

  it('fails with what inversify says, and what to do about it, where a binding is missing', async () => {
    const runner = new SagaRunner({ resolver: fromContainer(new Container()) });
    const error: unknown = await runner.run(BookTrip).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaResolverError);
    expect(error).toMatchObject({
      problem: 'BookTrip could not be resolved.',
      remedy: expect.stringMatching(/^No bindings found for service: "Work"\. Trying to resolve .* "BookTrip"\. .*Bind it/) as string,
    });
  });

  it('says what to do where a class has no type information', async () => {
    class Undecorated { constructor(readonly work: Work) {} }
    @Saga() @injectable()
    class Asks {
      constructor(@inject('it') readonly it: object) {}
      @Step() async go(): Promise<void> {}
    }
    const modules = new ContainerModule(({ bind }) => void bind<object>('it').to(Undecorated));
    const runner = new SagaRunner({ resolver: fromContainer(new Container(), modules) });
    await expect(runner.run(Asks)).rejects.toThrow(/missing metadata on type "Undecorated"/);
  });

  it('refuses what is no container, at once', () => {
    expect(() => fromContainer(undefined as never)).toThrowError(/Pass one/);
  });
});
