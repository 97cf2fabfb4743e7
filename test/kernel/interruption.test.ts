import { describe, expect, it } from 'vitest';
import type { SagaEvent } from '../../src/kernel/events.js';
import { interruptions } from '../../src/kernel/interruption.js';
import { compensationThrew, fallbackThrew, stepThrew } from '../../src/kernel/judge.js';
import { compensationFacts } from '../../src/kernel/undo-facts.js';
import {
  attemptFailed, begun, cancelled, continueWith, failed, fallbackFailed, fallbackInterrupted, fellBack, handlerSaid, inDoubt, interrupted,
  interruptedForGood, interruptionOf, lateEffect, retry, skipped, succeeded, timedOut, undoAttemptFailed, undoFailed, undoInterrupted,
  undone,
} from './facts.js';
import type { Story } from './given.js';
import { givenOnLog } from './given.js';
import { async, plain, sagaOf, subSaga } from './graphs.js';

const row = sagaOf(plain('card'), plain('hotel', { retry: 2 }), plain('flight'));
const beside = sagaOf(async('hotel', { timeoutMs: 5_000 }), async('car'), async('spa', { once: true }));
const rejection = { error: 'no', aborts: false, retryable: true, sample: 0 };
const underWay = ({ state }: Story): readonly SagaEvent[] => interruptions(state, interruptionOf);

describe('a step that is interrupted', () => {
  it('is run again, in the same round and under the same key (R26)', () => {
    givenOnLog(row, succeeded('card'))
      .whenTakenOver()
      .thenOrders('hotel begun (attempt 2)')
      .thenStep('hotel', { status: 'running', round: 1, attempt: 2 })
      .when(succeeded('hotel'))
      .thenOrders('flight begun');
  });

  it('is in doubt from then on, for as long as the round lasts (R26)', () => {
    const story = givenOnLog(row, succeeded('card')).thenStep('hotel', { inDoubt: false });
    story.whenTakenOver().thenStep('hotel', { inDoubt: true });
    story.when(attemptFailed('hotel', 0, 2)).thenStep('hotel', { attempt: 3, inDoubt: true });
    story.when(failed('hotel'), undone('hotel', retry(2))).thenStep('hotel', { round: 2, attempt: 1, inDoubt: false });
  });

  it('is in doubt as an attempt is that was given up, where its round goes on (R5, R11)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false, timeoutMs: 5_000 }));
    givenOnLog(saga, succeeded('card'), timedOut('rates'), inDoubt('rates'), undone('card', retry(2)), succeeded('card'))
      .thenStep('rates', { round: 1, attempt: 2, inDoubt: true });
  });

  it('has all of its in-place retries left: an interruption is none (R6, R26)', () => {
    const { state } = givenOnLog(row, succeeded('card')).whenTakenOver().whenTakenOver();
    expect(stepThrew(state, { step: 'hotel', round: 1, attempt: 3 }, rejection)).toMatchObject({ type: 'step-attempt-failed', attempt: 3 });
    const story = givenOnLog(row, succeeded('card'), attemptFailed('hotel')).whenTakenOver();
    expect(stepThrew(story.state, { step: 'hotel', round: 1, attempt: 3 }, rejection)).toMatchObject({ type: 'step-failed' });
  });

  it('is run again beside its siblings, and in their order (R2)', () => {
    givenOnLog(sagaOf(async('hotel'), async('car'), async('spa', { needs: ['hotel'] })), succeeded('car'))
      .whenTakenOver()
      .thenOrders('hotel begun (attempt 2)')
      .when(succeeded('hotel'))
      .thenOrders('spa begun');
  });

  it('may be one that opens a sub-saga (R24)', () => {
    givenOnLog(sagaOf(subSaga('lodging', {}, plain('hotel'))))
      .whenTakenOver()
      .thenOrders('lodging begun (attempt 2)')
      .when(succeeded('lodging'))
      .thenOrders('lodging/hotel begun');
  });

  it('that skips when it is run again has an effect that nobody knows (R4)', () => {
    const story = givenOnLog(row, succeeded('card')).whenTakenOver();
    story.when(skipped('hotel')).thenStep('hotel', { status: 'succeeded', effectKnown: false });
  });
});

