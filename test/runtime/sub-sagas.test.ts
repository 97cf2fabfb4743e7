import { beforeEach, describe, expect, it } from 'vitest';
import {
  Async, Compensate, Finally, retry, Retry, Saga, SagaRunner, skip, Step, SubSaga,
} from 'class-saga';
import type { CompensationContext, Effects, ObservedEvent, RetryVerdict, SagaClass, Settled, StepContext } from 'class-saga';
import { ManualClock } from '../support/manual-clock.js';

// A saga as part of another (R24), run.

let log: string[] = [];
let failing = '';
beforeEach(() => {
  log = [];
  failing = '';
});

function done(name: string, { idempotencyKey }: { readonly idempotencyKey: string }): string {
  log.push(name);
  if (failing === name) throw new Error(`${name} failed`);
  return `${name} ${idempotencyKey}`;
}

interface Stay { readonly guest: string; readonly nights: number }
type StayStep<K extends keyof BookLodging = never> = StepContext<Stay, Effects<BookLodging, K>>;
type StayUndo = CompensationContext<Stay>;

@Saga()
class BookSpa {
  @Step() massage(context: StepContext<{ readonly hours: number }>): string { return done(`massage ${context.input.hours}h`, context); }
  @Compensate('massage') cancelMassage(_: string | undefined, { input, step }: CompensationContext<{ readonly hours: number }>): void {
    log.push(`undo ${step.name} ${input.hours}h`);
  }
}

@Saga({ steps: [['hotel', 'breakfast'], 'spa', 'key'] })
class BookLodging {
  static outcomes: unknown[] = [];
  @Step() @Async() hotel(context: StayStep): string { return done(`hotel for ${context.input.guest}`, context); }
  @Compensate('hotel') cancelHotel(_: string | undefined, { input, step, failure }: StayUndo): void {
    log.push(`undo ${step.name} for ${input.guest}, as ${failure.step} failed`);
  }
  @Step() @Async() breakfast(context: StayStep): string { return done('breakfast', context); }
  @SubSaga(BookSpa) spa({ input }: StayStep): SubSaga<BookSpa> | undefined { return input.nights < 2 ? skip() : { hours: input.nights }; }
  @Step({ needs: ['hotel', 'spa'] }) key({ needs }: StayStep<'hotel' | 'spa'>): string {
    log.push(`key to ${needs.hotel}`);
    return `key, ${needs.spa?.massage ?? 'no spa'}`;
  }
  @Finally() told(outcome: Settled<BookLodging>, input: Stay): void { BookLodging.outcomes.push([input.guest, outcome]); }
}

interface Trip { readonly name: string; readonly nights: number }
type TripStep<K extends keyof BookTrip = never> = StepContext<Trip, Effects<BookTrip, K>>;

@Saga({ steps: ['card', 'lodging', ['flight'], 'charge'] })
class BookTrip {
  @Step() card(context: TripStep): string { return done('card', context); }
  @Compensate('card') releaseCard(): void { log.push('undo card'); }
  @SubSaga(BookLodging, { needs: ['card'] })
  lodging({ input, needs }: TripStep<'card'>): SubSaga<BookLodging> {
    return { guest: `${input.name} with ${needs.card}`, nights: input.nights };
  }
  @Step() @Async() flight(context: TripStep): string { return done('flight', context); }
  @Compensate('flight') cancelFlight(): void { log.push('undo flight'); }
  @Step({ needs: ['lodging'] }) charge(context: TripStep<'lodging'>): string {
    log.push(`charge for ${Object.keys(context.needs.lodging).join()}`);
    return done('charge', context);
  }
}

const plainRunner = () => new SagaRunner({ newId: () => 'x' });

