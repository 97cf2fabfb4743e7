import { describe, expect, it } from 'vitest';
import type { Rejection } from '../../src/kernel/judge.js';
import {
  compensationThrew, fallbackThrew, retryAnswer, stepGraceEnded, stepReturned, stepSkipped, stepThrew, stepTimedOut,
  stepUnrecordable,
} from '../../src/kernel/judge.js';
import { attemptFailed, cancelled, failed, inDoubt, landed, lateEffect, retry, succeeded, timedOut, undone, waited } from './facts.js';
import { given, givenCompensationRetry } from './given.js';
import { async, plain, retryPolicy, sagaOf } from './graphs.js';

const policy = { attempts: 3, baseMs: 100, jitter: true };
const saga = sagaOf(
  async('hotel', { retry: policy, timeoutMs: 5_000, undo: { retry: { attempts: 2, baseMs: 40, jitter: false } }, fallback: { retry: 2 } }),
  async('rates', { undo: false, timeoutMs: 5_000 }),
);
const first = { step: 'hotel', round: 1, attempt: 1 };
const ratesRun = { ...first, step: 'rates' };
const undo = { step: 'hotel', round: 1, undo: 1 };
const rejection = (said: Partial<Rejection> = {}): Rejection => ({ error: 'full', aborts: false, retryable: true, sample: 0.5, ...said });

describe('a run that returns', () => {
  it('succeeds in time', () => {
    expect(stepReturned(given(saga).state, first, undefined)).toEqual({ type: 'step-succeeded', step: 'hotel', effect: undefined });
  });

  it('lands within its grace (R5)', () => {
    expect(stepReturned(given(saga, timedOut('hotel')).state, first, 'H1')).toEqual({ type: 'step-landed', step: 'hotel', effect: 'H1' });
  });

  it('has a late effect after it (R5a)', () => {
    const { state } = given(saga, timedOut('hotel'), inDoubt('hotel'));
    expect(stepReturned(state, first, 'H1')).toEqual({ type: 'late-effect', step: 'hotel', round: 1, attempt: 1, effect: 'H1' });
  });

  it('has a late effect of its own round, also when the step is in a later one (R5a)', () => {
    const { state } = given(saga, succeeded('rates'), timedOut('hotel'), inDoubt('hotel'), undone('hotel', retry(2)));
    expect(stepReturned(state, first, 'H1')).toMatchObject({ type: 'late-effect', round: 1 });
    expect(stepReturned(state, { ...first, round: 2 }, 'H2')).toMatchObject({ type: 'step-succeeded' });
  });

  it('means nothing late where the step has no compensation (R5a)', () => {
    expect(stepReturned(given(saga, timedOut('rates'), inDoubt('rates')).state, ratesRun, 'R1')).toBeNull();
  });
});

describe('a run that returns what cannot be recorded', () => {
  it('fails after the fact, with its effect, and is not repeated (R6)', () => {
    const event = { type: 'step-failed', step: 'hotel', error: 'strange', outcome: 'failed', effect: 'H1' };
    expect(stepUnrecordable(given(saga).state, first, 'strange', 'H1')).toEqual(event);
  });

  it('lands, or is late, like any other where it has failed before (R5, R5a)', () => {
    const overdue = given(saga, timedOut('hotel'));
    expect(stepUnrecordable(overdue.state, first, 'strange', 'H1')).toEqual(landed('hotel', 'H1'));
    expect(stepUnrecordable(overdue.when(inDoubt('hotel')).state, first, 'strange', 'H1')).toEqual(lateEffect('hotel', 'H1'));
    expect(stepUnrecordable(given(saga, timedOut('rates'), inDoubt('rates')).state, ratesRun, 'strange', 'R1')).toBeNull();
  });
});

describe('a run that skips', () => {
  it('is skipped in time, in doubt within its grace, and void after it (R4)', () => {
    expect(stepSkipped(given(saga).state, first)).toEqual({ type: 'step-skipped', step: 'hotel' });
    expect(stepSkipped(given(saga, timedOut('hotel')).state, first)).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: true });
    expect(stepSkipped(given(saga, timedOut('hotel'), inDoubt('hotel')).state, first)).toBeNull();
  });
});

