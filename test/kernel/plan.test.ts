import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SagaEvent } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import {
  attemptFailed, ended, failed, inDoubt, lateEffect, passedOver, savepoint, skipped, succeeded, timedOut, undoFailed, undone, unwound,
} from './facts.js';
import { given, givenIn, Story } from './given.js';
import { lodgingTrip, plain, sagaOf } from './graphs.js';
import { anyExecution, tapeOf } from './world.js';

const saga = sagaOf(plain('card'), plain('hotel', { retry: 2, undo: { retry: 2 }, fallback: true }));
const opened: SagaEvent = { type: 'execution-begun' };

describe('an order', () => {
  it('to run a step carries its round and attempt', () => {
    expect(plan(given(saga, succeeded('card')).record(attemptFailed('hotel')).state)).toEqual({
      type: 'execute-step',
      event: { type: 'step-begun', step: 'hotel', round: 1, attempt: 2 },
    });
  });

  it('to compensate carries the effect, and which undo of the round it is', () => {
    const { state } = given(saga, succeeded('card')).record(timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'), unwound('hotel'));
    const event = { type: 'compensation-begun', step: 'hotel', round: 1, undo: 1, attempt: 1, effect: 'hotel!', late: false };
    expect(plan(state)).toEqual({ type: 'compensate', event });
  });

  it('to ask a fallback, or the handler of a compensation that failed, says of what', () => {
    const undoing = [succeeded('card'), failed('hotel')];
    expect(plan(given(saga, ...undoing).record(undone('hotel')).state)).toEqual({
      type: 'ask-fallback',
      event: { type: 'fallback-begun', step: 'hotel', attempt: 1 },
    });
    expect(plan(given(saga, ...undoing).record(undoFailed('hotel')).state)).toEqual({
      type: 'ask-error-handler',
      event: { type: 'compensation-error-asked', step: 'hotel', round: 1, undo: 1 },
    });
  });

  it('to wait says for what and how long', () => {
    expect(plan(given(saga, succeeded('card')).record(attemptFailed('hotel', 70)).state)).toEqual({
      type: 'wait',
      event: { type: 'wait-begun', for: { of: 'step', step: 'hotel' }, delayMs: 70 },
    });
  });

  it('to record is what follows from what is known', () => {
    const settings = { compensationRetry: null, transaction: 'none', haltsWhenStuck: false } as const;
    expect(plan(initialState(saga, settings))).toEqual({ type: 'record', event: opened });
    expect(plan(given(saga, succeeded('card')).record(failed('hotel')).state)).toEqual({ type: 'record', event: unwound('hotel') });
    const bare = given(sagaOf(plain('rates', { undo: false }))).record(failed('rates'), unwound('rates'));
    expect(plan(bare.state)).toEqual({ type: 'record', event: { type: 'step-passed-over', step: 'rates' } });
    expect(plan(bare.record(passedOver('rates')).state)).toEqual({ type: 'record', event: ended('compensated') });
  });

  it('to record is that a step is skipped with its sub-saga (R24)', () => {
    const { state } = given(lodgingTrip, succeeded('card')).record(skipped('lodging'));
    expect(plan(state)).toEqual({ type: 'record', event: skipped('lodging/hotel') });
  });

  it('to set or restore a savepoint says which; to commit and to roll back say no more (R21)', () => {
    const cards = sagaOf(plain('card', { retry: 2 }));
    const initial = new Story(cards, null, 'savepoints').record(opened);
    expect(plan(initial.state)).toEqual({ type: 'savepoint', event: { type: 'savepoint-begun', stage: 0, does: 'set' } });
    const story = initial.when(savepoint);
    expect(plan(story.record(attemptFailed('card')).state)).toMatchObject({ type: 'savepoint', event: { stage: 0, does: 'restore' } });
    const through = givenIn('plain', cards).record(succeeded('card'));
    expect(plan(through.state)).toEqual({ type: 'commit', event: { type: 'commit-begun' } });
    const back = givenIn('plain', cards, failed('card')).record(undone('card'));
    expect(plan(back.state)).toEqual({ type: 'roll-back', event: { type: 'rollback-begun' } });
  });

  it('is none while a statement of the transaction is under way (R21)', () => {
    const cards = sagaOf(plain('card'));
    expect(plan(givenIn('savepoints', cards).thenState({ phase: 'at-savepoint' }).state)).toBeUndefined();
    expect(plan(givenIn('plain', cards, succeeded('card')).thenState({ phase: 'committing' }).state)).toBeUndefined();
    expect(plan(givenIn('plain', cards, failed('card'), undone('card')).thenState({ phase: 'rolling-back' }).state)).toBeUndefined();
  });

  it('stands until its event is recorded: asking again gives the same', () => {
    const { state } = given(saga, succeeded('card')).record(failed('hotel'));
    expect(plan(state)).toEqual(plan(state));
  });

  it('is none while what is under way is awaited, and none after the end', () => {
    expect(plan(given(saga).state)).toBeUndefined();
    expect(plan(given(saga, succeeded('card'), succeeded('hotel')).state)).toBeUndefined();
  });

  it('to undo a late effect comes before the others (R5a)', () => {
    const story = given(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'));
    const { state } = story.record(lateEffect('hotel'), undone('hotel', { type: 'abort' }));
    expect(plan(state)).toMatchObject({ event: { type: 'compensation-begun', step: 'hotel', late: true } });
  });
});

it('plan answers in every state that an execution passes through, and changes none', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 99 }), { minLength: 30, maxLength: 100, size: 'max' }), (tape) => {
      const { graph, events, state: last } = anyExecution(tapeOf(tape), { interleaves: true, idempotent: false });
      const state: ExecutionState = initialState(graph, last.settings);
      for (const event of events) {
        const before = structuredClone(state);
        plan(state);
        expect(state).toEqual(before);
        evolve(state, event);
      }
    }),
    { numRuns: 200 },
  );
});