describe('a step that is interrupted where nothing goes forward any more', () => {
  it('is not run again after a failure, but in doubt (R7, R26)', () => {
    givenOnLog(beside, failed('car'))
      .when(interrupted('hotel'), interruptedForGood('spa'))
      .thenOrders('hotel in doubt', 'unwinding begun: car failed', 'undo spa begun: nothing')
      .thenStep('hotel', { status: 'failed', outcome: 'in-doubt', error: undefined })
      .thenState({ failures: [{ step: 'car', error: 'no car' }, { step: 'spa', error: 'spa was interrupted' }] });
  });

  it('is not run again where a sibling fails before it was begun (R7, R26)', () => {
    const story = givenOnLog(beside).record(interrupted('hotel'), failed('car')).thenRefuses(begun('hotel', 2));
    story.when(succeeded('spa')).thenOrders('hotel in doubt', 'unwinding begun: car failed', 'undo car begun: nothing');
    story.thenStep('hotel', { status: 'failed', outcome: 'in-doubt' });
  });

  it('is not run again when the execution was cancelled (R19, R26)', () => {
    givenOnLog(row, succeeded('card'), cancelled())
      .whenTakenOver()
      .thenOrders('hotel in doubt', 'unwinding begun: no step failed', 'undo hotel begun: nothing')
      .thenStep('hotel', { outcome: 'in-doubt', error: undefined });
  });

  it('may be cancelled when it is to be run again (R19)', () => {
    givenOnLog(row, succeeded('card'))
      .record(interrupted('hotel'), cancelled())
      .when()
      .thenOrders('hotel in doubt', 'unwinding begun: no step failed', 'undo hotel begun: nothing');
  });

  it('is in doubt for a time-out of its own where it was overdue (R5, R26)', () => {
    givenOnLog(beside, timedOut('hotel'), succeeded('car'), succeeded('spa'))
      .whenTakenOver()
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: nothing')
      .thenStep('hotel', { outcome: 'in-doubt', error: 'hotel took too long' });
  });

  it('is not in doubt without a failure', () => {
    givenOnLog(row).record(interrupted('card')).thenRefuses(inDoubt('card'));
  });
});

describe('a step that may be entered once only', () => {
  it('has failed when it is interrupted, and is in doubt (R26)', () => {
    givenOnLog(beside, succeeded('hotel'), succeeded('car'))
      .whenTakenOver()
      .thenOrders('unwinding begun: spa failed', 'undo spa begun: nothing')
      .thenStep('spa', { status: 'undoing', outcome: 'in-doubt', error: 'spa was interrupted' });
  });

  it('is not repeated by its @Retry then (R6, R26)', () => {
    const saga = sagaOf(plain('card', { once: true, retry: 5 }));
    givenOnLog(saga).whenTakenOver().thenOrders('unwinding begun: card failed', 'undo card begun: nothing');
  });

  it('may continue: it has failed like any other (R12)', () => {
    const story = givenOnLog(sagaOf(plain('card', { once: true }))).whenTakenOver();
    story.when(undone('card', continueWith('cash'))).thenState({ end: 'completed' });
  });

  it('has failed though its effect comes late, in time for its compensation (R5a)', () => {
    givenOnLog(beside, succeeded('hotel'))
      .when(interruptedForGood('spa'), lateEffect('spa'), succeeded('car'))
      .thenOrders('unwinding begun: spa failed', 'undo spa begun: spa!')
      .thenStep('spa', { outcome: 'failed', effect: 'spa!' });
  });
});