describe('a sub-saga', () => {
  it('runs where it stands, with the input that its parent computed, and its effects are an effect of the parent (R24)', async () => {
    const { effects } = await plainRunner().run(BookTrip, { name: 'Jo', nights: 3 });
    expect(log).toEqual([
      'card', 'hotel for Jo with card x:card:1', 'breakfast', 'massage 3h', 'key to hotel for Jo with card x:card:1 x:lodging/hotel:1',
      'flight', 'charge for hotel,breakfast,spa,key', 'charge',
    ]);
    expect(effects).toEqual({
      card: 'card x:card:1',
      lodging: {
        hotel: 'hotel for Jo with card x:card:1 x:lodging/hotel:1',
        breakfast: 'breakfast x:lodging/breakfast:1',
        spa: { massage: 'massage 3h x:lodging/spa/massage:1' },
        key: 'key, massage 3h x:lodging/spa/massage:1',
      },
      flight: 'flight x:flight:1',
      charge: 'charge x:charge:1',
    });
  });

  it("is undone in the parent's order, its compensations told the input and the names of their own saga (R8, R24)", async () => {
    failing = 'charge';
    const outcome = await plainRunner().settle(BookTrip, { name: 'Jo', nights: 2 });
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'charge' });
    expect(log.slice(log.indexOf('charge') + 1)).toEqual([
      'undo flight', 'undo massage 2h', 'undo hotel for Jo with card x:card:1, as ../charge failed', 'undo card',
    ]);
  });

  it('fails the parent with the path of its failing step (R7, R24)', async () => {
    failing = 'breakfast';
    const outcome = await plainRunner().settle(BookTrip, { name: 'Jo', nights: 2 });
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'lodging/breakfast', error: new Error('breakfast failed') });
    expect(log.slice(-2)).toEqual(['undo hotel for Jo with card x:card:1, as breakfast failed', 'undo card']);
  });

  it('is seen by observers under its path (R18, R24)', async () => {
    const events: ObservedEvent[] = [];
    await new SagaRunner({ observers: [(event) => events.push(event)] }).run(BookTrip, { name: 'Jo', nights: 1 });
    const isDone = (event: ObservedEvent) => event.type === 'step-succeeded' || event.type === 'step-skipped';
    const seen = events.filter(isDone).map(({ type, step }) => `${type} ${step}`);
    expect(seen).toEqual([
      'step-succeeded card', 'step-succeeded lodging', 'step-succeeded lodging/hotel', 'step-succeeded lodging/breakfast',
      'step-skipped lodging/spa', 'step-skipped lodging/spa/massage', 'step-succeeded lodging/key', 'step-succeeded flight',
      'step-succeeded charge',
    ]);
  });

  it('that is skipped does nothing, has no effect, and is passed over when the rest is undone (R4, R24)', async () => {
    failing = 'charge';
    const outcome = await plainRunner().settle(BookTrip, { name: 'Jo', nights: 1 });
    expect(outcome.status).toBe('compensated');
    expect(log.some((line) => line.includes('massage'))).toBe(false);
    failing = '';
    const { effects } = await plainRunner().run(BookTrip, { name: 'Jo', nights: 1 });
    expect(effects.lodging).not.toHaveProperty('spa');
    expect(effects.lodging.key).toBe('key, no spa');
  });

  it('may stand with one of its effects for the whole (R24)', async () => {
    @Saga()
    class Takes {
      @SubSaga(BookSpa, { effect: 'massage' }) spa(): SubSaga<BookSpa, 'massage'> { return { hours: 1 }; }
      @Step({ needs: ['spa'] }) after({ needs }: StepContext<unknown, Effects<Takes, 'spa'>>): string { return `after ${needs.spa}`; }
    }
    expect((await plainRunner().run(Takes)).effects).toEqual({
      spa: 'massage 1h x:spa/massage:1', after: 'after massage 1h x:spa/massage:1',
    });
  });

  it('gives each step that needs it a record of its own, so that none can change what another reads (R3, R24)', async () => {
    @Saga()
    class Reads {
      @SubSaga(BookSpa) spa(): SubSaga<BookSpa> { return { hours: 1 }; }
      @Step({ needs: ['spa'] }) first({ needs }: StepContext<unknown, Effects<Reads, 'spa'>>): void {
        Object.assign(needs.spa, { massage: '' });
      }
      @Step({ needs: ['spa'] }) second({ needs }: StepContext<unknown, Effects<Reads, 'spa'>>): string { return needs.spa.massage; }
    }
    expect((await plainRunner().run(Reads)).effects).toEqual({
      spa: { massage: 'massage 1h x:spa/massage:1' }, second: 'massage 1h x:spa/massage:1',
    });
  });

  it('may be used twice, each with an instance, an input and keys of its own (R22, R24)', async () => {
    const made: object[] = [];
    @Saga()
    class Twice {
      @SubSaga(BookSpa) first(): SubSaga<BookSpa> { return { hours: 1 }; }
      @SubSaga(BookSpa) second(): SubSaga<BookSpa> { return { hours: 2 }; }
    }
    const make = (saga: SagaClass): object => {
      const instance = new saga();
      made.push(instance);
      return instance;
    };
    const runner = new SagaRunner({ newId: () => 'x', resolver: { open: (saga) => ({ saga: make(saga), resolve: make }) } });
    expect((await runner.run(Twice)).effects).toEqual({
      first: { massage: 'massage 1h x:first/massage:1' }, second: { massage: 'massage 2h x:second/massage:1' },
    });
    expect(made.map(({ constructor }) => constructor.name)).toEqual(['Twice', 'BookSpa', 'BookSpa']);
    expect(new Set(made).size).toBe(3);
  });

  it('gets its input anew when it is begun anew (R11, R24)', async () => {
    let passes = 0;
    @Saga()
    class Anew {
      @Step() rate(): number { return (passes += 1); }
      @Compensate('rate') undoRate(): RetryVerdict { return retry({ passes: 2 }); }
      @SubSaga(BookSpa, { needs: ['rate'] }) spa({ needs }: StepContext<unknown, Effects<Anew, 'rate'>>): SubSaga<BookSpa> {
        return { hours: needs.rate };
      }
      @Step() last(): void { if (passes === 1) throw new Error('again'); }
    }
    await plainRunner().run(Anew);
    expect(log).toEqual(['massage 1h', 'undo massage 1h', 'massage 2h']);
  });

  it('whose input cannot be computed fails at the step that opens it, and nothing of it is begun (R24)', async () => {
    @Saga()
    class Broken {
      @Step() card(): void { log.push('card'); }
      @Compensate('card') release(): void { log.push('undo card'); }
      @SubSaga(BookSpa) spa(): SubSaga<BookSpa> { throw new Error('no input'); }
    }
    expect(await plainRunner().settle(Broken)).toMatchObject({ status: 'compensated', failedStep: 'spa', error: new Error('no input') });
    expect(log).toEqual(['card', 'undo card']);
  });

  it('counts its retries against the budget of the whole execution (R11, R24)', async () => {
    @Saga()
    class Child {
      @Step() one(): never { log.push('one'); throw new Error('one'); }
      @Compensate('one') undo(): RetryVerdict { return retry({ passes: 3 }); }
    }
    @Saga()
    class Parent {
      @Step() zero(): void { log.push('zero'); }
      @Compensate('zero') undo(): RetryVerdict { return retry({ passes: 3 }); }
      @SubSaga(Child) child(): SubSaga<Child> { return {}; }
    }
    await plainRunner().settle(Parent);
    expect(log).toEqual(['zero', 'one', 'one', 'one']);
  });

  it('in doubt after the end gets a fresh instance of its own class, and the input of its round (R5a, R24)', async () => {
    const clock = new ManualClock();
    let land: (booking: string) => void = () => {};
    @Saga()
    class Desk {
      readonly made = log.push('made');
      @Step({ timeoutMs: 10 }) book(_: StepContext<string>): Promise<string> { return new Promise((resolve) => (land = resolve)); }
      @Compensate('book', { requiresEffect: true }) cancel(booking: string, { input, step }: CompensationContext<string>): void {
        log.push(`undo ${step.name} ${booking} of ${input}, ${step.key}`);
      }
    }
    @Saga()
    class Asks {
      @SubSaga(Desk) desk(): SubSaga<Desk> { return 'Jo'; }
    }
    const runner = new SagaRunner({ clock, newId: () => 'x' });
    await clock.until(runner.settle(Asks));
    log = [];
    land('B-1');
    await clock.advance(0);
    expect(log).toEqual(['made', 'undo book B-1 of Jo, x:desk/book:1']);
  });
});

