import { describe, expect, it } from 'vitest';
import { effectToUndo } from '../../src/kernel/effects-to-undo.js';
import { failed, handlerSaid, inDoubt, lateEffect, succeeded, timedOut, undoAttemptFailed, undoFailed, undone, unwound } from './facts.js';
import type { Story } from './given.js';
import { given, givenOnLog } from './given.js';
import { plain, sagaOf } from './graphs.js';

const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000, undo: { retry: 3 } }));
const hotelInDoubt = [succeeded('card'), timedOut('hotel'), inDoubt('hotel')];
const effectOf = ({ state }: Story, step: string, undo = 1, late = false): unknown => effectToUndo(state, { step, round: 1, undo, late });

describe('the effect that a compensation is called with is known before', () => {
  it('as that of its step, or as none', () => {
    const story = given(saga, succeeded('card')).record(failed('hotel'), unwound('hotel'));
    expect(effectOf(story, 'hotel')).toBeUndefined();
    expect(effectOf(story, 'card')).toBe('card!');
  });

  it('as that of the call that is repeated (R15)', () => {
    const story = given(saga, ...hotelInDoubt, lateEffect('hotel', 'H2')).record(undoAttemptFailed('hotel'));
    expect(effectOf(story, 'hotel')).toBeUndefined();
  });

  it('as the one that came late (R5a)', () => {
    const story = given(saga, ...hotelInDoubt, undone('hotel')).record(lateEffect('hotel', 'H1'));
    expect(effectOf(story, 'hotel', 2, true)).toBe('H1');
  });

  it('as the one that a person found out (R27)', () => {
    const story = givenOnLog(saga, ...hotelInDoubt, undoFailed('hotel'), handlerSaid('hotel', 'stop'));
    story.record({ type: 'execution-repaired', repair: { kind: 'resolve', step: 'hotel', effect: 'H1' }, by: 'ann' });
    expect(effectOf(story, 'hotel', 2)).toBe('H1');
  });
});