describe('the effect of an interrupted attempt that comes late', () => {
  const again = [succeeded('card'), interrupted('hotel')];

  it('is a duplicate while its step runs again, and while that stands (R5a, R26)', () => {
    givenOnLog(row, ...again)
      .when(lateEffect('hotel', 'H1'))
      .thenOrders()
      .when(succeeded('hotel', 'H2'))
      .thenOrders('flight begun')
      .when(succeeded('flight'))
      .thenOrders('execution ended: completed');
  });

  it('is undone when its round is undone, each distinct one once (R5a, R25)', () => {
    givenOnLog(row, ...again, lateEffect('hotel', 'H1'), succeeded('hotel', 'H2'), failed('flight'))
      .when(undone('flight'))
      .thenOrders('undo hotel begun: H2')
      .when(undone('hotel'))
      .thenOrders('undo hotel begun late (undo 2): H1', 'undo card begun: card!');
    givenOnLog(row, ...again, lateEffect('hotel', 'H1'), succeeded('hotel', 'H1'), failed('flight'), undone('flight'))
      .when(undone('hotel'))
      .thenOrders('undo card begun: card!');
  });

  it('tells its compensation of the failure that began the unwinding, for nothing had failed before (R9, R26)', () => {
    const { state } = givenOnLog(row, ...again, succeeded('hotel', 'H2'), failed('flight'), undone('flight'), undone('hotel'))
      .when(lateEffect('hotel', 'H1'))
      .thenOrders('undo hotel begun late (undo 2): H1');
    const facts = compensationFacts(state, { step: 'hotel', round: 1, late: true });
    expect(facts).toMatchObject({ outcome: 'succeeded', error: undefined, failure: { step: 'flight', error: 'no flight' } });
  });

  it('is undone at once where the next attempt skipped: nothing has failed to be told of (R5a, R26)', () => {
    const { state } = givenOnLog(row, ...again, skipped('hotel'))
      .when(lateEffect('hotel', 'H1'))
      .thenOrders('undo hotel begun late: H1');
    const { failure } = compensationFacts(state, { step: 'hotel', round: 1, late: true });
    expect(failure).toEqual({ step: undefined, error: undefined });
  });

  it('is the step’s own where it is not run again (R5a, R26)', () => {
    givenOnLog(sagaOf(async('hotel'), async('car')))
      .record(interrupted('hotel'), lateEffect('hotel', 'H1'), failed('car'))
      .when()
      .thenOrders('hotel in doubt', 'unwinding begun: car failed', 'undo car begun: nothing')
      .thenStep('hotel', { outcome: 'succeeded', effect: 'H1', effectKnown: true })
      .when(undone('car'))
      .thenOrders('undo hotel begun: H1');
  });

  it('comes once, and of no other attempt', () => {
    const story = givenOnLog(row, ...again, lateEffect('hotel'));
    story.thenRefuses(lateEffect('hotel'), lateEffect('hotel', 'H1', 2), lateEffect('hotel', 'H1', 1, 2));
  });

  it('means nothing where there is no compensation', () => {
    givenOnLog(sagaOf(plain('rates', { undo: false })), interrupted('rates')).thenRefuses(lateEffect('rates'));
  });
});

