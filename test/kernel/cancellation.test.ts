import { describe, expect, it } from 'vitest';
import { cancelled as judgedCancelled } from '../../src/kernel/judge.js';
import { otherFailures, remainingSteps } from '../../src/kernel/outcome.js';
import { compensationFacts } from '../../src/kernel/undo-facts.js';
import {
  aborted, attemptFailed, begun, cancelled, commitBegun, committed, continueWith, failed, fallbackAttemptFailed, fallbackFailed,
  fellBack, handlerSaid, inDoubt, landed, lateEffect, passedOver, rejectedAsCancelled, rejectedInGrace, retry, rollbackBegun, savepoint,
  savepointBegun, savepointFailed, skipped, succeeded, timedOut, undoAttemptFailed, undoFailed, undone, waited, waitedForPass,
  waitedToUndo,
} from './facts.js';
import type { Story } from './given.js';
import { given, givenIn, Story as NewStory } from './given.js';
import { async, plain, sagaOf } from './graphs.js';

const row = sagaOf(plain('card'), plain('hotel'), plain('flight'));
const one = sagaOf(plain('hotel', { retry: 3, timeoutMs: 5_000 }));
const flight = async('flight', { needs: ['hotel'] });
const beside = sagaOf(plain('card'), async('hotel', { timeoutMs: 5_000 }), async('car', { retry: 3 }), flight);
const opened = { type: 'execution-begun' } as const;
const noStep = { step: undefined, error: 'no time' };

/** It would change nothing: judge says so, and the event is refused. */
function thenHasNoEffect(story: Story): void {
  expect(judgedCancelled(story.state, 'no time')).toBeNull();
  story.thenRefuses(cancelled());
}

