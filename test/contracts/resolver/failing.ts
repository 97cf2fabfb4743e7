import { describe, expect, it } from 'vitest';
import { SagaResolverError, SagaRunner } from 'class-saga';
import type { ObservedEvent, Resolver, SagaClass } from 'class-saga';
import type { OpenContainer, Traits } from './container.js';
import { givenClasses, isScoped, isSingleton } from './given.js';

/** What a run rejects with that cannot begin. Nothing of it may be observed. */
async function refusalOf(resolver: Resolver, saga: SagaClass): Promise<SagaResolverError> {
  const seen: ObservedEvent[] = [];
  const runner = new SagaRunner({ resolver, observers: [(event) => seen.push(event)], finally: () => expect.unreachable() });
  const error: unknown = await runner.run(saga as SagaClass<object>).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SagaResolverError);
  expect(seen).toEqual([]);
  return error as SagaResolverError;
}

export function failing(open: OpenContainer, { awaitsFactories, refusesMissing }: Traits): void {
  describe('a dependency that cannot be made', () => {
    it('fails the execution before anything began, by what it threw, and what was made till then is disposed (R22)', async () => {
      const { Breaks, disposed, journal, made, broken } = givenClasses();
      const { resolver } = await open(broken);
      const error = await refusalOf(resolver, Breaks);
      expect(error).toMatchObject({ saga: 'Breaks', remedy: expect.stringContaining('the ledger is closed') as string });
      expect(journal).not.toContain('begun');
      expect(made.filter(isScoped)).toEqual(['work 1']);
      expect(disposed).toEqual(['work 1']);
    });

    it('fails it where a sub-saga needs it, too (R22, R24)', async () => {
      const { BreaksWithin, disposed, journal, made, broken } = givenClasses();
      const { resolver } = await open(broken);
      const error = await refusalOf(resolver, BreaksWithin);
      expect(error.message).toMatch(/Breaks.*the ledger is closed/s);
      expect(journal).not.toContain('begun');
      expect(disposed.filter(isScoped)).toEqual(made.filter(isScoped).reverse());
      expect(disposed.filter(isScoped)).toEqual(['audit 1', 'work 1']);
      expect(disposed.filter(isSingleton)).toEqual([]);
    });

    it('does not hinder the next execution', async () => {
      const { BookTrip, Breaks, broken } = givenClasses();
      const { resolver } = await open(broken);
      await refusalOf(resolver, Breaks);
      const { effects } = await new SagaRunner({ resolver }).run(BookTrip, 'completed');
      expect(effects.receipt).toMatchObject({ work: 2, audit: 1 });
    });
  });

  describe('an asynchronous factory', () => {
    it(awaitsFactories ? 'is awaited, and its instance disposed' : 'is not awaited: the promise is what is injected', async () => {
      const { Quoting, disposed, later } = givenClasses();
      const { resolver } = await open(later);
      const { effects } = await new SagaRunner({ resolver }).run(Quoting);
      expect(effects.isPromise).toBe(!awaitsFactories);
      expect(disposed.filter(isScoped)).toEqual(awaitsFactories ? ['quote 1', 'work 1'] : ['work 1']);
    });
  });

  describe('what is not registered', () => {
    if (refusesMissing) {
      it('is named when the container is made, which it refuses', async () => {
        const { incomplete } = givenClasses();
        await expect((async () => open(incomplete))()).rejects.toThrow(/WantsMailer.*mailer|mailer.*WantsMailer/s);
      });
      return;
    }

    it('is named at boot, with every saga that needs it, by `check`', async () => {
      const { BookTrip, WantsMailer, WantsLedger, journal, incomplete } = givenClasses();
      const { resolver } = await open(incomplete);
      const check = new SagaRunner({ resolver }).check(WantsMailer, BookTrip, WantsLedger);
      const error: unknown = await check.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'SAGA_RUNTIME_CHECK_FAILED',
        failures: [{ saga: 'WantsMailer' }, { saga: 'WantsLedger' }],
        message: expect.stringMatching(/1\. WantsMailer: .*mailer.*\n {2}2\. WantsLedger: .*ledger/) as string,
      });
      expect(journal).not.toContain('begun');
    });

    it('fails an execution before anything began, by its name and the saga\'s (R22)', async () => {
      const { WantsLedger, disposed, made, incomplete } = givenClasses();
      const { resolver } = await open(incomplete);
      const error = await refusalOf(resolver, WantsLedger);
      expect(error).toMatchObject({ saga: 'WantsLedger', remedy: expect.stringMatching(/ledger/) as string });
      expect(disposed).toEqual(made.filter(isScoped).reverse());
    });
  });

  describe('a check of what is sound', () => {
    it('runs nothing, disposes of what it made, and leaves singletons to the executions', async () => {
      const { BookTrip, disposed, journal, made, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      await runner.check(BookTrip);
      expect(journal).not.toContain('tell');
      expect(disposed.filter(isScoped)).toEqual(made.filter(isScoped).reverse());
      expect(disposed.filter(isScoped)).toEqual(['audit 1', 'work 1']);
      const { effects } = await runner.run(BookTrip, 'completed');
      expect(effects.hold).toMatchObject({ work: 2, pool: 1 });
      expect(disposed.filter(isSingleton)).toEqual([]);
    });
  });
}
