import { describe, expect, it } from 'vitest';
import type { UndoFacts } from '../../src/kernel/undo-facts.js';
import { compensationFacts, effectOf, fallbackFacts } from '../../src/kernel/undo-facts.js';
import { aborted, continueWith, failed, inDoubt, landed, lateEffect, retry, succeeded, timedOut, undone } from './facts.js';
import { given } from './given.js';
import { plain, sagaOf, trip } from './graphs.js';

const saga = sagaOf(plain('card'), plain('hotel', { needs: ['card'], undo: { needs: ['card'] } }), plain('flight'));
const told = (facts: UndoFacts) => ({ ...facts, needs: Object.fromEntries(facts.needs) });
const own = (step: string) => ({ step, round: 1, late: false });

describe('a compensation is told', () => {
  it('how its step ended, its error, which step started the recovery, and what it needs (R9)', () => {
    const { state } = given(saga, succeeded('card'), failed('hotel'));
    expect(told(compensationFacts(state, own('hotel')))).toEqual({
      outcome: 'failed',
      error: 'no hotel',
      failure: { step: 'hotel', error: 'no hotel' },
      needs: { card: 'card!' },
    });
  });

  it('of no error where its step did not fail (R9)', () => {
    const { state } = given(saga, succeeded('card'), succeeded('hotel'), failed('flight'), undone('flight'));
    const facts = told(compensationFacts(state, own('hotel')));
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
    expect(told(compensationFacts(state, own('hotel')))).toMatchObject({ outcome: 'continued', error: undefined });
  });

  it('the failure recorded first, whichever step of the stage it undoes (R7, R9)', () => {
    const { state } = given(trip, succeeded('rates'), succeeded('card'), succeeded('hotel'), failed('car'), failed('flight'));
    expect(compensationFacts(state, own('flight'))).toMatchObject({ error: 'no flight', failure: { step: 'car', error: 'no car' } });
  });

  it('when it comes late, what its round saw: needs and failure of then, not of now (R5a, R9)', () => {
    const story = given(saga, succeeded('card', 'first card'), timedOut('hotel'), inDoubt('hotel'));
    story.when(undone('hotel'), undone('card', retry(2)), succeeded('card', 'second card'), lateEffect('hotel'));
    expect(told(compensationFacts(story.state, { step: 'hotel', round: 1, late: true }))).toEqual({
      outcome: 'timed-out',
      error: 'hotel took too long',
      failure: { step: 'hotel', error: 'hotel took too long' },
      needs: { card: 'first card' },
    });
    expect(effectOf(story.state, 'card')).toBe('second card');
  });
});

it('a fallback is told how its step failed and what started the recovery, and needs nothing (R12a)', () => {
  const { state } = given(sagaOf(plain('rates', { undo: false, fallback: true })), failed('rates'));
  const facts = fallbackFacts(state, 'rates');
  expect(told(facts)).toEqual({ outcome: 'failed', error: 'no rates', failure: { step: 'rates', error: 'no rates' }, needs: {} });
});
