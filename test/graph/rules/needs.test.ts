import { describe, expect, it } from 'vitest';
import { aSaga, async, compensate, step, subSaga } from '../../metadata/notes.js';
import { issuesIn, mistakesIn, rulesBrokenBy } from '../issues.js';

describe('the needs of a step', () => {
  it('may name any earlier step, of its own async stage too (R2)', () => {
    const saga = aSaga('BookTrip', [
      ['rates', step()],
      ['hotel', step(), async()],
      ['car', step({ needs: ['hotel', 'rates'] }), async()],
      ['charge', step({ needs: ['rates', 'hotel', 'car'] })],
    ]);
    expect(issuesIn(saga)).toEqual([]);
  });

  it('may not name a later step, of its own async stage neither', () => {
    expect(rulesBrokenBy(aSaga('BookTrip', [['car', step({ needs: ['hotel'] }), async()], ['hotel', step(), async()]]))).toEqual([
      'NEEDS_LATER_STEP',
    ]);
  });

  it('are offered the earlier steps where they name none, and nothing on the first step', () => {
    const saga = aSaga('BookTrip', [
      ['first', step({ needs: ['x'] })],
      ['second', step()],
      ['third', step({ needs: ['x'] })],
      ['fourth', step()],
    ]);
    expect(mistakesIn(saga)).toEqual([
      "UNKNOWN_NEED: BookTrip.first needs 'x', which is not a @Step of BookTrip. No effect is there by then: remove it from the needs.",
      "UNKNOWN_NEED: BookTrip.third needs 'x', which is not a @Step of BookTrip. Write one of: first, second.",
    ]);
  });
});

describe('the effect of a sub-saga (R24)', () => {
  const lodging = ['lodging', subSaga(aSaga('BookLodging', [['hotel', step()]]))] as const;

  it('is there for later steps, for compensations of later steps and for later sub-sagas', () => {
    const saga = aSaga('BookTrip', [
      lodging,
      ['car', step({ needs: ['lodging'] }), async()],
      ['cancelCar', compensate('car', { needs: ['lodging'] })],
      ['again', subSaga(aSaga('BookMore', [['room', step()]]), { needs: ['car', 'lodging'] })],
    ]);
    expect(issuesIn(saga)).toEqual([]);
  });

  it('is not there before, and a sub-saga needs only earlier steps itself', () => {
    const early = ['early', subSaga(aSaga('BookEarly', [['train', step()]]), { needs: ['lodging', 'early', 'x'] })] as const;
    expect(mistakesIn(aSaga('BookTrip', [['car', step({ needs: ['lodging'] })], early, lodging]))).toEqual([
      "UNKNOWN_NEED: BookTrip.early needs 'x', which is not a @Step of BookTrip. Write one of: car.",
      "NEEDS_ITSELF: BookTrip.early needs itself. Remove 'early' from its needs.",
      "NEEDS_LATER_STEP: BookTrip.car needs 'lodging', which is declared after it. Move lodging above car, or remove it from the needs.",
      "NEEDS_LATER_STEP: BookTrip.early needs 'lodging', which is declared after it. " +
        'Move lodging above early, or remove it from the needs.',
    ]);
  });

  it('is needed as a whole, not step by step', () => {
    const saga = aSaga('BookTrip', [['car', step({ needs: ['lodging/hotel'] })], lodging, ['bus', step({ needs: ['lodging/hotel'] })]]);
    expect(mistakesIn(saga)).toEqual([
      "UNKNOWN_NEED: BookTrip.car needs 'lodging/hotel', which is not a @Step of BookTrip. " +
        'No effect is there by then: remove it from the needs.',
      "UNKNOWN_NEED: BookTrip.bus needs 'lodging/hotel', which is not a @Step of BookTrip. " +
        "Write 'lodging': others read the effect of a sub-saga as a whole.",
    ]);
  });
});

describe('the needs of a compensation (R9)', () => {
  const trip = (needs: readonly string[]): ReturnType<typeof aSaga> =>
    aSaga('BookTrip', [
      ['rates', step()],
      ['hotel', step(), async()],
      ['room', step({ needs: ['hotel'] }), async()],
      ['key', step({ needs: ['room'] }), async()],
      ['car', step(), async()],
      ['charge', step()],
      ['returnKey', compensate('key', { needs })],
    ]);

  it.each(['room', 'hotel', 'rates'])('may name what its step needs, if only through others, and steps of earlier stages: %s', (need) => {
    expect(issuesIn(trip([need]))).toEqual([]);
  });

  it.each([
    ['a step that runs beside its own', 'car', "runs beside 'key', so that nobody knows whether it is done by then"],
    ['a step of a later stage', 'charge', "runs after 'key', so that it is undone by then"],
  ])('may not name %s', (_, need, why) => {
    expect(mistakesIn(trip([need]))).toEqual([
      `COMPENSATION_NEEDS_OUT_OF_REACH: BookTrip.returnKey needs '${need}', which ${why}. ` +
        'Write one of: rates, hotel, room.',
    ]);
  });

  it('may not name what merely needs its step', () => {
    const saga = aSaga('BookTrip', [
      ['hotel', step(), async()],
      ['room', step({ needs: ['hotel'] }), async()],
      ['undo', compensate('hotel', { needs: ['room'] })],
    ]);
    expect(rulesBrokenBy(saga)).toEqual(['COMPENSATION_NEEDS_OUT_OF_REACH']);
  });

  it('may not name its own step, whose effect it is handed, nor a step twice, nor none', () => {
    expect(issuesIn(trip(['key', 'rates', 'rates', 'rats'])).map(({ rule, remedy }) => [rule, remedy])).toEqual([
      ['UNKNOWN_NEED', "Did you mean 'rates'? Write one of: rates, hotel, room."],
      ['DUPLICATE_NEED', 'Name it once.'],
      ['COMPENSATION_NEEDS_OWN_STEP', 'Remove it from the needs: its effect is the first parameter of returnKey.'],
    ]);
  });

  it('are judged for each step that the method compensates', () => {
    const saga = aSaga('BookTrip', [
      ['hotel', step()],
      ['car', step()],
      ['undo', compensate('hotel', { needs: ['car'] }), compensate('car', { needs: ['hotel'] })],
    ]);
    expect(rulesBrokenBy(saga)).toEqual(['COMPENSATION_NEEDS_OUT_OF_REACH']);
  });

  it('are judged as far as they can be where the step they are for is unknown', () => {
    expect(rulesBrokenBy(aSaga('BookTrip', [['hotel', step()], ['undo', compensate('x', { needs: ['hotel', 'y'] })]]))).toEqual([
      'UNKNOWN_STEP',
      'UNKNOWN_NEED',
    ]);
  });
});