describe('a run that throws', () => {
  it('is repeated while runs are left, after the wait of its policy (R6, R13)', () => {
    const again = { type: 'step-attempt-failed', step: 'hotel', attempt: 1, error: 'full', delayMs: 50 };
    expect(stepThrew(given(saga).state, first, rejection())).toEqual(again);
    const second = given(saga, attemptFailed('hotel', 50), waited('hotel'));
    expect(stepThrew(second.state, { ...first, attempt: 2 }, rejection())).toMatchObject({ attempt: 2, delayMs: 100 });
    second.when(attemptFailed('hotel', 0, 2));
    const lastly = { type: 'step-failed', step: 'hotel', error: 'full', outcome: 'failed' };
    expect(stepThrew(second.state, { ...first, attempt: 3 }, rejection())).toEqual(lastly);
  });

  it('is not repeated without a policy, or where retryIf refuses the error (R6)', () => {
    expect(stepThrew(given(saga).state, ratesRun, rejection())).toMatchObject({ type: 'step-failed' });
    expect(stepThrew(given(saga).state, first, rejection({ retryable: false }))).toMatchObject({ type: 'step-failed' });
  });

  it('is never repeated if it aborts (R6)', () => {
    const event = stepThrew(given(saga).state, first, rejection({ aborts: true }));
    expect(event).toEqual({ type: 'step-failed', step: 'hotel', error: 'full', outcome: 'aborted' });
  });

  it('is not repeated once a sibling failed (R7)', () => {
    expect(stepThrew(given(saga, failed('rates')).state, first, rejection())).toMatchObject({ type: 'step-failed' });
  });

  it('is in doubt within its grace, though it settled: what it did before is not known (R5)', () => {
    const { state } = given(saga, timedOut('hotel'));
    expect(stepThrew(state, first, rejection())).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: true });
    const aborts = { type: 'step-in-doubt', step: 'hotel', settled: true, aborts: true };
    expect(stepThrew(state, first, rejection({ aborts: true }))).toEqual(aborts);
  });

  it('means nothing after its grace (R5a)', () => {
    expect(stepThrew(given(saga, timedOut('hotel'), inDoubt('hotel')).state, first, rejection())).toBeNull();
  });

  it('has all its runs again where the step was begun anew in the same round, and waits as at first (R6, R11)', () => {
    const again = sagaOf(plain('card'), plain('rates', { undo: false, retry: { ...policy, attempts: 2 } }));
    const story = given(again, succeeded('card'), attemptFailed('rates'), failed('rates'));
    story.when(undone('card', retry(2)), succeeded('card'));
    const event = stepThrew(story.state, { ...ratesRun, attempt: 3 }, rejection());
    expect(event).toMatchObject({ type: 'step-attempt-failed', attempt: 3, delayMs: 50 });
  });
});

describe('a run that is not settled in time', () => {
  it('times out, and is in doubt when its grace ended (R5)', () => {
    expect(stepTimedOut(given(saga).state, first, 'late')).toEqual({ type: 'step-timed-out', step: 'hotel', error: 'late' });
    expect(stepGraceEnded(given(saga, timedOut('hotel')).state, first)).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: false });
  });

  it('does neither once it settled, or once another run took its place', () => {
    expect(stepTimedOut(given(saga, succeeded('hotel')).state, first, 'late')).toBeNull();
    expect(stepTimedOut(given(saga, attemptFailed('hotel')).state, first, 'late')).toBeNull();
    expect(stepGraceEnded(given(saga, timedOut('hotel'), landed('hotel')).state, first)).toBeNull();
  });
});

