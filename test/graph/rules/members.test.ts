import { describe, expect, it } from 'vitest';
import { recordSaga } from '../../../src/metadata/record.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, note, retry, step, subSaga, useStep } from '../../metadata/notes.js';
import { issuesIn, mistakesIn, rulesBrokenBy } from '../issues.js';

const hotel = ['hotel', step()] as const;
const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const sendMail = aClass('SendMail', [['execute', step()]]);

describe('what a decorator stands on', () => {
  it('is told once where it is wrong, and not again wherever it is named', () => {
    const saga = aClass('BookTrip', [hotel, ['charge', step({ needs: ['car', 'flight'] })], ['cancelCar', compensate('car')]]);
    note(saga.prototype as object, 'flight', { get: () => 1 }, [step()]);
    note(saga, 'car', { value: () => 1 }, [step()]);
    recordSaga(saga, {});
    expect(issuesIn(saga).map(({ rule, method }) => [rule, method])).toEqual([
      ['STATIC_MEMBER', 'car'],
      ['ACCESSOR_OR_PROPERTY', 'flight'],
      ['NEEDS_LATER_STEP', 'charge'],
      ['NEEDS_LATER_STEP', 'charge'],
    ]);
  });

  it('may be a compensation with any name, but a step needs one that fits into a path', () => {
    expect(issuesIn(aSaga('BookTrip', [hotel, ['a/b', compensate('hotel')]]))).toEqual([]);
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['', step()]]))).toEqual([
      "BAD_NAME: BookTrip[''] has an empty name. Give the method a name: it is the name of the step.",
    ]);
  });

  it('is judged where it is a sub-saga or uses a step class, too (R24)', () => {
    const saga = aClass('BookTrip', [['a/b', subSaga(bookSpa)], [Symbol('car'), useStep(sendMail)]]);
    note(saga.prototype as object, 'spa', { get: () => 1 }, [subSaga(bookSpa)]);
    note(saga.prototype as object, 'mail', undefined, [useStep(sendMail)]);
    note(saga, 'sauna', { value: () => 1 }, [subSaga(bookSpa)]);
    recordSaga(saga, {});
    expect(mistakesIn(saga)).toEqual([
      "STATIC_MEMBER: BookTrip.sauna is static, but each execution calls the methods of an instance of its own. Remove the word 'static'.",
      'ACCESSOR_OR_PROPERTY: BookTrip.spa is an accessor, not a method. Write a method: spa() { … }.',
      'ACCESSOR_OR_PROPERTY: BookTrip.mail is a property, not a method. Write a method: mail() { … }.',
      'SYMBOL_NAME: BookTrip[Symbol(car)] is named by a symbol, which cannot be logged or named in needs. Name it by a string.',
      "BAD_NAME: BookTrip['a/b'] has a '/' in its name, which is reserved for the steps of sub-sagas, as in 'lodging/hotel'. " +
        "Write 'a-b', for example.",
    ]);
  });

  it.each(['@SubSaga', '@UseStep'])('is told what to write where the parentheses of %s are missing', (decorator) => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['spa', { kind: 'bare', note: { decorator } }]]))).toEqual([
      `MISSING_PARENTHESES: BookTrip.spa has ${decorator} without parentheses. Write ${decorator}(…).`,
    ]);
  });

  it('may be sub-sagas and step classes alone', () => {
    expect(issuesIn(aSaga('BookTrip', [['spa', subSaga(bookSpa)]]))).toEqual([]);
    expect(issuesIn(aSaga('BookTrip', [['mail', useStep(sendMail)]]))).toEqual([]);
  });

  it('may not make the instance a thenable, decorated or not, inherited or not', () => {
    class Thenable {
      then(): void {}
    }
    expect(rulesBrokenBy(aSaga('BookTrip', [hotel], { base: Thenable }))).toEqual(['THENABLE']);
  });
});

describe('a method', () => {
  it.each([
    ['a step and a fallback', [step(), fallback('hotel')], '@Step and @Fallback'],
    ['a compensation and a fallback', [compensate('hotel'), fallback('hotel')], '@Compensate and @Fallback'],
    ['a step and a sub-saga', [step(), subSaga(bookSpa)], '@Step and @SubSaga'],
    ['a sub-saga and a use of a step class', [subSaga(bookSpa), useStep(sendMail)], '@SubSaga and @UseStep'],
    ['a use of a step class and a compensation', [useStep(sendMail), compensate('hotel')], '@UseStep and @Compensate'],
    ['three things', [step(), compensate('hotel'), atTheEnd()], '@Step and @Compensate and @Finally'],
  ])('is not %s', (_, said, roles) => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['both', ...said]]))).toContain(
      `MIXED_ROLES: BookTrip.both is ${roles} at once. Write one method for each.`,
    );
  });

  it('is @Async only as a step, since only steps run beside each other', () => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['cancelHotel', compensate('hotel'), async()]]))).toEqual([
      'ASYNC_WITHOUT_STEP: BookTrip.cancelHotel is @Async but not a @Step. Remove @Async: only steps run beside each other.',
    ]);
  });

  it('is a step where it uses a step class, so that it may be @Async and have @Retry (R24)', () => {
    expect(issuesIn(aSaga('BookTrip', [['mail', useStep(sendMail), async(), retry({ attempts: 2 })]]))).toEqual([]);
  });

  it('is repeated as a step, a compensation or a fallback', () => {
    const twice = retry({ attempts: 2 });
    const saga = aSaga('BookTrip', [
      ['hotel', step(), twice],
      ['undo', compensate('hotel'), twice],
      ['or', fallback('hotel'), twice],
    ]);
    expect(issuesIn(saga)).toEqual([]);
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['helper', twice]]))).toEqual([
      'RETRY_OF_NOTHING: BookTrip.helper has @Retry, but is neither a step nor a compensation nor a fallback. ' +
        'Add @Step(), @Compensate or @Fallback, or remove @Retry.',
    ]);
  });
});
