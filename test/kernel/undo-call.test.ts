import { describe, expect, it } from 'vitest';
import type { SagaEvent } from '../../src/kernel/events.js';
import { undoCallOf } from '../../src/kernel/undo-call.js';
import { failed, fallbackAttemptFailed, inDoubt, lateEffect, succeeded, timedOut, undoAttemptFailed, undoFailed, undone } from './facts.js';
import { given } from './given.js';
import { plain, sagaOf } from './graphs.js';

const saga = sagaOf(plain('card'), plain('hotel', { fallback: true }));

describe('the call of a compensation', () => {
  it('is found by step, round and undo (R25)', () => {
    const { state } = given(saga, succeeded('card'), failed('hotel'));
    expect(undoCallOf(state, 1, { of: 'compensation', round: 1, undo: 1 })).toMatchObject({ status: 'running', attempt: 1, late: false });
    expect(undoCallOf(state, 1, { of: 'compensation', round: 1, undo: 2 })).toBeNull();
    expect(undoCallOf(state, 1, { of: 'compensation', round: 2, undo: 1 })).toBeNull();
    expect(undoCallOf(state, 0, { of: 'compensation', round: 1, undo: 1 })).toBeNull();
    expect(undoCallOf(state, 1, { of: 'fallback' })).toBeNull();
  });

  it('may be a late one, beside the execution’s own (R5a)', () => {
    const { state } = given(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'), undone('hotel'));
    expect(undoCallOf(state, 1, { of: 'fallback' })).toMatchObject({ of: 'fallback', status: 'running' });
    expect(undoCallOf(state, 1, { of: 'compensation', round: 1, undo: 2 })).toBeNull();
    const withoutFallback = sagaOf(plain('card'), plain('hotel'));
    const after = given(withoutFallback, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'), undone('hotel'));
    expect(undoCallOf(after.state, 1, { of: 'compensation', round: 1, undo: 2 })).toMatchObject({ late: true, effect: 'hotel!' });
    expect(undoCallOf(after.state, 0, { of: 'compensation', round: 1, undo: 1 })).toMatchObject({ late: false, effect: 'card!' });
  });

  it('keeps what its last attempt failed with (R15)', () => {
    const { state } = given(saga, succeeded('card'), failed('hotel'), undoFailed('hotel'));
    expect(undoCallOf(state, 1, { of: 'compensation', round: 1, undo: 1 })).toMatchObject({ status: 'asked', error: 'no undoing hotel' });
  });

  it('takes each attempt in its turn', () => {
    const story = given(saga, succeeded('card'), failed('hotel'));
    story.thenRefuses(undoAttemptFailed('hotel', 0, 2)).record(undoAttemptFailed('hotel'));
    story.thenRefuses({ type: 'compensation-begun', step: 'hotel', round: 1, undo: 1, attempt: 3, effect: undefined, late: false });
    story.when().thenOrders('undo hotel begun (attempt 2): nothing');
  });
});

describe('the call of a fallback', () => {
  const begin = (attempt: number, step = 'hotel'): SagaEvent => ({ type: 'fallback-begun', step, attempt });

  it('takes each attempt in its turn (R12a)', () => {
    const story = given(saga, succeeded('card'), failed('hotel'), undone('hotel'));
    story.thenRefuses(begin(2), fallbackAttemptFailed('hotel', 0, 2)).record(fallbackAttemptFailed('hotel'));
    story.thenRefuses(begin(1), begin(3)).when().thenOrders('fallback of hotel begun (attempt 2)');
  });
});
