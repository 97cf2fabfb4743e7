import { describe, expect, it } from 'vitest';
import { effectsWithin } from '../../src/kernel/effects.js';
import { endOfSubSaga, otherFailures, remainingAtFailure, remainingSteps } from '../../src/kernel/outcome.js';
import { undoCallOf } from '../../src/kernel/undo-call.js';
import {
  failed, fallbackFailed, handlerSaid, inDoubt, lateEffect, retry, skipped, succeeded, timedOut, undoFailed, undone,
} from './facts.js';
import { given } from './given.js';
import { async, plain, sagaOf, subSaga } from './graphs.js';

const saga = sagaOf(plain('card'), plain('rates', { undo: false }), async('hotel'), async('car'), async('flight'));
const booked = [succeeded('card'), succeeded('rates')];
const names = (remaining: readonly { readonly step: string }[]): string[] => remaining.map(({ step }) => step);

describe('an execution that completed', () => {
  it('has the effects of its steps, but not of those that returned nothing (R3, R4)', () => {
    const stages = [succeeded('card', null), succeeded('rates', 0)];
    const { state } = given(saga, ...stages, succeeded('hotel', undefined), succeeded('car', ''), skipped('flight'));
    expect(state.end).toBe('completed');
    expect(effectsWithin(state, '')).toEqual({ card: null, rates: 0, car: '' });
  });
});

describe('a sub-saga whose execution has ended', () => {
  const parent = sagaOf(plain('card'), subSaga('spa', {}, plain('massage', { undo: false })), plain('charge'));

  it('is told of with the input that it was last opened with, whatever the end (R17, R24)', () => {
    const opened = [succeeded('card'), succeeded('spa', 'the input'), succeeded('spa/massage')];
    expect(endOfSubSaga(given(parent, ...opened, succeeded('charge')).state, 'spa')).toEqual({ input: 'the input' });
    const undoneAll = given(parent, ...opened, failed('charge'), undone('charge'), undone('card'));
    expect([undoneAll.state.end, endOfSubSaga(undoneAll.state, 'spa')]).toEqual(['compensated', { input: 'the input' }]);
  });

  it('has no end to tell of where it was never opened (R24)', () => {
    expect(endOfSubSaga(given(parent, failed('card'), undone('card')).state, 'spa')).toBeNull();
  });

  it('has none at a completed end where it was skipped at last, though it was opened before (R11, R24)', () => {
    const firstPass = [succeeded('card'), succeeded('spa', 'the input'), succeeded('spa/massage'), failed('charge'), undone('charge')];
    const again = [undone('card', retry(2)), succeeded('card'), skipped('spa'), succeeded('charge')];
    const { state } = given(parent, ...firstPass, ...again);
    expect([state.end, state.openedWith?.get('spa'), endOfSubSaga(state, 'spa')]).toEqual(['completed', 'the input', null]);
  });
});

describe('an execution that ended backward', () => {
  it('has the failures besides the one that started it, and the errors of fallbacks (R7, R12a)', () => {
    const twoFallbacks = sagaOf(async('hotel', { undo: false, fallback: true }), async('car'));
    const { state } = given(twoFallbacks, failed('car'), failed('hotel'), undone('car'), fallbackFailed('hotel'));
    expect(otherFailures(state)).toEqual([
      { step: 'hotel', error: 'no hotel' },
      { step: 'hotel', error: 'no fallback of hotel' },
    ]);
  });
});

const siblings = [succeeded('car'), succeeded('flight')];
const late = [...booked, timedOut('hotel'), ...siblings, inDoubt('hotel'), undone('hotel'), lateEffect('hotel')];

describe('an execution that is stuck', () => {
  const unwinding = [...booked, succeeded('hotel'), failed('car'), failed('flight')];

  it('has the failing step first, then what stands and has a compensation to call, in the order of R8 (R15)', () => {
    const { state } = given(saga, ...unwinding, undoFailed('flight'), handlerSaid('flight', 'stop'));
    expect(remainingSteps(state)).toEqual([
      { step: 'flight', round: 1, effect: undefined, outcome: 'failed' },
      { step: 'car', round: 1, effect: undefined, outcome: 'failed' },
      { step: 'hotel', round: 1, effect: 'hotel!', outcome: 'succeeded' },
      { step: 'card', round: 1, effect: 'card!', outcome: 'succeeded' },
    ]);
  });

  it('has only the steps that failed to be undone, in that order, where the others were (R15)', () => {
    const story = given(saga, ...unwinding, undoFailed('flight'), handlerSaid('flight', 'continue'), undone('car'));
    story.when(undoFailed('hotel'), handlerSaid('hotel', 'continue'), undone('card'));
    expect(story.state.end).toBe('stuck');
    expect(names(remainingSteps(story.state))).toEqual(['flight', 'hotel']);
  });

  it('has the effect that a late compensation failed to undo (R5a, R15)', () => {
    const { state } = given(saga, ...late, undoFailed('hotel', { undo: 2 }), handlerSaid('hotel', 'stop', { undo: 2 }));
    expect(remainingSteps(state)).toEqual([{ step: 'hotel', round: 1, effect: 'hotel!', outcome: 'timed-out' }]);
  });
});

describe('the handler of a compensation that failed', () => {
  it('is told of it first, then of what remains already, then of what stands (R15)', () => {
    const story = given(saga, ...booked, succeeded('hotel'), succeeded('car'), failed('flight'));
    const { state } = story.when(undoFailed('flight'), handlerSaid('flight', 'continue'), undoFailed('car'));
    const call = undoCallOf(state, 3, { of: 'compensation', round: 1, undo: 1 })!;
    expect(names(remainingAtFailure(state, call))).toEqual(['car', 'flight', 'hotel', 'card']);
  });

  it('is told of no other step that stands where the compensation was late: those are being undone (R5a)', () => {
    const { state } = given(saga, ...late, undoFailed('hotel', { undo: 2 }));
    const call = undoCallOf(state, 2, { of: 'compensation', round: 1, undo: 2 })!;
    expect(names(remainingAtFailure(state, call))).toEqual(['hotel']);
  });
});
