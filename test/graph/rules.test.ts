import { Step } from 'class-saga';
import { describe, expect, it } from 'vitest';
import type { DefinitionRule } from '../../src/errors/definition-error.js';
import type { AnyClass } from '../../src/graph/any-class.js';
import { recordSaga } from '../../src/metadata/record.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, note, retry, step, subSaga, useStep } from '../metadata/notes.js';
import { mistakesIn } from './issues.js';

const hotel = ['hotel', step()] as const;
const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const method: PropertyDescriptor = { value: () => undefined };

/** For each rule the smallest declaration that breaks it, and what is said about it. */
const breaches: Readonly<Record<DefinitionRule, readonly [saga: AnyClass, mistake: string]>> = {
  ACCESSOR_OR_PROPERTY: [
    withMember((prototype) => note(prototype, 'car', undefined, [step()])),
    'BookTrip.car is a property, not a method. Write a method: async car() { … }.',
  ],
  ANSWERED_ELSEWHERE: [
    aSaga('BookTrip', [['spa', subSaga(bookSpa)], ['leaveSpa', compensate('spa')]]),
    "BookTrip.leaveSpa compensates 'spa', which is a sub-saga. Write @Compensate in BookSpa, for its steps.",
  ],
  ASYNC_WITHOUT_STEP: [
    aSaga('BookTrip', [hotel, ['car', async()]]),
    'BookTrip.car is @Async but not a @Step. Add @Step(), or remove @Async: it lets a step run beside its neighbours.',
  ],
  BAD_NAME: [
    aSaga('BookTrip', [hotel, ['lodging/hotel', step()]]),
    "BookTrip['lodging/hotel'] has a '/' in its name, which is reserved for the steps of sub-sagas, as in 'lodging/hotel'. " +
      "Write 'lodging-hotel', for example.",
  ],
  BAD_OPTION: [
    aSaga('BookTrip', [['hotel', step(), retry({ attempts: 0 })]]),
    'BookTrip.hotel says @Retry({ attempts: 0 }). attempts takes a whole number, at least 1: all runs, the first included.',
  ],
  COMPENSATION_NEEDS_OUT_OF_REACH: [
    aSaga('BookTrip', [hotel, ['cancelHotel', compensate('hotel', { needs: ['car'] })], ['car', step()]]),
    "BookTrip.cancelHotel needs 'car', which runs after 'hotel', so that it is undone by then. " +
      'Remove it from the needs: there is no effect it could read.',
  ],
  COMPENSATION_NEEDS_OWN_STEP: [
    aSaga('BookTrip', [hotel, ['cancelHotel', compensate('hotel', { needs: ['hotel'] })]]),
    "BookTrip.cancelHotel needs 'hotel', the very step that it compensates. " +
      'Remove it from the needs: its effect is the first parameter of cancelHotel.',
  ],
  DUPLICATE_NEED: [
    aSaga('BookTrip', [hotel, ['car', step({ needs: ['hotel', 'hotel', 'hotel'] })]]),
    "BookTrip.car needs 'hotel' twice. Name it once.",
  ],
  MISSING_PARENTHESES: [
    withMember((prototype) => (Step as unknown as MethodDecorator)(prototype, 'car', method)),
    'BookTrip.car has @Step without parentheses. Write @Step().',
  ],
  MIXED_ROLES: [
    aSaga('BookTrip', [hotel, ['car', step(), compensate('hotel')]]),
    'BookTrip.car is @Step and @Compensate at once. Write one method for each.',
  ],
  MORE_THAN_A_STEP: [
    aSaga('BookTrip', [['mail', useStep(aClass('SendMail', [['execute', step()], ['log', step()]]))]]),
    "SendMail.log is a @Step, but the one step of a step class is 'execute'. " +
      'Make a saga of SendMail, with @Saga(), or a step class of each of its steps.',
  ],
  NEEDS_ITSELF: [
    aSaga('BookTrip', [['hotel', step({ needs: ['hotel'] })]]),
    "BookTrip.hotel needs itself. Remove 'hotel' from its needs.",
  ],
  NEEDS_LATER_STEP: [
    aSaga('BookTrip', [['car', step({ needs: ['hotel'] })], hotel]),
    "BookTrip.car needs 'hotel', which is declared after it. Move hotel above car, or remove it from the needs.",
  ],
  NOT_A_STEP_CLASS: [
    aSaga('BookTrip', [['spa', useStep(bookSpa)]]),
    'BookTrip.spa says @UseStep(BookSpa), but that is a saga. Write @SubSaga(BookSpa).',
  ],
  NOT_A_SUB_SAGA: [
    aSaga('BookTrip', [['spa', subSaga(undefined)]]),
    'BookTrip.spa says @SubSaga(undefined). It takes a class that is decorated with @Saga(); ' +
      'if that is what stands there, its module is imported in a circle and has not run yet.',
  ],
  NOT_FOR_SUB_SAGAS: [
    aSaga('BookTrip', [['spa', subSaga(bookSpa), retry({ attempts: 2 })]]),
    'BookTrip.spa has @Retry, but a sub-saga is not repeated as a whole. Move @Retry to those steps of the sub-saga that may be repeated.',
  ],
  NO_STEPS: [
    aSaga('BookTrip', []),
    'BookTrip has no steps. ' +
      'Put @Step() on its methods, with the parentheses; if it stands there, compile with "experimentalDecorators": true.',
  ],
  OPTION_GIVEN_TWICE: [
    aSaga('BookTrip', [['hotel', step({ timeoutMs: 1 }), async({ timeoutMs: 1 })]]),
    'BookTrip.hotel says timeoutMs in @Step and in @Async. Keep one of them.',
  ],
  OVERRIDES_NOTHING: [
    aSaga('BookTrip', [['hotle', step({ override: true })]], { base: aClass('Base', [hotel]) }),
    "BookTrip.hotle says @Step({ override: true }), but no base class has a step hotle. " +
      "Did you mean 'hotel'? For a step of its own write @Step().",
  ],
  RETRY_OF_NOTHING: [
    aSaga('BookTrip', [hotel, ['done', retry({ attempts: 2 }), atTheEnd()]]),
    'BookTrip.done has @Retry, but is neither a step nor a compensation nor a fallback. Remove @Retry: a @Finally method runs once.',
  ],
  STATIC_MEMBER: [
    withMember((_, declared) => note(declared, 'car', method, [step()])),
    "BookTrip.car is static, but each execution calls the methods of an instance of its own. Remove the word 'static'.",
  ],
  STEP_NAME_TAKEN: [
    aSaga('BookTrip', [hotel], { base: aClass('Base', [hotel]) }),
    'BookTrip.hotel is a @Step, and so is Base.hotel, which it overrides. ' +
      'Write @Step({ override: true }) to replace it, no @Step to keep what the base class says, or another name.',
  ],
  STEPS_DIFFER: [
    aSaga('BookTrip', [hotel, ['car', step()]], { steps: ['hotel'] }),
    "The steps in @Saga differ from the class BookTrip: 'car' is missing. If the class is right, write steps: ['hotel', 'car']",
  ],
  SUB_SAGA_OF_ITSELF: [
    withMember((prototype, declared) => note(prototype, 'trip', method, [subSaga(declared)])),
    'BookTrip.trip says @SubSaga(BookTrip), and so makes that saga a part of itself. ' +
      'Use another saga: one that contains itself has no end.',
  ],
  SYMBOL_NAME: [
    aSaga('BookTrip', [hotel, [Symbol('car'), step()]]),
    'BookTrip[Symbol(car)] is named by a symbol, which cannot be logged or named in needs. Name it by a string.',
  ],
  THENABLE: [
    aSaga('BookTrip', [hotel, ['then', step()]]),
    "BookTrip has a method 'then', so whoever awaits an instance calls it, as if the instance were a promise. " +
      'Give the method another name.',
  ],
  TWO_COMPENSATIONS: [
    aSaga('BookTrip', [hotel, ['cancelHotel', compensate('hotel')], ['dropHotel', compensate('hotel')]]),
    'BookTrip.hotel is compensated by cancelHotel and dropHotel. Keep one of them.',
  ],
  TWO_FALLBACKS: [
    aSaga('BookTrip', [hotel, ['hostel', fallback('hotel')], ['tent', fallback('hotel')], ['car', fallback('hotel')]]),
    'BookTrip.hotel has the fallbacks hostel, tent and car. Keep one of them.',
  ],
  UNKNOWN_EFFECT: [
    aSaga('BookTrip', [['spa', subSaga(bookSpa, { effect: 'masage' })]]),
    "BookTrip.spa says @SubSaga(BookSpa, { effect: 'masage' }), which is not a @Step of BookSpa. " +
      "Did you mean 'massage'? Write one of: massage.",
  ],
  UNKNOWN_NEED: [
    aSaga('BookTrip', [hotel, ['car', step({ needs: ['hotle'] })], ['flight', step()]]),
    "BookTrip.car needs 'hotle', which is not a @Step of BookTrip. Did you mean 'hotel'? Write one of: hotel.",
  ],
  UNKNOWN_OPTION: [
    aSaga('BookTrip', [['hotel', step({ timeout: 5 })]]),
    "BookTrip.hotel says @Step({ timeout: 5 }). Did you mean 'timeoutMs'? " +
      '@Step knows: needs, timeoutMs, graceMs, delivery, transactional, override.',
  ],
  UNKNOWN_STEP: [
    aSaga('BookTrip', [['exchangeRates', step()], ['authorization', step()], hotel, ['cancelHotel', compensate('hotle')]]),
    "BookTrip.cancelHotel compensates 'hotle', which is not a @Step of BookTrip. " +
      "Did you mean 'hotel'? Write one of: exchangeRates, authorization, hotel.",
  ],
  UNNAMED_SAGA: [
    aSaga('', [hotel]),
    "The class of this saga is anonymous, so the saga has no name. Name the class, or write @Saga({ name: '…' }).",
  ],
  WRITTEN_TWICE: [aSaga('BookTrip', [['hotel', step(), step()]]), 'BookTrip.hotel has @Step twice. Keep one of them.'],
};

/** With a step `hotel`, and what else is done to it before it is declared a saga. */
function withMember(declare: (prototype: object, declared: AnyClass) => void): AnyClass {
  const declared = aClass('BookTrip', [hotel]);
  declare(declared.prototype as object, declared);
  recordSaga(declared, {});
  return declared;
}

describe('a declaration that breaks one rule', () => {
  it.each(Object.entries(breaches))('is told so in one sentence, and what to write in another: %s', (rule, [saga, mistake]) => {
    expect(mistakesIn(saga)).toEqual([`${rule}: ${mistake}`]);
  });
});