describe('a run whose execution was cancelled', () => {
  const { state } = given(saga, cancelled());

  it('that returns has succeeded, one that skips is skipped (R19)', () => {
    expect(stepReturned(state, first, 'H1', ['e'])).toEqual({ type: 'step-succeeded', step: 'hotel', effect: 'H1', events: ['e'] });
    expect(stepSkipped(state, first)).toEqual({ type: 'step-skipped', step: 'hotel' });
  });

  it('that throws is cancelled, and not repeated; by AbortSaga it aborts (R6, R14, R19)', () => {
    expect(stepThrew(state, first, rejection())).toEqual({ type: 'step-failed', step: 'hotel', error: 'full', outcome: 'cancelled' });
    expect(stepThrew(state, first, rejection({ aborts: true }))).toMatchObject({ type: 'step-failed', outcome: 'aborted' });
  });

  it('does not time out any more, and is in doubt when its grace ended (R19)', () => {
    expect(stepTimedOut(state, first, 'late')).toBeNull();
    expect(stepGraceEnded(state, first)).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: false });
    expect(stepGraceEnded(given(saga, cancelled(), failed('hotel')).state, first)).toBeNull();
  });

  it('that was overdue before goes on being so (R5, R19)', () => {
    const overdue = given(saga, timedOut('hotel'), cancelled()).state;
    expect(stepReturned(overdue, first, 'H1')).toMatchObject({ type: 'step-landed' });
    expect(stepThrew(overdue, first, rejection())).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: true });
    expect(stepGraceEnded(overdue, first)).toEqual({ type: 'step-in-doubt', step: 'hotel', settled: false });
  });

  it('has a late effect after its grace (R5a, R19)', () => {
    const givenUp = given(saga, cancelled(), inDoubt('hotel')).state;
    expect(stepReturned(givenUp, first, 'H1')).toEqual({ type: 'late-effect', step: 'hotel', round: 1, attempt: 1, effect: 'H1' });
    expect(stepThrew(givenUp, first, rejection())).toBeNull();
  });

  it('has no grace of its own while the execution is not cancelled', () => {
    expect(stepGraceEnded(given(saga).state, first)).toBeNull();
  });
});

describe('a compensation that throws', () => {
  const { state } = given(saga, succeeded('rates'), failed('hotel'));

  it('is repeated as its own retry says, then has failed for good (R15)', () => {
    const again = { ...undo, type: 'compensation-attempt-failed', attempt: 1, error: 'full', delayMs: 40 };
    expect(compensationThrew(state, undo, 1, rejection())).toEqual(again);
    expect(compensationThrew(state, undo, 2, rejection())).toEqual({ ...undo, type: 'compensation-failed', error: 'full' });
    expect(compensationThrew(state, undo, 1, rejection({ retryable: false }))).toMatchObject({ type: 'compensation-failed' });
  });

  it('is repeated even if it throws AbortSaga: an abort is answered, not thrown (R10, R15)', () => {
    expect(compensationThrew(state, undo, 1, rejection({ aborts: true }))).toMatchObject({ type: 'compensation-attempt-failed' });
  });

  it('is repeated as the runner says where it has no retry of its own, and by default not at all (R15)', () => {
    const bare = sagaOf(plain('hotel'));
    expect(compensationThrew(given(bare, failed('hotel')).state, undo, 1, rejection())).toMatchObject({ type: 'compensation-failed' });
    const repeated = givenCompensationRetry(retryPolicy(2), bare).when(failed('hotel'));
    expect(compensationThrew(repeated.state, undo, 1, rejection())).toMatchObject({ type: 'compensation-attempt-failed', delayMs: 0 });
  });
});

describe('a fallback that throws', () => {
  const { state } = given(saga, succeeded('rates'), failed('hotel'), undone('hotel'));

  it('is repeated as its retry says, then has failed (R12a)', () => {
    const ref = { step: 'hotel', error: 'full' };
    const again = { ...ref, type: 'fallback-attempt-failed', attempt: 1, delayMs: 0 };
    expect(fallbackThrew(state, 'hotel', 1, rejection())).toEqual(again);
    expect(fallbackThrew(state, 'hotel', 2, rejection())).toEqual({ ...ref, type: 'fallback-failed', aborted: false });
  });

  it('is not repeated if it aborts, and then the execution is aborted (R12a)', () => {
    expect(fallbackThrew(state, 'hotel', 1, rejection({ aborts: true }))).toMatchObject({ type: 'fallback-failed', aborted: true });
  });
});

describe('a compensation that answers retry', () => {
  it('waits as before repetition n, where n counts the passes so far (R11, R13)', () => {
    const backoff = { baseMs: 100, maxMs: 5_000, jitter: false };
    const story = given(sagaOf(plain('hotel')), failed('hotel'));
    expect(retryAnswer(story.state, 3, backoff, 0)).toEqual({ type: 'retry', passes: 3, delayMs: 100 });
    story.when(undone('hotel', retry(3)), failed('hotel'));
    expect(retryAnswer(story.state, 3, backoff, 0)).toEqual({ type: 'retry', passes: 3, delayMs: 200 });
  });
});