describe("a sub-saga's @Finally methods", () => {
  beforeEach(() => {
    BookLodging.outcomes = [];
  });

  it("are called at the root's end with the end in their own names, and the input of the sub-saga (R17, R24)", async () => {
    await plainRunner().run(BookTrip, { name: 'Jo', nights: 1 });
    failing = 'charge';
    await plainRunner().settle(BookTrip, { name: 'Al', nights: 1 });
    failing = 'breakfast';
    await plainRunner().settle(BookTrip, { name: 'Bo', nights: 1 });
    expect(BookLodging.outcomes).toMatchObject([
      ['Jo with card x:card:1', { status: 'completed', effects: { breakfast: 'breakfast x:lodging/breakfast:1' } }],
      ['Al with card x:card:1', { status: 'compensated', failedStep: '../charge' }],
      ['Bo with card x:card:1', { status: 'compensated', failedStep: 'breakfast' }],
    ]);
  });

  it('are told what was emitted in it, and nothing else (R20, R24)', async () => {
    const told: unknown[] = [];
    type Emits = StepContext<unknown, object, string>;
    @Saga() class Child {
      @Step() one({ emit }: Emits): void { emit('in the child'); }
      @Finally() end(outcome: Settled<Child>): void { told.push(outcome.status === 'completed' && outcome.events); }
    }
    @Saga() class Parent {
      @Step() before({ emit }: Emits): void { emit('before'); }
      @SubSaga(Child) child(): SubSaga<Child> {}
    }
    expect((await plainRunner().run(Parent)).events).toEqual(['before', 'in the child']);
    expect(told).toEqual([['in the child']]);
  });

  it('are not called at a completed end where it was skipped at last, though it was opened before (R11, R24)', async () => {
    const told: string[] = [];
    let passes = 0;
    @Saga() class Child {
      @Step() one(): void {}
      @Finally() end({ status }: Settled<Child>): void { told.push(status); }
    }
    @Saga() class Parent {
      @Step() count(): void { passes += 1; }
      @Compensate('count') undo(): RetryVerdict { return retry({ passes: 2 }); }
      @SubSaga(Child) child(): SubSaga<Child> | undefined { return passes === 1 ? {} : skip(); }
      @Step() last(): void { if (passes === 1) throw new Error('again'); }
    }
    expect((await plainRunner().settle(Parent)).status).toBe('completed');
    expect(told).toEqual([]);
  });

  it('are not called where it was never opened (R24)', async () => {
    failing = 'card';
    await plainRunner().settle(BookTrip, { name: 'Jo', nights: 1 });
    expect(BookLodging.outcomes).toEqual([]);
  });

  it('come before those of its parent, innermost first (R17, R24)', async () => {
    const called: string[] = [];
    @Saga() class Inner { @Step() one(): void {} @Finally() end(): void { called.push('inner'); } }
    @Saga() class Middle { @SubSaga(Inner) inner(): SubSaga<Inner> { return {}; } @Finally() end(): void { called.push('middle'); } }
    @Saga() class Outer { @SubSaga(Middle) middle(): SubSaga<Middle> { return {}; } @Finally() end(): void { called.push('outer'); } }
    await new SagaRunner({ finally: () => called.push('runner') }).run(Outer);
    expect(called).toEqual(['inner', 'middle', 'outer', 'runner']);
  });
});

