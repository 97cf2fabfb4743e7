import { describe, expect, it } from 'vitest';
import { Async, Compensate, Fallback, Finally, Retry, Step, SubSaga, UseStep } from 'class-saga';
import type { CompensationContext } from 'class-saga';
import { ownNotes, recordSaga } from '../../src/metadata/record.js';
import type { RecordedNote } from '../../src/metadata/record.js';
import { mistakesIn } from '../graph/issues.js';

class BookLodging {
  @Step()
  async hotel() {
    return 'h1';
  }
}
class SendReceipt {
  @Step()
  async execute() {}
}

const said = (saga: { readonly prototype: object }, method: string | symbol) =>
  Object.fromEntries(
    ownNotes(saga.prototype)
      .filter((note) => note.method === method)
      .map(({ kind, note }) => [kind, note]),
  );

/** What a decorator does to a member of any kind, its types left aside: they refuse most of these. */
const decorate = (decorator: unknown, target: object, member: string | symbol, descriptor?: PropertyDescriptor): unknown =>
  (decorator as (...args: unknown[]) => unknown)(target, member, descriptor);

describe('a decorator on a method', () => {
  it('records its options word for word, and with them the step that it speaks of', () => {
    const isBusy = (error: unknown) => error instanceof RangeError;
    class BookTrip {
      @Step({ timeoutMs: 1, graceMs: 2, override: true })
      async rates() {
        return 1;
      }
      @Fallback('rates', { timeoutMs: 3, graceMs: 4 })
      async lastKnownRates(_: CompensationContext) {
        return 2;
      }

      @Step({ needs: ['rates'] })
      @Async({ timeoutMs: Infinity, graceMs: 5 })
      @Retry({ attempts: 3, baseMs: 6, maxMs: 7, jitter: false, retryIf: isBusy })
      async hotel() {
        return 'h1';
      }
      @Compensate('hotel', { requiresEffect: true, needs: ['rates'], timeoutMs: 8, graceMs: 9 })
      async cancelHotel() {}

      @SubSaga(BookLodging, { needs: ['rates', 'hotel'], effect: 'hotel', override: true })
      lodging(): SubSaga<BookLodging, 'hotel'> {}

      @UseStep(SendReceipt, { needs: ['hotel'], timeoutMs: 11, graceMs: 12, override: false })
      @Retry({ attempts: 2 })
      receipt(): UseStep<SendReceipt> {}

      @Finally({ graceMs: 10 })
      async done() {}
    }

    expect(said(BookTrip, 'rates')).toEqual({ step: { timeoutMs: 1, graceMs: 2, override: true } });
    expect(said(BookTrip, 'lastKnownRates')).toEqual({ fallback: { step: 'rates', timeoutMs: 3, graceMs: 4 } });
    expect(said(BookTrip, 'hotel')).toEqual({
      step: { needs: ['rates'] },
      async: { timeoutMs: Infinity, graceMs: 5 },
      retry: { attempts: 3, baseMs: 6, maxMs: 7, jitter: false, retryIf: isBusy },
    });
    expect(said(BookTrip, 'cancelHotel')).toEqual({
      compensate: { step: 'hotel', requiresEffect: true, needs: ['rates'], timeoutMs: 8, graceMs: 9 },
    });
    expect(said(BookTrip, 'lodging')).toEqual({
      subSaga: { saga: BookLodging, needs: ['rates', 'hotel'], effect: 'hotel', override: true },
    });
    expect(said(BookTrip, 'receipt')).toEqual({
      useStep: { stepClass: SendReceipt, needs: ['hotel'], timeoutMs: 11, graceMs: 12, override: false },
      retry: { attempts: 2 },
    });
    expect(said(BookTrip, 'done')).toEqual({ finally: { graceMs: 10 } });
  });

  it('adds no default of its own: those are for the graph', () => {
    class BookTrip {
      @Step()
      @Async()
      async hotel() {}
      @Compensate('hotel')
      async cancelHotel() {}
      @SubSaga(BookLodging)
      lodging(): SubSaga<BookLodging> {}
      @UseStep(SendReceipt)
      receipt(): UseStep<SendReceipt> {}
      @Finally()
      async done() {}
    }

    expect(said(BookTrip, 'hotel')).toEqual({ step: {}, async: {} });
    expect(said(BookTrip, 'cancelHotel')).toEqual({ compensate: { step: 'hotel' } });
    expect(said(BookTrip, 'lodging')).toEqual({ subSaga: { saga: BookLodging } });
    expect(said(BookTrip, 'receipt')).toEqual({ useStep: { stepClass: SendReceipt } });
    expect(said(BookTrip, 'done')).toEqual({ finally: {} });
  });

  it('records the same, whichever decorator is written first', () => {
    class StepFirst {
      @Step()
      @Async({ timeoutMs: 1 })
      @Retry({ attempts: 2 })
      async hotel() {}
    }
    class StepLast {
      @Retry({ attempts: 2 })
      @Async({ timeoutMs: 1 })
      @Step()
      async hotel() {}
    }

    expect(said(StepFirst, 'hotel')).toEqual(said(StepLast, 'hotel'));
  });

  it('leaves the method itself as it is', () => {
    class Plain {
      async hotel() {}
    }
    const { hotel } = Object.getOwnPropertyDescriptors(Plain.prototype);
    const parts = [SubSaga(BookLodging), UseStep(SendReceipt)];
    for (const decorator of [Step(), ...parts, Async(), Retry({ attempts: 2 }), Compensate('hotel'), Fallback('hotel'), Finally()]) {
      expect(decorate(decorator, Plain.prototype, 'hotel', hotel)).toBeUndefined();
    }
    expect(Object.getOwnPropertyDescriptors(Plain.prototype).hotel).toEqual(hotel);
  });

  it('keeps its options as they were when it was written', () => {
    const options = { timeoutMs: 1 };
    class BookTrip {
      @Step(options)
      async hotel() {}
    }
    options.timeoutMs = 2;

    expect(said(BookTrip, 'hotel')).toEqual({ step: { timeoutMs: 1 } });
  });

  it('takes the class that it is given, whatever its options say', () => {
    const options: object = { saga: Date, stepClass: Date };
    class BookTrip {
      @SubSaga(BookLodging, options)
      lodging(): SubSaga<BookLodging> {}
      @UseStep(SendReceipt, options)
      receipt(): UseStep<SendReceipt> {}
    }

    expect(said(BookTrip, 'lodging')).toMatchObject({ subSaga: { saga: BookLodging } });
    expect(said(BookTrip, 'receipt')).toMatchObject({ useStep: { stepClass: SendReceipt } });
  });

  it('records what was given in place of a class: that is for the graph to judge', () => {
    class BookTrip {}
    decorate((SubSaga as (saga: unknown) => unknown)(undefined), BookTrip.prototype, 'lodging');
    decorate((UseStep as (stepClass: unknown) => unknown)('SendReceipt'), BookTrip.prototype, 'receipt');

    expect(said(BookTrip, 'lodging')).toEqual({ subSaga: { saga: undefined } });
    expect(said(BookTrip, 'receipt')).toEqual({ useStep: { stepClass: 'SendReceipt' } });
  });

  it('does not take a class and a string for the place that it stands on, which is what it is given without its parentheses', () => {
    class BookTrip {}
    decorate((SubSaga as (...given: unknown[]) => unknown)(BookLodging, 'hotel'), BookTrip.prototype, 'lodging');

    expect(said(BookTrip, 'lodging')).toMatchObject({ subSaga: { saga: BookLodging } });
    expect(said(BookLodging, 'hotel')).toEqual({ step: {} });
  });

  it('says the same of every method it is used on again', () => {
    const stubborn = Retry({ attempts: 5 });
    class BookTrip {
      @Step()
      @stubborn
      async hotel() {}

      @Step()
      @stubborn
      async car() {}
    }

    expect(said(BookTrip, 'hotel')).toEqual({ step: {}, retry: { attempts: 5 } });
    expect(said(BookTrip, 'car')).toEqual({ step: {}, retry: { attempts: 5 } });
  });
});

