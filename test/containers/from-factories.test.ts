import { describe, expect, it } from 'vitest';
import { fromFactories, Saga, SagaResolverError, SagaRunner, Step, SubSaga } from 'class-saga';

// What holds for every container is in test/contracts/resolver; here is what is left.

class Work {
  isClosed = false;
  async close(): Promise<void> { this.isClosed = true; }
}
@Saga()
class BookRoom {
  constructor(readonly work: Work) {}
  @Step() async room(): Promise<Work> { return this.work; }
}
@Saga()
class BookTrip {
  @SubSaga(BookRoom) lodging(): SubSaga<BookRoom> { return {}; }
}

describe('a saga from plain factories (R22)', () => {
  it('takes a map of them as well as a list', async () => {
    const resolver = fromFactories(() => new Map<new (work: Work) => object, () => object>([[BookRoom, () => new BookRoom(new Work())]]));
    expect((await new SagaRunner({ resolver }).run(BookRoom)).effects.room.isClosed).toBe(false);
  });

  it('refuses to leave for the end what is no function', async () => {
    const resolver = fromFactories((atEnd) => {
      atEnd(undefined as never);
      return [[BookRoom, () => new BookRoom(new Work())]];
    });
    await expect(new SagaRunner({ resolver }).run(BookRoom)).rejects.toMatchObject({ cause: { code: 'SAGA_RUNTIME_BAD_OPTIONS' } });
  });

  it('fails by the name of the class that no factory makes, and says what to write', async () => {
    const resolver = fromFactories(() => [[BookTrip, () => new BookTrip()]]);
    const error: unknown = await new SagaRunner({ resolver }).run(BookTrip).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SagaResolverError);
    expect(error).toMatchObject({
      problem: 'BookRoom could not be resolved.',
      remedy: 'No factory makes it: add  [BookRoom, () => new BookRoom(…)]  to what is returned to fromFactories.',
    });
  });

  it.each([
    ['throws', (): never => { throw new Error('no connection'); }],
    ['rejects', () => Promise.reject<never>(new Error('no connection'))],
    ['returns no factories', () => undefined as never],
  ])('fails before anything began where the composition %s, and what was left for the end is done', async (_, fail) => {
    const work = new Work();
    const resolver = fromFactories((atEnd) => {
      atEnd(() => work.close());
      return fail();
    });
    const refusal = { code: 'SAGA_RUNTIME_RESOLVER_FAILED', saga: 'BookRoom' };
    await expect(new SagaRunner({ resolver }).run(BookRoom)).rejects.toMatchObject(refusal);
    expect(work.isClosed).toBe(true);
  });

  it('refuses what is no function, at once', () => {
    expect(() => fromFactories([] as never)).toThrowError(/Pass one/);
  });
});
