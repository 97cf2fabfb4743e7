import { describe, expect, it } from 'vitest';
import { aSaga, compensate, fallback, step } from '../../metadata/notes.js';
import type { Member } from '../../metadata/notes.js';
import { mistakesIn } from '../issues.js';

const hotel = ['hotel', step()] as const;

describe('the step that a compensation or a fallback names', () => {
  it.each(['Hotel', 'hotle', 'hotl', 'hotels', 'ohtel'])('is suggested where it was probably meant: %s', (written) => {
    expect(mistakesIn(aSaga('BookTrip', [['rates', step()], hotel, ['other', fallback(written)]]))).toEqual([
      `UNKNOWN_STEP: BookTrip.other is the fallback of '${written}', which is not a @Step of BookTrip. ` +
        "Did you mean 'hotel'? Write one of: rates, hotel.",
    ]);
  });

  it('is a step, not just any method', () => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['undo', compensate('hotel')], ['undoUndo', compensate('undo')]]))).toEqual([
      "UNKNOWN_STEP: BookTrip.undoUndo compensates 'undo', which is not a @Step of BookTrip. Write one of: hotel.",
    ]);
  });

  it.each(['toString', '__proto__', 'constructor'])('is not found among what every object has: %s', (written) => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['undo', compensate(written)]]))).toEqual([
      `UNKNOWN_STEP: BookTrip.undo compensates '${written}', which is not a @Step of BookTrip. Write one of: hotel.`,
    ]);
  });

  it('is chosen from a list that a person can read', () => {
    const steps = Array.from({ length: 30 }, (_, index): Member => [`s${index}`, step()]);
    const [mistake] = mistakesIn(aSaga('Long', [...steps, ['undo', compensate('nothing like it')]]));
    expect(mistake).toMatch(/Write one of: s0, s1, .*, s19 and 10 more\.$/);
  });

  it('has to be a name', () => {
    expect(mistakesIn(aSaga('BookTrip', [hotel, ['undo', compensate(undefined)], ['or', fallback(() => 'hotel')]]))).toEqual([
      "BAD_OPTION: BookTrip.undo says @Compensate(undefined). It takes the name of a step, such as 'hotel'.",
      "BAD_OPTION: BookTrip.or says @Fallback(a function). It takes the name of a step, such as 'hotel'.",
    ]);
  });

  it('is sought in vain where there are no steps at all', () => {
    expect(mistakesIn(aSaga('BookTrip', [['undo', compensate('hotel')]]))).toEqual([
      expect.stringContaining('NO_STEPS'),
      "UNKNOWN_STEP: BookTrip.undo compensates 'hotel', which is not a @Step of BookTrip. Put @Step() on a method 'hotel'.",
    ]);
  });
});
