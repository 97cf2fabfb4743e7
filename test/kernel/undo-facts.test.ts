import { describe, expect, it } from 'vitest';
import { effectAt } from '../../src/kernel/effects.js';
import type { SagaEvent } from '../../src/kernel/events.js';
import { compensationFacts, fallbackFacts } from '../../src/kernel/undo-facts.js';
import {
  aborted, continueWith, failed, inDoubt, landed, lateEffect, retry, succeeded, timedOut, undoAttemptFailed, undone,
} from './facts.js';
import type { Story } from './given.js';
import { given } from './given.js';
import { plain, sagaOf, trip } from './graphs.js';

const saga = sagaOf(plain('card'), plain('hotel', { needs: ['card'], undo: { needs: ['card'] } }), plain('flight'));
const own = (step: string) => ({ step, round: 1, late: false });

describe('a compensation is told', () => {
  it('how its step ended, its error, which step started the recovery, and what it needs (R9)', () => {
    const { state } = given(saga, succeeded('card'), failed('hotel'));
    expect(compensationFacts(state, own('hotel'))).toEqual({
      outcome: 'failed',
      error: 'no hotel',
      failure: { step: 'hotel', error: 'no hotel' },
      needs: { card: 'card!' },
    });
  });

  it('of no error where its step did not fail (R9)', () => {
    const { state } = given(saga, succeeded('card'), succeeded('hotel'), failed('flight'), undone('flight'));
    const facts = compensationFacts(state, own('hotel'));
    expect(facts).toMatchObject({ outcome: 'succeeded', error: undefined, failure: { step: 'flight' } });
  });

  it.each([
    ['aborted', [aborted('hotel')]],
    ['timed-out', [timedOut('hotel'), landed('hotel')]],
    ['in-doubt', [timedOut('hotel'), inDoubt('hotel')]],
  ] as const)('that its step is %s (R5, R9)', (outcome, events) => {
    const { state } = given(saga, succeeded('card'), ...events);
    expect(compensationFacts(state, own('hotel')).outcome).toBe(outcome);
  });

  it('that its step continued, once that is to be undone (R12)', () => {
    const story = given(saga, succeeded('card'), failed('hotel'), undone('hotel', continueWith('sofa')));
    const { state } = story.when(failed('flight'), undone('flight'));
    expect(compensationFacts(state, own('hotel'))).toMatchObject({ outcome: 'continued', error: undefined });
  });

  it('the failure recorded first, whichever step of the stage it undoes (R7, R9)', () => {
    const { state } = given(trip, succeeded('rates'), succeeded('card'), succeeded('hotel'), failed('car'), failed('flight'));
    expect(compensationFacts(state, own('flight'))).toMatchObject({ error: 'no flight', failure: { step: 'car', error: 'no car' } });
  });

  it('when it comes late, what its round saw: needs and failure of then, not of now (R5a, R9)', () => {
    const story = given(saga, succeeded('card', 'first card'), timedOut('hotel'), inDoubt('hotel'));
    story.when(undone('hotel'), undone('card', retry(2)), succeeded('card', 'second card'), lateEffect('hotel'));
    expect(compensationFacts(story.state, { step: 'hotel', round: 1, late: true })).toEqual({
      outcome: 'timed-out',
      error: 'hotel took too long',
      failure: { step: 'hotel', error: 'hotel took too long' },
      needs: { card: 'first card' },
    });
    expect(effectAt(story.state, 'card')).toBe('second card');
  });

  describe('when its round has several attempts in doubt', () => {
    const requiring = sagaOf(plain('card'), plain('hotel', { needs: ['card'], undo: { requiresEffect: true, needs: ['card'] } }));
    it('an earlier attempt whose effect comes while the later one waits for its turn: undone late, with what the earlier one saw', () => {
      const story = given(requiring, ...bothInDoubt.slice(0, -1)).record(inDoubt('hotel'), lateEffect('hotel', 'h1', 1)).when();
      expect(needsOf(story)).toEqual({ card: 'c1' });
    });

    const bothInDoubt = [
      succeeded('card', 'c1'), timedOut('hotel'), inDoubt('hotel'), undone('card', retry(2)),
      succeeded('card', 'c2'), timedOut('hotel'), inDoubt('hotel'),
    ];
    const late = { step: 'hotel', round: 1, late: true };
    const needsOf = (story: Story) => compensationFacts(story.state, late).needs;

    it('and the first attempt’s effect comes: what that attempt saw (R5a, R9)', () => {
      const story = given(requiring, ...bothInDoubt).thenStep('hotel', { round: 1, attempt: 2 });
      story.when(lateEffect('hotel', 'h1', 1)).thenOrders('undo hotel begun late: h1');
      expect(needsOf(story)).toEqual({ card: 'c1' });
      story.when(undone('hotel'), lateEffect('hotel', 'h2', 2)).thenOrders('undo hotel begun late (undo 2): h2');
      expect(needsOf(story)).toEqual({ card: 'c2' });
    });

    it('and the second attempt’s effect comes first, the other while that is being undone (R5a, R9)', () => {
      const story = given(requiring, ...bothInDoubt);
      story.when(lateEffect('hotel', 'h2', 2)).thenOrders('undo hotel begun late: h2');
      expect(needsOf(story)).toEqual({ card: 'c2' });
      story.when(lateEffect('hotel', 'h1', 1)).thenOrders();
      expect(needsOf(story)).toEqual({ card: 'c2' });
      story.when(undone('hotel')).thenOrders('undo hotel begun late (undo 2): h1');
      expect(needsOf(story)).toEqual({ card: 'c1' });
    });

    it('the same at each of its own attempts, whatever comes meanwhile (R9, R15)', () => {
      const story = given(requiring, ...bothInDoubt, lateEffect('hotel', 'h1', 1), lateEffect('hotel', 'h2', 2));
      story.when(undoAttemptFailed('hotel')).thenOrders('undo hotel begun late (attempt 2): h1');
      expect(needsOf(story)).toEqual({ card: 'c1' });
    });

    it('with the error and the failure of that attempt (R9)', () => {
      const timedOutWith = (error: string): SagaEvent => ({ type: 'step-timed-out', step: 'hotel', error });
      const story = given(
        requiring,
        succeeded('card'), timedOutWith('slow'), inDoubt('hotel'), undone('card', retry(2)),
        succeeded('card'), timedOutWith('slower'), inDoubt('hotel'),
        lateEffect('hotel', 'h1', 1),
      );
      const facts = () => compensationFacts(story.state, late);
      expect(facts()).toMatchObject({ outcome: 'timed-out', error: 'slow', failure: { step: 'hotel', error: 'slow' } });
      story.when(undone('hotel'), lateEffect('hotel', 'h2', 2));
      expect(facts()).toMatchObject({ outcome: 'timed-out', error: 'slower', failure: { step: 'hotel', error: 'slower' } });
    });
  });
});

it('a fallback is told how its step failed and what started the recovery, and needs nothing (R12a)', () => {
  const { state } = given(sagaOf(plain('rates', { undo: false, fallback: true })), failed('rates'));
  const facts = fallbackFacts(state, 'rates');
  expect(facts).toEqual({ outcome: 'failed', error: 'no rates', failure: { step: 'rates', error: 'no rates' }, needs: {} });
});