describe('the instances of sub-sagas', () => {
  it('that cannot be resolved fail the run before anything began, and the scope is disposed (R22, R24)', async () => {
    const runner = new SagaRunner({
      resolver: {
        open: (saga) => ({
          saga: new (saga as new () => object)(),
          resolve: () => { throw new Error('not registered'); },
          dispose: () => void log.push('disposed'),
        }),
      },
    });
    await expect(runner.run(BookTrip, { name: 'Jo', nights: 1 })).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_RESOLVER_FAILED', cause: new Error('not registered'),
    });
    expect(log).toEqual(['disposed']);
  });

  it('are constructed where the scope cannot resolve and they take no arguments; else the error says what to do', async () => {
    class Rates { readonly usd = 1; }
    @Saga() class NeedsRates { constructor(readonly rates: Rates) {} @Step() one(): number { return this.rates.usd; } }
    @Saga() class Parent { @SubSaga(NeedsRates) child(): SubSaga<NeedsRates> { return {}; } }
    await expect(plainRunner().run(Parent)).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_NO_RESOLVER', problem: expect.stringContaining('The constructor of NeedsRates takes arguments') as string,
    });
  });

  it('that are of another class are named by the class that they should be of', async () => {
    const runner = new SagaRunner({ resolver: { open: (saga) => ({ saga: new saga(), resolve: () => ({}) }) } });
    const outcome = await runner.settle(BookTrip, { name: 'Jo', nights: 1 });
    expect(outcome.status !== 'completed' && outcome.error).toMatchObject({
      code: 'SAGA_RUNTIME_RESOLVER_FAILED', remedy: expect.stringContaining('it must be one of BookLodging') as string,
    });
  });

  it('must be objects', async () => {
    const runner = new SagaRunner({ resolver: { open: (saga) => ({ saga: new saga(), resolve: () => 1 as never }) } });
    await expect(runner.run(BookTrip, { name: 'Jo', nights: 1 })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_RESOLVER_FAILED' });
  });
});

describe('steps beside a sub-saga', () => {
  it('that are async never run beside its own (R2, R24)', async () => {
    let running = 0;
    let most = 0;
    async function together(): Promise<void> {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    }
    @Saga() class Child { @Step() @Async() one(): Promise<void> { return together(); } }
    @Saga()
    class Parent {
      @Step() @Async() before(): Promise<void> { return together(); }
      @SubSaga(Child) child(): SubSaga<Child> { return {}; }
      @Step() @Async() after(): Promise<void> { return together(); }
    }
    await plainRunner().run(Parent);
    expect(most).toBe(1);
  });

  it('may be retried in place inside it as anywhere (R6, R24)', async () => {
    let tries = 0;
    @Saga() class Child {
      @Step() @Retry({ attempts: 3, retryIf: (error) => error instanceof RangeError }) one(): number {
        tries += 1;
        if (tries < 3) throw new RangeError('no');
        return tries;
      }
    }
    @Saga() class Parent { @SubSaga(Child) child(): SubSaga<Child> { return {}; } }
    expect((await plainRunner().run(Parent)).effects.child.one).toBe(3);
  });
});
