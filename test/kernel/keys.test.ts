import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compensationKey, fallbackKey, stepKey } from '../../src/kernel/keys.js';

describe('an idempotency key (R25)', () => {
  it('of a step is execution, path and round', () => {
    expect(stepKey('trip-7', 'lodging/hotel', 2)).toBe('trip-7:lodging/hotel:2');
  });

  it('of a compensation says which undo of that round it is, and of a fallback that it is one', () => {
    expect(compensationKey('trip-7', 'hotel', 2, 3)).toBe('trip-7:hotel:2:undo-3');
    expect(fallbackKey('trip-7', 'hotel', 2)).toBe('trip-7:hotel:2:fallback');
  });

  it('writes whatever is not a letter, a digit or one of _ $ / . - as its code units', () => {
    expect(stepKey('t', 'Hôtel ~ 🏨:1', 1)).toBe('t:H~00f4tel~0020~007e~0020~d83c~dfe8~003a1:1');
  });

  // Ids and paths made of the very pieces that keys are made of.
  const hostile = fc.array(
    fc.constantFrom(':', '1', '2', 'undo-1', 'fallback', '~', '~003a', '003a', 'a', '/', '\0', '\ud800', '\udc00', 'é', ' ', '\n'),
    { maxLength: 6 },
  ).map((pieces) => pieces.join(''));
  const count = fc.integer({ min: 1, max: 12 });
  const call = fc.oneof(
    fc.tuple(fc.constant('step'), hostile, hostile, count),
    fc.tuple(fc.constant('fallback'), hostile, hostile, count),
    fc.tuple(fc.constant('compensation'), hostile, hostile, count, count),
  );
  const keyOf = ([of, execution, path, round, undo = 1]: readonly [string, string, string, number, number?]): string => {
    if (of === 'step') return stepKey(execution, path, round);
    return of === 'fallback' ? fallbackKey(execution, path, round) : compensationKey(execution, path, round, undo);
  };

  it('is of one call only, however hostile ids and paths are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(call, { minLength: 40, maxLength: 80, size: 'max', selector: (one) => JSON.stringify(one) }), (calls) => {
        expect(new Set(calls.map(keyOf)).size).toBe(calls.length);
      }),
    );
  });

  it('is printable ASCII but for the id, which is the caller’s, and has no other colon in the path', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), count, (path, round) => {
        expect(stepKey('id', path, round)).toMatch(/^id:[\x21-\x39\x3b-\x7e]*:\d+$/);
      }),
    );
  });
});
