import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/graph/compile.js';
import type { AnyClass } from '../../../src/graph/any-class.js';
import { recordSaga } from '../../../src/metadata/record.js';
import { aClass, aSaga, async, note, step, subSaga } from '../../metadata/notes.js';
import { issuesIn, mistakesIn } from '../issues.js';

const bookSpa = aSaga('BookSpa', [['massage', step()], ['sauna', step()]]);
const sendMail = aClass('SendMail', [['execute', step()]]);
const using = (given: unknown): AnyClass => aSaga('BookTrip', [['spa', subSaga(given)]]);
const method: PropertyDescriptor = { value: () => undefined };

describe('what is given to @SubSaga (R24)', () => {
  it.each<[string, unknown, string]>([
    [
      'nothing, as in a circle of imports',
      undefined,
      'BookTrip.spa says @SubSaga(undefined). It takes a class that is decorated with @Saga(); ' +
        'if that is what stands there, its module is imported in a circle and has not run yet.',
    ],
    [
      'an instance',
      Object.create(bookSpa.prototype as object),
      'BookTrip.spa says @SubSaga(an instance of BookSpa). Pass the class BookSpa, not an instance of it.',
    ],
    ['a name', 'BookSpa', "BookTrip.spa says @SubSaga('BookSpa'). It takes a class that is decorated with @Saga()."],
    [
      'a function',
      () => bookSpa,
      'BookTrip.spa says @SubSaga(a function). It takes a class that is decorated with @Saga(): ' +
        'pass the class itself, not a function that returns it.',
    ],
    [
      'a class without decorators',
      class Plain {},
      'BookTrip.spa says @SubSaga(Plain), which is not a saga: it has no @Saga(). Decorate it with @Saga(), and its steps with @Step().',
    ],
    [
      'a class without @Saga',
      aClass('Base', [['massage', step()]]),
      'BookTrip.spa says @SubSaga(Base), which is not a saga: it has decorated methods of its own (massage), but no @Saga(). ' +
        'Decorate Base with @Saga(); if it is an abstract base class, pass a subclass that is decorated.',
    ],
    ['a step class', sendMail, 'BookTrip.spa says @SubSaga(SendMail), but that is a step class. Write @UseStep(SendMail).'],
    [
      'a class without a name',
      aClass('', [['execute', step()]]),
      'BookTrip.spa says @SubSaga(…), but that is a step class. Write @UseStep(…).',
    ],
  ])('is a saga, not %s', (_, given, mistake) => {
    expect(mistakesIn(using(given))).toEqual([`NOT_A_SUB_SAGA: ${mistake}`]);
  });

  it('may be a test double of a saga', () => {
    expect(issuesIn(using(class extends (bookSpa as new () => object) {}))).toEqual([]);
  });

  it('has its own mistakes told once, however often it is used', () => {
    const wrong = aSaga('BookSpa', [['massage', step({ needs: ['x'] })]]);
    const car = ['car', step({ needs: ['car'] })] as const;
    const saga = aSaga('BookTrip', [['one', subSaga(wrong)], car, ['other', subSaga(wrong, { effect: 'x' })]]);
    expect(issuesIn(saga).map(({ rule, saga: className, method: name }) => [rule, className, name])).toEqual([
      ['UNKNOWN_NEED', 'BookSpa', 'massage'],
      ['NEEDS_ITSELF', 'BookTrip', 'car'],
    ]);
  });
});

describe('a saga that is a sub-saga of itself', () => {
  const itself = 'and so makes that saga a part of itself. Use another saga: one that contains itself has no end.';
  /** Declared first and decorated later, as only JavaScript can. */
  const decorated = (declared: AnyClass, member: string, child: AnyClass): void => {
    note(declared.prototype as object, member, method, [subSaga(child)]);
    recordSaga(declared, {});
  };

  it('is refused, also through a test double', () => {
    const trip = aClass('BookTrip', []);
    class Double extends (trip as new () => object) {}
    decorated(trip, 'return', Double);
    expect(mistakesIn(trip)).toEqual([`SUB_SAGA_OF_ITSELF: BookTrip.return says @SubSaga(Double), ${itself}`]);
  });

  it('is refused in every saga of the circle, whichever is asked for', () => {
    const [there, back] = [aClass('There', []), aClass('Back', [])];
    decorated(there, 'back', back);
    decorated(back, 'there', there);
    expect(mistakesIn(there)).toEqual([`SUB_SAGA_OF_ITSELF: Back.there says @SubSaga(There), ${itself}`]);
    expect(mistakesIn(back)).toEqual([`SUB_SAGA_OF_ITSELF: There.back says @SubSaga(Back), ${itself}`]);
    expect(mistakesIn(using(there))).toEqual([`SUB_SAGA_OF_ITSELF: Back.there says @SubSaga(There), ${itself}`]);
  });

  it('is refused where it uses a subclass that inherits that use', () => {
    const trip = aClass('BookTrip', []);
    const fancy = aSaga('FancyTrip', [['spa', step()]], { base: trip });
    decorated(trip, 'return', fancy);
    expect(mistakesIn(trip)).toEqual([`SUB_SAGA_OF_ITSELF: FancyTrip.return says @SubSaga(FancyTrip), ${itself}`]);
    expect(mistakesIn(fancy)).toEqual(mistakesIn(trip));
  });

  it('is no longer one where its subclass does something else in that place', () => {
    const trip = aClass('BookTrip', []);
    const oneWay = aSaga('OneWay', [['return', step({ override: true })]], { base: trip });
    decorated(trip, 'return', oneWay);
    expect(compile(trip).stages.flat()).toEqual(['return', 'return/return']);
  });
});

describe('the effect of a sub-saga', () => {
  it.each(['massage', 'spa'])("may be that of any of its own steps, a sub-saga's too: %s", (effect) => {
    const resort = aSaga('BookResort', [['massage', step()], ['spa', subSaga(bookSpa)]]);
    expect(compile(aSaga('BookTrip', [['resort', subSaga(resort, { effect })]])).steps[0]?.opens?.effect).toBe(effect);
  });

  it.each(['toString', 'spa/sauna'])('is none of anything else: %s', (effect) => {
    expect(mistakesIn(aSaga('BookTrip', [['spa', subSaga(bookSpa, { effect })]]))).toEqual([
      `UNKNOWN_EFFECT: BookTrip.spa says @SubSaga(BookSpa, { effect: '${effect}' }), which is not a @Step of BookSpa. ` +
        'Write one of: massage, sauna.',
    ]);
  });
});

describe('a sub-saga as a whole', () => {
  it('does not run beside steps', () => {
    expect(mistakesIn(aSaga('BookTrip', [['car', step(), async()], ['spa', subSaga(bookSpa), async()]]))).toEqual([
      'NOT_FOR_SUB_SAGAS: BookTrip.spa is @Async, but a sub-saga runs alone. ' +
        'Remove @Async; the steps of the sub-saga may be @Async and run beside each other.',
    ]);
  });
});
