import { describe, expect, it } from 'vitest';
import { emittedEvents } from '../../src/kernel/effects.js';
import type { SagaEvent } from '../../src/kernel/events.js';
import type { StepRun } from '../../src/kernel/judge.js';
import { stepReturned, stepSkipped } from '../../src/kernel/judge.js';
import {
  attemptFailed, begun, continueWith, emitted, failed, inDoubt, landed, lateEffect, retry, skipped, succeeded, timedOut, undone,
} from './facts.js';
import type { Story } from './given.js';
import { given } from './given.js';
import { async, plain, sagaOf, subSaga } from './graphs.js';

const row = sagaOf(plain('card'), plain('hotel', { retry: 2 }), plain('flight'));
const published = ({ state }: Story): readonly unknown[] => emittedEvents(state, '');
const skippedWith = (step: string, ...events: readonly unknown[]): SagaEvent => ({ type: 'step-skipped', step, events });
const completed = (...reports: readonly SagaEvent[]): Story => given(row, ...reports).thenState({ end: 'completed' });

describe('what steps emit is published', () => {
  it('in declaration order of the steps, and in emission order within, whoever was done first (R20)', () => {
    const saga = sagaOf(async('hotel'), async('car'), plain('flight'));
    const story = given(saga, emitted('car', 'c1', 'c2'), emitted('hotel', 'h1'), emitted('flight', 'f1'));
    expect(published(story)).toEqual(['h1', 'c1', 'c2', 'f1']);
  });

  it('not at all where nothing was emitted, or nothing of what was is left (R20)', () => {
    expect(published(completed(succeeded('card'), succeeded('hotel'), succeeded('flight')))).toEqual([]);
    const undoneOnce = [emitted('card', 'c1'), failed('hotel'), undone('hotel'), undone('card', retry(2)), succeeded('card')];
    expect(published(completed(...undoneOnce, succeeded('hotel'), succeeded('flight')))).toEqual([]);
  });

  it('whatever value it is (R20)', () => {
    const values = [undefined, null, 0, '', false];
    expect(published(completed(emitted('card', ...values), succeeded('hotel'), succeeded('flight')))).toEqual(values);
  });

  it('of a run that skipped, too: nothing is its effect (R4, R20)', () => {
    expect(published(completed(skippedWith('card', 'none'), succeeded('hotel'), succeeded('flight')))).toEqual(['none']);
    const second = [succeeded('card'), attemptFailed('hotel'), skippedWith('hotel', 'second run'), succeeded('flight')];
    expect(published(completed(...second))).toEqual(['second run']);
  });

  it('of the steps of a sub-saga in their place, and of no step that was skipped with it (R20, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('lodging', {}, plain('hotel')), plain('flight'));
    const through = [emitted('card', 1), emitted('lodging', 2), emitted('lodging/hotel', 3), emitted('flight', 4)];
    expect(published(given(saga, ...through))).toEqual([1, 2, 3, 4]);
    const anew = [...through.slice(0, -1), failed('flight'), undone('flight'), undone('lodging/hotel'), undone('card', retry(2))];
    expect(published(given(saga, ...anew, emitted('card', 5), skipped('lodging'), emitted('flight', 6)))).toEqual([5, 6]);
  });
});

describe('what steps emitted is dropped', () => {
  it('of attempts that failed: only the run that made the effect counts (R6, R20)', () => {
    const story = completed(succeeded('card'), attemptFailed('hotel'), emitted('hotel', 'second run'), succeeded('flight'));
    expect(published(story)).toEqual(['second run']);
  });

  const hotelFails = [emitted('card', 'old card'), failed('hotel'), undone('hotel')];

  it('where the step was begun anew: only its last run counts (R20)', () => {
    const again = [undone('card', retry(2)), emitted('card', 'new card'), emitted('hotel', 'hotel'), succeeded('flight')];
    expect(published(completed(...hotelFails, ...again))).toEqual(['new card', 'hotel']);
  });

  it('where it was passed over and begun anew (R20)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false }), plain('hotel'));
    const failing = [succeeded('card'), emitted('rates', 'old'), failed('hotel'), undone('hotel')];
    const first = [...failing, undone('card', retry(2)), succeeded('card')];
    expect(published(given(saga, ...first, emitted('rates', 'new'), succeeded('hotel')))).toEqual(['new']);
    expect(published(given(saga, ...first, succeeded('rates'), succeeded('hotel')))).toEqual([]);
    expect(published(given(saga, ...first, skipped('rates'), succeeded('hotel')))).toEqual([]);
  });

  it('where the step continued, though an earlier run of it had succeeded (R12, R20)', () => {
    const anew = [undone('card', retry(2)), failed('card'), undone('card', continueWith('cash'), { round: 2 })];
    expect(published(completed(...hotelFails, ...anew, succeeded('hotel'), succeeded('flight')))).toEqual([]);
  });

  it('where the step that continued is begun anew, it counts again (R12, R20)', () => {
    const continued = [failed('card'), undone('card', continueWith('cash')), failed('hotel'), undone('hotel')];
    const anew = [undone('card', retry(2), { undo: 2 }), emitted('card', 'paid'), succeeded('hotel'), succeeded('flight')];
    expect(published(completed(...continued, ...anew))).toEqual(['paid']);
  });

  it('where the execution did not complete: nothing stands (R20)', () => {
    expect(published(given(row, ...hotelFails, undone('card')).thenState({ end: 'compensated' }))).toEqual([]);
  });

  it('where a run settled too late, in its grace or after it: judge passes nothing on (R5, R5a, R20)', () => {
    const run: StepRun = { step: 'card', round: 1, attempt: 1 };
    const overdue = given(row, timedOut('card'));
    expect(stepReturned(overdue.state, run, 'card!', ['e'])).toEqual(landed('card'));
    expect(stepReturned(overdue.when(inDoubt('card')).state, run, 'card!', ['e'])).toEqual(lateEffect('card'));
  });
});

describe('the fact that a step is done', () => {
  const run: StepRun = { step: 'card', round: 1, attempt: 1 };
  const { state } = given(row).thenRefuses(begun('hotel'));

  it('carries what its run emitted (R20)', () => {
    expect(stepReturned(state, run, 'card!', ['e1', 'e2'])).toEqual(emitted('card', 'e1', 'e2'));
    expect(stepSkipped(state, run, ['e'])).toEqual(skippedWith('card', 'e'));
  });

  it('has no such part where it emitted nothing', () => {
    expect(stepReturned(state, run, 'card!')).toEqual({ type: 'step-succeeded', step: 'card', effect: 'card!' });
    expect(Object.keys(stepReturned(state, run, 'card!')!)).not.toContain('events');
    expect(Object.keys(stepSkipped(state, run)!)).not.toContain('events');
  });
});