describe('a decorator where it should not stand', () => {
  const everyDecorator: [RecordedNote['kind'], unknown][] = [
    ['step', Step()],
    ['subSaga', SubSaga(BookLodging)],
    ['useStep', UseStep(SendReceipt)],
    ['async', Async()],
    ['retry', Retry({ attempts: 2 })],
    ['compensate', Compensate('hotel')],
    ['fallback', Fallback('hotel')],
    ['finally', Finally()],
  ];
  const method: PropertyDescriptor = { value: () => undefined };
  const symbol = Symbol('hotel');

  it.each(everyDecorator)('records it, and judges neither properties nor accessors, statics or symbols: @%s', (_, decorator) => {
    class BookTrip {}
    decorate(decorator, BookTrip.prototype, 'property');
    decorate(decorator, BookTrip.prototype, 'accessor', { get: () => 1 });
    decorate(decorator, BookTrip, 'static', method);
    decorate(decorator, BookTrip.prototype, symbol, method);

    expect(ownNotes(BookTrip.prototype).map(({ method, member, isStatic }) => ({ method, member, isStatic }))).toEqual([
      { method: 'property', member: 'property', isStatic: false },
      { method: 'accessor', member: 'accessor', isStatic: false },
      { method: 'static', member: 'method', isStatic: true },
      { method: symbol, member: 'method', isStatic: false },
    ]);
  });

  it.each(everyDecorator)('records it as often as it is written: @%s twice on one method', (kind, decorator) => {
    class BookTrip {}
    decorate(decorator, BookTrip.prototype, 'hotel', method);
    decorate(decorator, BookTrip.prototype, 'hotel', method);

    expect(ownNotes(BookTrip.prototype).map((note) => note.kind)).toEqual([kind, kind]);
  });
});

describe('a decorator without its parentheses', () => {
  it.each([
    ['@Step', Step, '@Step()'],
    ['@SubSaga', SubSaga, '@SubSaga(…)'],
    ['@UseStep', UseStep, '@UseStep(…)'],
    ['@Compensate', Compensate, "@Compensate('…')"],
    ['@Fallback', Fallback, "@Fallback('…')"],
    ['@Async', Async, '@Async()'],
    ['@Retry', Retry, '@Retry({ attempts: 3 })'],
    ['@Finally', Finally, '@Finally()'],
  ])('is given its place in place of options: it records that, and leaves the method as it is: %s', (name, bare, remedy) => {
    class BookTrip {
      @Step()
      async hotel() {}
      async car() {}
    }
    const { car } = Object.getOwnPropertyDescriptors(BookTrip.prototype);

    expect(decorate(bare, BookTrip.prototype, 'car', car)).toBeUndefined();
    expect(Object.getOwnPropertyDescriptors(BookTrip.prototype).car).toEqual(car);
    recordSaga(BookTrip, {});
    expect(mistakesIn(BookTrip)).toEqual([`MISSING_PARENTHESES: BookTrip.car has ${name} without parentheses. Write ${remedy}.`]);
  });
});
