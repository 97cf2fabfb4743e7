import { describe, expect, it } from 'vitest';
import { beginNewRound, doubtfulRound, undosOf } from '../../src/kernel/rounds.js';
import { attemptFailed, failed, inDoubt, lateEffect, retry, succeeded, timedOut, undone } from './facts.js';
import { given } from './given.js';
import { plain, sagaOf } from './graphs.js';

const saga = sagaOf(plain('card'), plain('hotel', { retry: 3 }), plain('rates', { undo: false, retry: 2 }));
const hotelInDoubt = [succeeded('card'), timedOut('hotel'), inDoubt('hotel')];

describe('a round', () => {
  it('is new once the compensation was called: attempts and undos count from the start (R11, R25)', () => {
    given(saga, succeeded('card'), attemptFailed('hotel'), failed('hotel'))
      .thenStep('hotel', { round: 1, attempt: 2, undos: 1 })
      .when(undone('hotel', retry(2)))
      .thenStep('hotel', { round: 2, attempt: 1, undos: 0 });
  });

  it('goes on where no compensation was called: its runs go on counting, its in-place retries count anew (R6, R11)', () => {
    given(saga, succeeded('card'), succeeded('hotel'), attemptFailed('rates'), failed('rates'))
      .when(undone('hotel', retry(2)), succeeded('hotel'))
      .thenStep('rates', { round: 1, attempt: 3, uncounted: 2 });
  });

  it('is doubtful once an attempt of it was given up in doubt (R5a)', () => {
    const { state } = given(saga, ...hotelInDoubt);
    const error = 'hotel took too long';
    expect(doubtfulRound(state, 1, 1)).toMatchObject({
      attempts: new Map([
        [1, { error, lateOutcome: 'timed-out', failure: { step: 'hotel', error }, needs: {}, input: undefined, landed: false }],
      ]),
      effects: [],
      undone: [],
    });
    expect(doubtfulRound(state, 1, 2)).toBeUndefined();
    expect(doubtfulRound(state, 0, 1)).toBeUndefined();
  });

  it('that is past keeps the count of its undos (R25)', () => {
    const story = given(saga, ...hotelInDoubt, undone('hotel', retry(2)));
    const past = doubtfulRound(story.state, 1, 1)!;
    expect(undosOf(story.state, past)).toBe(1);
    story.when(lateEffect('hotel'));
    expect(undosOf(story.state, past)).toBe(2);
    expect(story.step('hotel').undos).toBe(0);
  });

  it('that is still the step’s own is counted by the step', () => {
    const { state } = given(saga, ...hotelInDoubt);
    expect(undosOf(state, doubtfulRound(state, 1, 1)!)).toBe(1);
    beginNewRound(state, 1);
    expect(state.steps[1]).toMatchObject({ round: 2, attempt: 0, undos: 0 });
    expect(undosOf(state, doubtfulRound(state, 1, 1)!)).toBe(1);
  });
});
