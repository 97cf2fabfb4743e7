import { describe, expect, it } from 'vitest';
import { recordSaga } from '../../../src/metadata/record.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, note, retry, step } from '../../metadata/notes.js';
import { issuesIn, mistakesIn, rulesBrokenBy } from '../issues.js';

const hotel = ['hotel', step()] as const;

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