describe('cancelling an execution that goes forward', () => {
  it('before its first step begins none (R19)', () => {
    new NewStory(row, null)
      .record(opened, cancelled())
      .thenRefuses(begun('card'))
      .when()
      .thenOrders('unwinding begun: no step failed', 'execution ended: compensated')
      .thenState({ failures: [noStep] });
  });

  it('between two steps begins no other, and undoes what stands (R19)', () => {
    given(row, succeeded('card'))
      .record(succeeded('hotel'), cancelled())
      .thenRefuses(begun('flight'))
      .when()
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun: hotel!')
      .when(undone('hotel'), undone('card'))
      .thenOrders('undo card begun: card!', 'execution ended: compensated');
  });

  it('is a matter for judge: it says what that means (R19)', () => {
    expect(judgedCancelled(given(row).state, 'no time')).toEqual(cancelled());
  });

  it('awaits the step that runs; one that succeeds has succeeded, and is undone with its effect (R19)', () => {
    given(row, succeeded('card'))
      .when(cancelled())
      .thenOrders()
      .thenState({ cancelled: true, phase: 'forward', failures: [noStep] })
      .when(succeeded('hotel'))
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun: hotel!')
      .thenStep('hotel', { outcome: 'succeeded', error: undefined });
  });

  it('passes over a step that skips then (R4, R19)', () => {
    given(row, succeeded('card'), cancelled())
      .when(skipped('hotel'))
      .thenOrders('unwinding begun: no step failed', 'hotel passed over', 'undo card begun: card!');
  });

  it('gives a step that rejects then the outcome cancelled, and keeps its error beside (R19)', () => {
    const { state } = given(row, succeeded('card'), cancelled())
      .when(rejectedAsCancelled('hotel'))
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun: nothing')
      .thenStep('hotel', { outcome: 'cancelled', error: 'no hotel' });
    expect(otherFailures(state)).toEqual([{ step: 'hotel', error: 'no hotel' }]);
    const told = compensationFacts(state, { step: 'hotel', round: 1, late: false });
    expect(told).toMatchObject({ outcome: 'cancelled', error: 'no hotel', failure: noStep });
  });

  it('leaves a step in doubt that does not settle within its grace, without an error of its own (R19)', () => {
    const { state } = given(row, succeeded('card'), cancelled())
      .when(inDoubt('hotel'))
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun: nothing')
      .thenStep('hotel', { outcome: 'in-doubt', error: undefined });
    expect(otherFailures(state)).toEqual([]);
  });

  it('is an abort where a step throws AbortSaga then (R14, R19)', () => {
    given(row, succeeded('card'), cancelled())
      .when(aborted('hotel'))
      .thenStep('hotel', { outcome: 'aborted' })
      .thenState({ aborted: true, failures: [noStep, { step: 'hotel', error: 'no hotel' }] });
  });

  it('leaves a step in doubt only once it is cancelled, or timed out (R5, R19)', () => {
    given(row).thenRefuses(inDoubt('card'), rejectedInGrace('card'));
  });

  it('lets the error stay where a step failed before, and awaits its siblings no longer than their grace (R19)', () => {
    given(beside, succeeded('card'), failed('hotel'))
      .when(cancelled())
      .thenOrders()
      .thenState({ cancelled: true, failures: [{ step: 'hotel', error: 'no hotel' }] })
      .when(inDoubt('car'))
      .thenOrders('unwinding begun: hotel failed', 'undo car begun: nothing');
  });

  it('changes nothing about a step that is overdue: it failed by its time-out (R5, R19)', () => {
    given(one, timedOut('hotel'))
      .when(cancelled())
      .thenState({ failures: [{ step: 'hotel', error: 'hotel took too long' }] })
      .when(landed('hotel'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: hotel!')
      .thenStep('hotel', { outcome: 'timed-out' });
    given(one, timedOut('hotel'), cancelled(), inDoubt('hotel')).thenStep('hotel', { outcome: 'in-doubt', error: 'hotel took too long' });
  });

  it('fails a step whose wait for the next attempt is not begun, is under way, or is over, with its last error (R7, R19)', () => {
    const noMore = ['hotel failed: no hotel', 'unwinding begun: no step failed', 'undo hotel begun: nothing'];
    given(one).record(attemptFailed('hotel', 100), cancelled()).when().thenOrders(...noMore);
    const waiting = given(one, attemptFailed('hotel', 100));
    waiting.when(cancelled()).thenOrders(...noMore);
    const due = given(one, attemptFailed('hotel', 100)).record(waited('hotel'), cancelled());
    due.thenRefuses(begun('hotel', 2)).when().thenOrders(...noMore);
  });

  it('begins no sibling that waited for another, and awaits those that run (R2, R19)', () => {
    given(beside, succeeded('card'), cancelled())
      .when(succeeded('hotel'))
      .thenOrders()
      .thenStep('flight', { status: 'idle' })
      .when(rejectedAsCancelled('car'))
      .thenOrders('unwinding begun: no step failed', 'undo car begun: nothing')
      .when(undone('car'))
      .thenOrders('undo hotel begun: hotel!');
  });

  it('voids what the failed siblings answer (R19)', () => {
    given(beside, succeeded('card'), cancelled(), inDoubt('hotel'), rejectedAsCancelled('car'))
      .when(undone('car', retry(9)), undone('hotel', continueWith('a tent')), undone('card', retry(9)))
      .thenState({ end: 'compensated', passes: 1 });
  });

  it('has no effect before the begin, a second time, nor after the end (R19)', () => {
    thenHasNoEffect(new NewStory(row, null));
    thenHasNoEffect(given(row, cancelled()));
    thenHasNoEffect(given(row, cancelled(), succeeded('card')));
    thenHasNoEffect(given(row, cancelled(), succeeded('card'), undone('card')).thenState({ end: 'compensated' }));
    thenHasNoEffect(given(sagaOf(plain('card')), succeeded('card')).thenState({ end: 'completed' }));
  });

  it('has an effect until the last step is recorded done, and none from then on (R19)', () => {
    const story = given(row, succeeded('card'), succeeded('hotel'));
    expect(judgedCancelled(story.state, 'no time')).not.toBeNull();
    thenHasNoEffect(story.record(succeeded('flight')));
    thenHasNoEffect(given(row, succeeded('card'), succeeded('hotel')).record(skipped('flight')));
  });

  it('has none while a late compensation is awaited after the last step (R5a, R19)', () => {
    const continued = [timedOut('hotel'), inDoubt('hotel'), undone('hotel', continueWith('a tent')), lateEffect('hotel')];
    thenHasNoEffect(given(row, succeeded('card'), ...continued, succeeded('flight')).thenState({ phase: 'forward', end: null }));
  });
});

describe('cancelling an execution that waits for its next pass', () => {
  const allFailed = [succeeded('card'), succeeded('hotel'), failed('flight')];
  const granted = [...allFailed, undone('flight'), undone('hotel', retry(2, 50))];

  it('takes the grant back: what is undone is not undone again (R19)', () => {
    given(row, ...granted)
      .thenState({ phase: 'pass-waiting' })
      .when(cancelled())
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .thenRefuses(waitedForPass())
      .thenState({ passWait: null, failures: [noStep] })
      .when(undone('card', retry(9)))
      .thenOrders('execution ended: compensated')
      .thenStep('hotel', { status: 'idle' });
  });

  it('does so before the wait begins, too', () => {
    const resumed = { type: 'forward-resumed', pass: 2, anew: ['hotel', 'flight'], continued: [], delayMs: 50 } as const;
    given(row, ...allFailed, undone('flight'))
      .record(undone('hotel', retry(2, 50)), resumed)
      .thenState({ phase: 'pass-owed' })
      .record(cancelled())
      .when()
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!');
  });

  it('knows what the wait was for: the failure that the new error is caused by (R19)', () => {
    const { state } = given(row, ...granted);
    expect(state.passWait).toMatchObject({ failure: { step: 'flight', error: 'no flight' } });
  });

  it('makes what only continued have continued in vain, beside siblings that were to begin anew (R12, R19)', () => {
    const siblings = sagaOf(plain('card'), async('hotel'), async('car'), async('train'));
    given(siblings, succeeded('card'), failed('hotel'), failed('car'), succeeded('train'))
      .when(undone('car', retry(2, 50)), undone('hotel', continueWith('a tent')))
      .thenStep('hotel', { status: 'succeeded', outcome: 'continued' })
      .thenState({ phase: 'pass-waiting' })
      .when(cancelled())
      .thenStep('hotel', { status: 'undone' })
      .thenOrders('unwinding begun: no step failed', 'undo train begun: train!')
      .when(undone('train'), undone('card'))
      .thenOrders('undo card begun: card!', 'execution ended: compensated');
  });

  it('undoes what continued before that, with the effect that it continued with (R12, R19)', () => {
    const continued = [succeeded('card'), failed('hotel'), undone('hotel', continueWith('a tent'))];
    const once = sagaOf(plain('card'), plain('hotel'), plain('flight', { undo: {} }));
    given(once, ...continued, failed('flight'), undone('flight', retry(2, 50)))
      .when(cancelled())
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun (undo 2): a tent');
  });

  it('leaves a late compensation alone (R5a, R19)', () => {
    const requiring = sagaOf(plain('card'), plain('rates'), plain('hotel', { undo: { requiresEffect: true } }));
    given(requiring, succeeded('card'), succeeded('rates'), timedOut('hotel'), inDoubt('hotel'), undone('rates', retry(2, 50)))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late: hotel!')
      .when(cancelled())
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .when(undone('card'), undone('hotel'))
      .thenOrders('execution ended: compensated');
  });

  it('takes nothing back once the wait is over: what continued stands, and is undone (R19)', () => {
    const siblings = sagaOf(async('hotel'), async('car'));
    given(siblings, failed('hotel'), failed('car'), undone('car', retry(2, 50)), undone('hotel', continueWith('a tent')))
      .record(waitedForPass(), cancelled())
      .when()
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun (undo 2): a tent');
  });
});

describe('cancelling an execution that goes backward', () => {
  const flightFails = [succeeded('card'), succeeded('hotel'), failed('flight')];

  it('voids later retries and continues, and lets the error stay (R19)', () => {
    given(row, ...flightFails)
      .when(cancelled(), undone('flight', retry(9)))
      .thenOrders('undo hotel begun: hotel!')
      .thenState({ cancelled: true, failures: [{ step: 'flight', error: 'no flight' }] })
      .when(undone('hotel', retry(9)), undone('card', retry(9)))
      .thenState({ end: 'compensated', passes: 1 });
  });

  it('voids what a failed sibling answered before (R12, R19)', () => {
    given(beside, succeeded('card'), failed('hotel'), failed('car'), undone('car', retry(2)))
      .when(cancelled(), undone('hotel', retry(2)))
      .thenOrders('undo card begun: card!');
  });

  it('voids a retry that was granted and not followed yet: what is undone is not undone again (R19)', () => {
    given(row, ...flightFails, undone('flight'))
      .record(undone('hotel', retry(2)), cancelled())
      .when()
      .thenOrders('undo card begun: card!')
      .when(undone('card'))
      .thenOrders('execution ended: compensated')
      .thenState({ passes: 1, failures: [{ step: 'flight', error: 'no flight' }] });
  });

  it('voids a continue that was granted and not followed yet (R12, R19)', () => {
    given(row, succeeded('card'), failed('hotel'))
      .record(undone('hotel', continueWith('a tent')), cancelled())
      .when()
      .thenOrders('undo card begun: card!')
      .thenStep('hotel', { status: 'undone' });
  });

  it('between the last turn and the end changes nothing of it (R19)', () => {
    given(row, failed('card')).record(undone('card'), cancelled()).when().thenOrders('execution ended: compensated');
  });

  it('shields the compensation that runs, and its repetitions (R15, R19)', () => {
    const repeated = sagaOf(plain('card'), plain('hotel', { undo: { retry: 3 } }));
    given(repeated, succeeded('card'), failed('hotel'))
      .when(cancelled(), undoAttemptFailed('hotel', 10), waitedToUndo('hotel'))
      .thenOrders('wait for undo hotel begun: 10 ms', 'undo hotel begun (attempt 2): nothing');
  });

  it('asks no fallback afterwards (R12a, R19)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { fallback: true }));
    given(saga, succeeded('card'), failed('hotel')).when(cancelled(), undone('hotel')).thenOrders('undo card begun: card!');
  });

  it('passes over a step whose fallback was to be asked next (R12a, R19)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { fallback: true }));
    given(saga, succeeded('card'), failed('hotel'))
      .record(undone('hotel'), cancelled())
      .thenStep('hotel', { status: 'undoing' })
      .when()
      .thenOrders('hotel passed over', 'undo card begun: card!')
      .thenStep('hotel', { status: 'undone' });
  });

  it('lets the fallback that is asked answer in vain (R12a, R19)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { undo: false, fallback: true }));
    const asked = given(saga, succeeded('card'), failed('hotel'), cancelled());
    asked.when(fellBack('hotel', 'a tent')).thenOrders('undo card begun: card!').thenStep('hotel', { status: 'undone' });
    given(saga, succeeded('card'), failed('hotel'), cancelled(), fallbackFailed('hotel'))
      .thenState({ fallbackErrors: [{ step: 'hotel', error: 'no fallback of hotel' }] });
  });

  it('lets the fallback that is under way be repeated, too: it runs shielded (R12a, R19)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { undo: false, fallback: { retry: 2 } }));
    given(saga, succeeded('card'), failed('hotel'), cancelled())
      .when(fallbackAttemptFailed('hotel'))
      .thenOrders('fallback of hotel begun (attempt 2)')
      .when(fellBack('hotel', 'a tent'))
      .thenOrders('undo card begun: card!');
  });

  it('lets the handler that is asked about a failed compensation answer (R15, R19)', () => {
    const { state } = given(row, ...flightFails, undoFailed('flight'))
      .when(cancelled(), handlerSaid('flight', 'stop'))
      .thenOrders('execution ended: stuck');
    expect(remainingSteps(state).map(({ step }) => step)).toEqual(['flight', 'hotel', 'card']);
  });

  it('is stuck where a compensation fails for good then (R15, R19)', () => {
    given(row, succeeded('card'), cancelled(), rejectedAsCancelled('hotel'), undoFailed('hotel'), handlerSaid('hotel', 'continue'))
      .when(undone('card'))
      .thenOrders('execution ended: stuck');
  });
});