describe('a compensation that is interrupted', () => {
  const undoing = [succeeded('card'), failed('hotel'), undone('hotel')];

  it('is called again with the same effect and under the same key (R26)', () => {
    givenOnLog(row, ...undoing)
      .whenTakenOver()
      .thenOrders('undo card begun (attempt 2): card!')
      .when(undone('card'))
      .thenState({ end: 'compensated' });
  });

  it('has all of its retries left (R15, R26)', () => {
    const saga = sagaOf(plain('card', { undo: { retry: 2 } }));
    const { state } = givenOnLog(saga, failed('card')).whenTakenOver();
    const ref = { step: 'card', round: 1, undo: 1 };
    expect(compensationThrew(state, ref, 2, rejection)).toMatchObject({ type: 'compensation-attempt-failed', attempt: 2 });
    const later = givenOnLog(saga, failed('card'), undoInterrupted('card'), undoAttemptFailed('card', 0, 2));
    expect(compensationThrew(later.state, ref, 3, rejection)).toMatchObject({ type: 'compensation-failed' });
  });

  it('may be a late one, beside the execution’s own (R5a, R26)', () => {
    const inDoubtTwice = [succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel'), lateEffect('hotel')];
    const story = givenOnLog(row, ...inDoubtTwice);
    expect(underWay(story)).toEqual([undoInterrupted('card'), undoInterrupted('hotel', { undo: 2 })]);
    story.whenTakenOver().thenOrders('undo card begun (attempt 2): card!', 'undo hotel begun late (undo 2, attempt 2): hotel!');
  });

  it('has its handler asked again, where that was under way (R15, R26)', () => {
    givenOnLog(row, succeeded('card'), failed('hotel'), undoFailed('hotel'))
      .whenTakenOver()
      .thenOrders('handler asked about hotel')
      .when(handlerSaid('hotel', 'resolved'))
      .thenOrders('undo card begun: card!');
  });
});

describe('a fallback that is interrupted', () => {
  const saga = sagaOf(plain('rates', { undo: false, fallback: { retry: 2 } }));

  it('is asked again (R26)', () => {
    givenOnLog(saga, failed('rates'))
      .whenTakenOver()
      .thenOrders('fallback of rates begun (attempt 2)')
      .when(fellBack('rates'))
      .thenState({ end: 'completed' });
  });

  it('has all of its retries left (R12a, R26)', () => {
    const { state } = givenOnLog(saga, failed('rates')).whenTakenOver();
    expect(fallbackThrew(state, 'rates', 2, rejection)).toMatchObject({ type: 'fallback-attempt-failed', attempt: 2 });
    expect(fallbackThrew(state, 'rates', 3, rejection)).toMatchObject({ type: 'fallback-failed' });
  });
});

describe('what was under way when a worker went', () => {
  it('is nothing where nothing was', () => {
    expect(underWay(givenOnLog(row, succeeded('card'), succeeded('hotel'), succeeded('flight')))).toEqual([]);
    expect(underWay(givenOnLog(row, succeeded('card'), attemptFailed('hotel', 50)))).toEqual([]);
    expect(underWay(givenOnLog(row, failed('card'), undone('card', retry(2, 50))))).toEqual([]);
  });

  it('is every step that ran, those that were overdue, and each call', () => {
    expect(underWay(givenOnLog(beside, timedOut('hotel')))).toEqual([inDoubt('hotel'), interrupted('car'), interruptedForGood('spa')]);
    const fallingBack = givenOnLog(sagaOf(plain('rates', { fallback: true })), failed('rates'), undone('rates'));
    expect(underWay(fallingBack)).toEqual([fallbackInterrupted('rates')]);
  });

  it('is nothing any more once it was recorded', () => {
    const story = givenOnLog(beside, timedOut('hotel'));
    story.record(...underWay(story));
    expect(underWay(story)).toEqual([]);
  });

  it('leaves what ended as it is', () => {
    const ended = givenOnLog(sagaOf(plain('rates', { undo: false, fallback: true })), failed('rates'), fallbackFailed('rates'));
    expect(underWay(ended.thenState({ end: 'compensated' }))).toEqual([]);
  });
});

describe('a step that is passed over after an interruption', () => {
  it('keeps its round, and is in doubt in it (R11, R26)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false }), plain('flight'));
    givenOnLog(saga, succeeded('card'), interrupted('rates'), succeeded('rates'), failed('flight'))
      .when(undone('flight'), undone('card', retry(2)), succeeded('card'))
      .thenStep('rates', { status: 'running', round: 1, attempt: 3, inDoubt: true });
  });
});
