import { Inject, Injectable, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { getSagaRunnerToken, InjectSaga, InjectSagaRunner, SagaModule } from 'class-saga/nestjs';
import type { SagaHandle, SagaOptions, SagaOptionsFactory } from 'class-saga/nestjs';
import { begun, closedAfterwards } from './application.js';
import { BookTrip, Ledger, TripBooked } from './trip.js';

const payloads = { classes: [TripBooked] };

@Injectable()
class Agency {
  @InjectSaga(BookTrip) readonly asProperty!: SagaHandle<BookTrip>;

  constructor(@InjectSaga(BookTrip) readonly bookTrip: SagaHandle<BookTrip>, @Inject(SagaRunner) readonly runner: SagaRunner) {}
}

@Module({ providers: [BookTrip, Ledger, Agency], exports: [Agency, Ledger] })
class TripsModule {}

describe('a saga in a Nest application', () => {
  it('runs with what its module provides, by its handle and by the runner', async () => {
    const app = await begun({ imports: [SagaModule.forRoot(), TripsModule] });
    const { bookTrip, runner, asProperty } = app.get(Agency);
    expect((await bookTrip.run({ to: 'Kyiv' })).effects).toEqual({ hotel: 'a room in Kyiv', charge: 1 });
    expect((await asProperty.settle({ to: 'Odesa' })).status).toBe('completed');
    expect(await runner.settle(BookTrip, { to: 'Lviv', refused: 'plainly' })).toMatchObject({ status: 'compensated' });
    expect(app.get(Ledger).entries).toEqual(['hotel in Kyiv', 'hotel in Odesa', 'hotel in Lviv', 'cancelled a room in Lviv']);
  });

  it('starts on the log, and is found there again', async () => {
    const app = await begun({ imports: [SagaModule.forRoot({ log: memoryLog(), payloads }), TripsModule] });
    const { bookTrip } = app.get(Agency);
    const started = await bookTrip.start({ to: 'Kyiv' }, { id: 'trip-1' });
    expect((await started.result()).effects).toEqual({ hotel: 'a room in Kyiv', charge: 1 });
    expect(await bookTrip.handle('trip-1').status()).toBe('completed');
    await bookTrip.start({ to: 'Kyiv' }, { id: 'trip-1' });
    expect(app.get(Ledger).entries).toEqual(['hotel in Kyiv']);
  });

  it('is asked for without the module that provides it', async () => {
    @Injectable()
    class Elsewhere {
      constructor(@InjectSaga(BookTrip) readonly bookTrip: SagaHandle<BookTrip>) {}
    }
    @Module({ providers: [Elsewhere] })
    class OtherModule {}
    const app = await begun({ imports: [SagaModule.forRoot(), TripsModule, OtherModule] });
    expect((await app.get(Elsewhere).bookTrip.run({ to: 'Kyiv' })).effects.charge).toBe(1);
  });
});

describe('SagaModule.forRootAsync', () => {
  const log = memoryLog();
  @Module({ providers: [{ provide: 'LOG', useValue: log }], exports: ['LOG'] })
  class LogModule {}

  @Injectable()
  class Options implements SagaOptionsFactory {
    constructor(@Inject('LOG') private readonly given: typeof log) {}

    async createSagaOptions(): Promise<SagaOptions> {
      return { log: this.given, payloads };
    }
  }
  @Module({ imports: [LogModule], providers: [Options], exports: [Options] })
  class OptionsModule {}

  const ways: readonly (readonly [string, () => DynamicModule])[] = [
    ['useFactory', () => SagaModule.forRootAsync({
      imports: [LogModule], inject: ['LOG'], useFactory: async (given: typeof log) => ({ log: given, payloads }),
    })],
    ['useClass', () => SagaModule.forRootAsync({ imports: [LogModule], useClass: Options })],
    ['useExisting', () => SagaModule.forRootAsync({ imports: [OptionsModule], useExisting: Options })],
  ];

  it.each(ways)('takes options of other modules: %s', async (way, module) => {
    const app = await begun({ imports: [module(), TripsModule] });
    await (await app.get(Agency).bookTrip.start({ to: 'Kyiv' }, { id: way })).settled();
    expect((await log.heads([way])).map(({ status }) => status)).toEqual(['completed']);
  });

  it('says what is missing', () => {
    expect(() => SagaModule.forRootAsync({})).toThrow('useFactory, useClass or useExisting');
  });
});

describe('runners with names', () => {
  @Saga()
  @Injectable()
  class CloseBooks {
    @Step()
    async close({ input }: StepContext<number>): Promise<string> {
      return `closed ${input}`;
    }
  }
  @Injectable()
  class Bookkeeping {
    constructor(
      @InjectSaga(CloseBooks) readonly closeBooks: SagaHandle<CloseBooks>,
      @InjectSagaRunner('books') readonly books: SagaRunner,
    ) {}
  }

  it('have logs and sagas of their own', async () => {
    const [trips, books] = [memoryLog(), memoryLog()];
    const app = await begun({
      imports: [
        SagaModule.forRoot({ log: trips, payloads }),
        SagaModule.forRootAsync({ name: 'books', sagas: [CloseBooks], useFactory: () => ({ log: books }) }),
        TripsModule,
      ],
      providers: [CloseBooks, Bookkeeping],
    });
    const { closeBooks, books: runner } = app.get(Bookkeeping);
    await (await closeBooks.start(2026, { id: 'of-2026' })).settled();
    await (await app.get(Agency).bookTrip.start({ to: 'Kyiv' }, { id: 'to-kyiv' })).settled();
    expect((await books.heads(['of-2026', 'to-kyiv'])).map(({ id }) => id)).toEqual(['of-2026']);
    expect((await trips.heads(['of-2026', 'to-kyiv'])).map(({ id }) => id)).toEqual(['to-kyiv']);
    expect(app.get(getSagaRunnerToken('books'))).toBe(runner);
    expect(app.get(SagaRunner)).not.toBe(runner);
  });
});

describe('two applications in one process', () => {
  it('share nothing: each has its runner, its providers and its listeners', async () => {
    const apps = await Promise.all([1, 2].map(() => begun({ imports: [SagaModule.forRoot(), TripsModule] })));
    const [one, other] = apps.map((app) => app.get(Agency));
    expect(one!.runner).not.toBe(other!.runner);
    await one!.bookTrip.run({ to: 'Kyiv' });
    expect(apps.map((app) => app.get(Ledger).entries.length)).toEqual([1, 0]);
  });

  it('go on when the other is closed', async () => {
    const [one, other] = await Promise.all([1, 2].map(() =>
      begun({ imports: [SagaModule.forRoot({ log: memoryLog(), payloads }), TripsModule] })));
    await one!.close();
    await expect(one!.get(Agency).bookTrip.run({ to: 'Kyiv' })).rejects.toMatchObject({ code: 'SAGA_LOG_CLOSED' });
    expect((await other!.get(Agency).bookTrip.run({ to: 'Kyiv' })).effects.charge).toBe(1);
  });
});

describe('SagaModule.forTest', () => {
  it('runs sagas with what a test overrides', async () => {
    const fake = { entries: ['of the test'] };
    const app = await begun({ imports: [SagaModule.forTest({ payloads }), TripsModule] }, (builder) =>
      builder.overrideProvider(Ledger).useValue(fake));
    await app.get(Agency).bookTrip.run({ to: 'Kyiv' });
    expect(fake.entries).toEqual(['of the test', 'hotel in Kyiv']);
  });

  it('runs them where the application was compiled and never begun', async () => {
    const app = closedAfterwards(await Test.createTestingModule({ imports: [SagaModule.forTest({ payloads }), TripsModule] }).compile());
    expect((await (await app.get(Agency).bookTrip.start({ to: 'Kyiv' })).result()).effects.charge).toBe(1);
  });

  it('runs a class that a test puts in place of a saga', async () => {
    class BookNothing extends BookTrip {
      override async hotel(): Promise<string> {
        return 'no room at all';
      }
    }
    const app = await begun({ imports: [SagaModule.forTest({ payloads }), TripsModule] }, (builder) =>
      builder.overrideProvider(BookTrip).useClass(BookNothing));
    expect((await app.get(Agency).bookTrip.run({ to: 'Kyiv' })).effects.hotel).toBe('no room at all');
  });

  it('has a log of its own for each application', async () => {
    const started = async (): Promise<string> => {
      const app = await begun({ imports: [SagaModule.forTest({ payloads }), TripsModule] });
      await (await app.get(Agency).bookTrip.start({ to: 'Kyiv' }, { id: 'the-same' })).settled();
      return app.get(Ledger).entries.join();
    };
    expect([await started(), await started()]).toEqual(['hotel in Kyiv', 'hotel in Kyiv']);
  });
});

describe('options', () => {
  it.each([
    [{ drainMs: -1 }, "'drainMs' must be a finite number"],
    [{ publish: null }, "'publish' must be a function, or name a provider"],
    [{ graceMs: 'long' }, "'graceMs'"],
    [{ lag: memoryLog() }, "'lag'"],
    [{ retentionMs: 1 }, "no 'log' is given"],
  ])('that are wrong fail the boot: %o', async (options, told) => {
    await expect(begun({ imports: [SagaModule.forRoot(options as object), TripsModule] })).rejects.toThrow(told);
  });
});