describe('a step that was given up because the execution was cancelled, and settles with an effect after all', () => {
  const givenUp = [succeeded('card'), cancelled(), inDoubt('hotel')];

  it('before its turn: its compensation gets the effect, and the outcome is cancelled (R5a, R19)', () => {
    const story = given(row, succeeded('card'), cancelled()).record(inDoubt('hotel'), lateEffect('hotel'));
    story.when().thenOrders('unwinding begun: no step failed', 'undo hotel begun: hotel!');
    const told = compensationFacts(story.state, { step: 'hotel', round: 1, late: false });
    expect(told).toMatchObject({ outcome: 'cancelled', error: undefined, failure: noStep });
  });

  it('after its compensation was called without it: is undone late, the outcome is cancelled (R5a, R19)', () => {
    const { state } = given(row, ...givenUp, undone('hotel'))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .when(undone('card'))
      .thenOrders();
    const told = compensationFacts(state, { step: 'hotel', round: 1, late: true });
    expect(told).toMatchObject({ outcome: 'cancelled', error: undefined, failure: noStep });
  });

  it('after the end: is undone then (R5a, R19)', () => {
    given(row, ...givenUp, undone('hotel'), undone('card'))
      .thenState({ end: 'compensated' })
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!');
  });

  it('and cannot be undone: remains as cancelled (R15, R19)', () => {
    const second = { undo: 2 };
    const { state } = given(row, ...givenUp, undone('hotel'), lateEffect('hotel'), undoFailed('hotel', second), undone('card'))
      .when(handlerSaid('hotel', 'stop', second))
      .thenOrders('execution ended: stuck');
    expect(remainingSteps(state)).toEqual([{ step: 'hotel', round: 1, effect: 'hotel!', outcome: 'cancelled' }]);
  });

  it('timed out where it had timed out before (R5a, R19)', () => {
    const { state } = given(one, timedOut('hotel'), cancelled(), inDoubt('hotel')).when(lateEffect('hotel'), undone('hotel'));
    const told = compensationFacts(state, { step: 'hotel', round: 1, late: true });
    expect(told).toMatchObject({ outcome: 'timed-out', error: 'hotel took too long' });
  });
});

