import { asClass, asValue, createContainer } from 'awilix';
import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaResolverError, SagaRunner, Step } from 'class-saga';
import { fromContainer } from 'class-saga/awilix';

// What holds for every container is in test/contracts/resolver; here is what is awilix's own.

class Work {
  isClosed = false;
}
@Saga()
class BookTrip {
  readonly #work: Work;
  readonly #desk: string;
  constructor({ work, desk }: { readonly work: Work; readonly desk: string }) {
    this.#work = work;
    this.#desk = desk;
  }
  @Step() async room(): Promise<string> { return `${this.#desk} ${this.#work.isClosed ? 'closed' : 'open'}`; }
  @Compensate('room') async cancel(): Promise<void> {}
}

const workInAll: Work[] = [];
const given = () => {
  workInAll.length = 0;
  const container = createContainer({ strict: true }).register({
    work: asClass(Work).scoped().disposer((work) => {
      work.isClosed = true;
      workInAll.push(work);
    }),
    desk: asValue('the desk is'),
  });
  return { container, runner: new SagaRunner({ resolver: fromContainer(container) }) };
};

describe('a saga from an awilix container (R22)', () => {
  it('takes its dependencies by name out of one object, as awilix does by default', async () => {
    const { runner } = given();
    expect((await runner.run(BookTrip)).effects).toEqual({ room: 'the desk is open' });
    expect(workInAll).toMatchObject([{ isClosed: true }]);
  });

  it('needs no registration, and none that it has is used: each execution has an instance of its own', async () => {
    const { container, runner } = given();
    container.register({ bookTrip: asClass(BookTrip).singleton() });
    await runner.run(BookTrip);
    await runner.run(BookTrip);
    expect(new Set(workInAll).size).toBe(2);
  });

  it('is refused in strict mode where a singleton needs what is scoped', async () => {
    class Pool { constructor({ work }: { readonly work: Work }) { work.isClosed = false; } }
    @Saga()
    class Query {
      constructor({ pool }: { readonly pool: Pool }) { void pool; }
      @Step() async rows(): Promise<void> {}
    }
    const { container, runner } = given();
    container.register({ pool: asClass(Pool).singleton() });
    await expect(runner.check(Query)).rejects.toThrow(/'work' has a shorter lifetime than its ancestor: 'pool'/);
  });

  it('fails with what awilix says, and what to do about it, where a registration is missing', async () => {
    const runner = new SagaRunner({ resolver: fromContainer(createContainer({ strict: true })) });
    const error: unknown = await runner.run(BookTrip).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaResolverError);
    expect(error).toMatchObject({
      problem: 'BookTrip could not be resolved.',
      remedy: "Could not resolve 'work'. Resolution path: work. Register it in the container.",
    });
  });

  it('refuses what is no container, at once', () => {
    expect(() => fromContainer(undefined as never)).toThrowError(/Pass one/);
  });
});
