import { describe, expect, it } from 'vitest';
import type { AnyClass } from '../../../src/graph/any-class.js';
import { aSaga, async, step, subSaga } from '../../metadata/notes.js';
import type { Member } from '../../metadata/notes.js';
import { issuesIn, mistakesIn } from '../issues.js';

const members: readonly Member[] = [
  ['rates', step()],
  ['hotel', step(), async()],
  ['car', step(), async()],
  ['charge', step()],
  ['mail', step(), async()],
];
const trip = (steps: unknown): AnyClass => aSaga('BookTrip', members, { steps });

describe('the steps that @Saga lists', () => {
  it.each([
    ['single steps bare', ['rates', ['hotel', 'car'], 'charge', 'mail']],
    ['single steps in brackets', [['rates'], ['hotel', 'car'], 'charge', ['mail']]],
    ['nothing', undefined],
  ])('may be left out, and write a step that runs alone either way: %s', (_, steps) => {
    expect(issuesIn(trip(steps))).toEqual([]);
  });

  it.each([
    ['a missing step', ['rates', ['hotel'], 'charge', 'mail'], "'car' is missing"],
    ['an unknown step', ['rates', ['hotel', 'cat'], 'charge', 'mail'], "'car' is missing, 'cat' is not a @Step"],
    ['a step too many', ['rates', ['hotel', 'car'], 'charge', 'mail', 'rates'], "'rates' is there twice"],
    ['no steps', [], "'rates' is missing, 'hotel' is missing, 'car' is missing, 'charge' is missing, 'mail' is missing"],
    ['another order', ['rates', ['car', 'hotel'], 'charge', 'mail'], "'car' stands where the class declares 'hotel'"],
    [
      'steps apart that run together',
      ['rates', 'hotel', 'car', 'charge', 'mail'],
      'hotel and car run together, so they stand in one pair of brackets',
    ],
    [
      'steps together that run apart',
      ['rates', ['hotel', 'car', 'charge'], 'mail'],
      'hotel and charge do not run together (a stage is a run of consecutive @Async steps)',
    ],
    ['a pair of brackets for nothing', ['rates', ['hotel', 'car'], [], 'charge', 'mail'], 'there are empty brackets'],
  ])('are compared with the class: %s', (_, steps, difference) => {
    expect(mistakesIn(trip(steps))).toEqual([
      `STEPS_DIFFER: The steps in @Saga differ from the class BookTrip: ${difference}. ` +
        "If the class is right, write steps: ['rates', ['hotel', 'car'], 'charge', 'mail']",
    ]);
  });

  it('name a sub-saga once, for all of its steps, and alone (R24)', () => {
    const bookSpa = aSaga('BookSpa', [['massage', step()], ['sauna', step()]]);
    const withSpa = (steps: unknown): AnyClass => aSaga('BookTrip', [['car', step(), async()], ['spa', subSaga(bookSpa)]], { steps });
    expect(issuesIn(withSpa(['car', 'spa']))).toEqual([]);
    expect(mistakesIn(withSpa([['car', 'spa']]))).toEqual([
      'STEPS_DIFFER: The steps in @Saga differ from the class BookTrip: ' +
        'car and spa do not run together (a stage is a run of consecutive @Async steps). ' +
        "If the class is right, write steps: ['car', 'spa']",
    ]);
    expect(mistakesIn(withSpa(['car', 'spa/massage', 'spa/sauna']))).toEqual([
      "STEPS_DIFFER: The steps in @Saga differ from the class BookTrip: 'spa' is missing, 'spa/massage' is not a @Step, " +
        "'spa/sauna' is not a @Step. If the class is right, write steps: ['car', 'spa']",
    ]);
  });

  it.each([
    ['a name', 'rates'],
    ['numbers', [1, 2]],
    ['nested too deep', [[['rates']]]],
    ['null', null],
  ])('have to be a list of names and of lists of names, not %s', (_, steps) => {
    expect(issuesIn(trip(steps)).map(({ rule, remedy }) => [rule, remedy])).toEqual([
      ['BAD_OPTION', "steps takes an array of names and of arrays of names, such as ['rates', ['hotel', 'car']]."],
    ]);
  });
});