describe('what remains of a round with two effects that came late', () => {
  it('has the outcome of the attempt that each was of (R9, R15)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000, undo: { requiresEffect: true } }));
    const timedOutFirst = [succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('card', retry(2)), succeeded('card')];
    const story = given(saga, ...timedOutFirst, cancelled(), inDoubt('hotel'), lateEffect('hotel', 'h1', 1), lateEffect('hotel', 'h2', 2));
    story.when(undoFailed('hotel'), handlerSaid('hotel', 'continue'), undoFailed('hotel', { undo: 2 }));
    story.when(handlerSaid('hotel', 'continue', { undo: 2 }), undone('card', { type: 'compensated' }, { round: 2 }));
    expect(remainingSteps(story.state)).toEqual([
      { step: 'hotel', round: 1, effect: 'h1', outcome: 'timed-out' },
      { step: 'hotel', round: 1, effect: 'h2', outcome: 'cancelled' },
    ]);
  });
});

describe('cancelling an execution in a transaction', () => {
  const saga = sagaOf(plain('card'), plain('hotel'));
  const throughStages = [savepoint, succeeded('card'), savepoint, succeeded('hotel'), savepoint];

  it('while a savepoint is set begins nothing, and awaits that it is (R19, R21)', () => {
    givenIn('savepoints', saga, savepoint, succeeded('card'))
      .thenState({ phase: 'at-savepoint' })
      .when(cancelled())
      .thenOrders()
      .when(savepoint)
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .when(undone('card'))
      .thenOrders('rollback begun');
  });

  it('stays the error where that savepoint then fails (R19, R21)', () => {
    const { state } = givenIn('savepoints', saga, savepoint, succeeded('card'), cancelled())
      .when(savepointFailed)
      .thenState({ failures: [noStep, { step: undefined, error: 'no savepoint' }] })
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!');
    expect(otherFailures(state)).toEqual([]); // it is of no step
  });

  it('while a step that failed in place waits for its savepoint to be restored fails that step (R6, R19, R21)', () => {
    const repeated = sagaOf(plain('hotel', { retry: { attempts: 2, baseMs: 10 } }));
    givenIn('savepoints', repeated, savepoint, attemptFailed('hotel', 10))
      .thenState({ phase: 'at-savepoint' })
      .when(cancelled(), savepoint)
      .thenOrders('hotel failed: no hotel', 'unwinding begun: no step failed', 'undo hotel begun: nothing');
  });

  it('has an effect until commit is sent, though the last step is done (R19, R21)', () => {
    const story = givenIn('plain', saga, succeeded('card')).record(succeeded('hotel'), cancelled());
    story.thenRefuses(commitBegun).when().thenOrders('unwinding begun: no step failed', 'undo hotel begun: hotel!');
    story.when(undone('hotel'), undone('card')).thenOrders('undo card begun: card!', 'rollback begun');
  });

  it('has one while the last savepoint is set, before the commit (R19, R21)', () => {
    givenIn('savepoints', saga, ...throughStages.slice(0, -1))
      .thenState({ phase: 'at-savepoint' })
      .when(cancelled(), savepoint)
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun: hotel!');
  });

  it('has one while the savepoint of the last step is restored, which continued (R12, R19, R21)', () => {
    const lastContinued = [savepoint, succeeded('card'), savepoint, failed('hotel'), undone('hotel', continueWith('a tent'))];
    givenIn('savepoints', saga, ...lastContinued)
      .thenState({ phase: 'at-savepoint' })
      .when(cancelled(), savepoint)
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun (undo 2): a tent');
  });

  it('has none while it is committed, nor then (R19, R21)', () => {
    const committing = givenIn('savepoints', saga, ...throughStages).thenState({ phase: 'committing' });
    thenHasNoEffect(committing);
    thenHasNoEffect(committing.record(committed));
  });

  it('has none while it is rolled back (R19, R21)', () => {
    thenHasNoEffect(givenIn('plain', saga, failed('card'), undone('card')).thenState({ phase: 'rolling-back' }));
  });

  it('while it goes backward voids what savepoints would allow (R19, R21)', () => {
    givenIn('savepoints', saga, savepoint, succeeded('card'), savepoint, failed('hotel'))
      .when(cancelled(), undone('hotel', retry(2)))
      .thenOrders('undo card begun: card!');
  });

  it('while it waits for its next pass restores nothing more (R19, R21)', () => {
    givenIn('savepoints', saga, savepoint, succeeded('card'), savepoint, failed('hotel'), undone('hotel', retry(2, 50)))
      .when(cancelled())
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .thenRefuses(savepointBegun(1, 'restore'), rollbackBegun, passedOver('hotel'));
  });
});
