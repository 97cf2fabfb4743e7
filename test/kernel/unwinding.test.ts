import { describe, expect, it } from 'vitest';
import {
  abort, aborted, continueWith, failed, fallbackAttemptFailed, fallbackFailed, fellBack, handlerSaid, inDoubt, retry, skipped, succeeded,
  timedOut, undoAttemptFailed, undoFailed, undone, waited, waitedForPass,
} from './facts.js';
import { given, givenCompensationRetry } from './given.js';
import type { Said } from './graphs.js';
import { async, plain, retryPolicy, sagaOf, trip } from './graphs.js';

const booked = [succeeded('rates'), succeeded('card')];
const row = sagaOf(plain('card'), plain('hotel'), plain('flight'));
const beside = (hotel: Said = {}, car: Said = {}, flight: Said = {}) =>
  sagaOf(plain('card'), async('hotel', hotel), async('car', car), async('flight', flight));

describe('unwinding', () => {
  it('undoes the failed steps of the stage first, last declared first, then everything else, last declared first (R8)', () => {
    given(trip, ...booked, succeeded('hotel'), failed('car'))
      .when(failed('flight'))
      .thenOrders('unwinding begun: car failed', 'undo flight begun: nothing')
      .when(undone('flight'))
      .thenOrders('undo car begun: nothing')
      .when(undone('car'))
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel'))
      .thenOrders('undo card begun: card!')
      .when(undone('card'))
      .thenOrders('execution ended: compensated');
  });

  it('undoes what stands from an earlier pass too (R8)', () => {
    given(row, succeeded('card'), failed('hotel'), undone('hotel', retry(2)), succeeded('hotel', 'second hotel'))
      .when(failed('flight'), undone('flight'))
      .thenOrders('unwinding begun: flight failed', 'undo flight begun: nothing', 'undo hotel begun (round 2): second hotel')
      .when(undone('hotel', { type: 'compensated' }, { round: 2 }))
      .thenOrders('undo card begun: card!');
  });

  it('passes over a step that was skipped (R4), one without a compensation, and one that requires an effect that is unknown (R9)', () => {
    const flight = plain('flight', { undo: { requiresEffect: true } });
    const saga = sagaOf(plain('card'), plain('rates', { undo: false }), plain('hotel'), flight);
    given(saga, succeeded('card'), succeeded('rates'), skipped('hotel'))
      .when(failed('flight'))
      .thenOrders('unwinding begun: flight failed', 'undo card begun: card!');
  });

  it('calls a compensation that requires the effect wherever the effect is known, whatever the outcome (R9)', () => {
    const saga = sagaOf(plain('hotel', { undo: { requiresEffect: true } }), plain('flight'));
    given(saga, succeeded('hotel'), failed('flight')).when(undone('flight')).thenOrders('undo hotel begun: hotel!');
  });

  it('goes forward from the step whose compensation answers retry, and begins anew all that it passed (R10, R11)', () => {
    given(row, succeeded('card'), succeeded('hotel'), failed('flight'), undone('flight'))
      .when(undone('hotel', retry(2)))
      .thenOrders('forward again, pass 2, anew: hotel flight', 'hotel begun (round 2)')
      .thenState({ passes: 2, phase: 'forward' })
      .thenStep('card', { status: 'succeeded', round: 1 })
      .thenStep('hotel', { effect: undefined, effectKnown: false });
  });

  it('begins a step in the same round and under the same key where no compensation was called (R11)', () => {
    given(trip, succeeded('rates'), failed('card'))
      .when(undone('card', retry(2)))
      .thenOrders('forward again, pass 2, anew: card', 'card begun (round 2)');
    given(sagaOf(plain('card'), plain('rates', { undo: false })), succeeded('card'), failed('rates'), undone('card', retry(2)))
      .when(succeeded('card'))
      .thenOrders('rates begun (attempt 2)');
  });

  it('grants a retry while the execution went forward fewer times than its passes, one count for all steps (R11)', () => {
    given(row, failed('card'), undone('card', retry(2)), succeeded('card'))
      .when(failed('hotel'), undone('hotel', retry(2)))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: nothing', 'undo card begun (round 2): card!')
      .when(undone('card', retry(3), { round: 2 }))
      .thenOrders('forward again, pass 3, anew: card hotel', 'card begun (round 3)');
  });

  it('waits before it goes forward, if the answer says so (R11, R13)', () => {
    given(row, failed('card'))
      .when(undone('card', retry(2, 50)))
      .thenOrders('forward again, pass 2, anew: card after 50 ms', 'wait for the next pass begun: 50 ms')
      .when(waitedForPass())
      .thenOrders('card begun (round 2)');
  });

  it('voids every later retry and continue after an abort (R10, R14)', () => {
    given(row, succeeded('card'), succeeded('hotel'), failed('flight'))
      .when(undone('flight', abort), undone('hotel', retry(9)), undone('card', retry(9)))
      .thenState({ end: 'compensated' });
    given(row, aborted('card')).when(undone('card', continueWith('cash'))).thenState({ end: 'compensated' });
  });
});

describe('a failed step that continues', () => {
  it('counts as succeeded with the effect it continues with (R10, R12)', () => {
    given(row, succeeded('card'), failed('hotel'))
      .when(undone('hotel', continueWith('a friend’s sofa')))
      .thenOrders('forward again, pass 1, continued: hotel', 'flight begun')
      .thenStep('hotel', { status: 'succeeded', outcome: 'continued', effect: 'a friend’s sofa', round: 1 })
      .thenState({ passes: 1 });
  });

  it('is undone later with that effect, as another undo of its round (R12, R25)', () => {
    given(row, succeeded('card'), failed('hotel'), undone('hotel', continueWith('a friend’s sofa')))
      .when(failed('flight'), undone('flight'))
      .thenOrders('unwinding begun: flight failed', 'undo flight begun: nothing', 'undo hotel begun (undo 2): a friend’s sofa');
  });

  it('needs a new failure to continue again (R12)', () => {
    given(row, succeeded('card'), failed('hotel'), undone('hotel', continueWith('a friend’s sofa')), failed('flight'), undone('flight'))
      .when(undone('hotel', continueWith('a tent'), { undo: 2 }))
      .thenOrders('undo card begun: card!');
  });

  it('is granted whatever the failure but an abort: a time-out too (R12)', () => {
    const saga = sagaOf(plain('hotel', { timeoutMs: 5_000 }));
    given(saga, timedOut('hotel'), inDoubt('hotel'))
      .when(undone('hotel', continueWith('a friend’s sofa')))
      .thenOrders('forward again, pass 1, continued: hotel', 'execution ended: completed');
  });

  it('is not granted to a step that did not fail (R12)', () => {
    given(row, succeeded('card'), failed('hotel'), undone('hotel'))
      .when(undone('card', continueWith('cash')))
      .thenOrders('execution ended: compensated');
  });
});

describe('several siblings that failed', () => {
  const allFailed = [succeeded('card'), failed('hotel'), failed('car'), failed('flight')];

  it('are all undone before anything goes forward, with one raise of the count and the longest wait (R12)', () => {
    given(beside(), ...allFailed)
      .when(undone('flight', retry(2, 50)), undone('car', retry(2, 70)))
      .thenOrders('undo car begun: nothing', 'undo hotel begun: nothing')
      .when(undone('hotel', continueWith('a friend’s sofa')))
      .thenOrders('forward again, pass 2, anew: car flight, continued: hotel after 70 ms', 'wait for the next pass begun: 70 ms')
      .when(waitedForPass())
      .thenOrders('car begun (round 2)', 'flight begun (round 2)');
  });

  it('wait as long as the longest wait, whoever asked for it (R12)', () => {
    given(beside(), ...allFailed)
      .when(undone('flight', retry(2, 70)), undone('car', retry(2, 50)), undone('hotel', retry(2)))
      .thenState({ passDelayMs: 70 });
  });

  it('go on being undone if one that was asked answered with nothing that is granted (R12)', () => {
    given(beside(), ...allFailed)
      .when(undone('flight', retry(2)), undone('car'), undone('hotel', continueWith('a friend’s sofa')))
      .thenOrders('undo car begun: nothing', 'undo hotel begun: nothing', 'undo card begun: card!')
      .thenStep('hotel', { status: 'undone' })
      .thenState({ passes: 1 });
  });

  it('are begun anew from below, without the wait of a retry that was granted in vain (R11, R12)', () => {
    given(beside(), ...allFailed, undone('flight', retry(2, 50)), undone('car'), undone('hotel', continueWith('a friend’s sofa')))
      .when(undone('card', retry(2)))
      .thenOrders('forward again, pass 2, anew: card hotel car flight', 'card begun (round 2)')
      .thenStep('hotel', { effect: undefined, round: 2 });
  });

  it('are not vetoed by one that has no compensation to call: it is begun anew with any retry (R12)', () => {
    given(beside({ undo: false }), ...allFailed, undone('flight', retry(2)))
      .when(undone('car', continueWith('the bus')))
      .thenOrders('forward again, pass 2, anew: hotel flight, continued: car', 'hotel begun (attempt 2)', 'flight begun (round 2)');
  });

  it('go on being undone if one has no compensation and the others only continued (R12)', () => {
    given(beside({ undo: false }), ...allFailed, undone('flight', continueWith('the train')))
      .when(undone('car', continueWith('the bus')))
      .thenOrders('undo card begun: card!');
  });

  it('never go forward if one of them aborted, even if it settled first (R14)', () => {
    given(beside(), succeeded('card'), aborted('flight'), failed('car'), succeeded('hotel'))
      .when(undone('flight', continueWith('the train')), undone('car', retry(9)))
      .thenOrders('undo car begun: nothing', 'undo hotel begun: hotel!');
  });
});

describe('a fallback', () => {
  const saga = sagaOf(plain('card'), plain('rates', { fallback: { retry: { attempts: 2, baseMs: 10, jitter: false } } }));
  const withoutUndo = sagaOf(plain('card'), plain('rates', { undo: false, fallback: true }));

  it('is asked after the compensation answered nothing that is granted, and gives the effect to continue with (R12a)', () => {
    given(saga, succeeded('card'), failed('rates'))
      .when(undone('rates', retry(1)))
      .thenOrders('fallback of rates begun')
      .when(fellBack('rates', 'yesterday’s rates'))
      .thenOrders('forward again, pass 1, continued: rates', 'execution ended: completed')
      .thenStep('rates', { outcome: 'continued', effect: 'yesterday’s rates', round: 1 });
  });

  it('is asked at once where there is no compensation to call (R12a)', () => {
    given(withoutUndo, succeeded('card'))
      .when(failed('rates'))
      .thenOrders('unwinding begun: rates failed', 'fallback of rates begun');
  });

  it('is not asked where a retry is granted (R12a)', () => {
    given(saga, succeeded('card'), failed('rates'))
      .when(undone('rates', retry(2)))
      .thenOrders('forward again, pass 2, anew: rates', 'rates begun (round 2)');
  });

  it('is never asked after an abort (R12a)', () => {
    given(saga, succeeded('card'), aborted('rates')).when(undone('rates')).thenOrders('undo card begun: card!');
    given(saga, succeeded('card'), failed('rates')).when(undone('rates', abort)).thenOrders('undo card begun: card!');
    given(withoutUndo, succeeded('card')).when(aborted('rates')).thenOrders('unwinding begun: rates failed', 'undo card begun: card!');
  });

  it('that throws leaves its step failed, and its error beside the failure (R12a)', () => {
    given(saga, succeeded('card'), failed('rates'), undone('rates'))
      .when(fallbackFailed('rates'))
      .thenOrders('undo card begun: card!')
      .thenState({ fallbackErrors: [{ step: 'rates', error: 'no fallback of rates' }], aborted: false })
      .when(undone('card', retry(2)))
      .thenState({ fallbackErrors: [], passes: 2 });
  });

  it('that throws AbortSaga aborts (R12a, R14)', () => {
    given(saga, succeeded('card'), failed('rates'), undone('rates'), fallbackFailed('rates', true))
      .when(undone('card', retry(9)))
      .thenState({ end: 'compensated', aborted: true });
  });

  it('is repeated as its retry says (R12a, R15)', () => {
    given(saga, succeeded('card'), failed('rates'), undone('rates'))
      .when(fallbackAttemptFailed('rates', 10))
      .thenOrders('wait for fallback of rates begun: 10 ms')
      .when(waited({ of: 'fallback', step: 'rates' }))
      .thenOrders('fallback of rates begun (attempt 2)');
  });

  it('that failed vetoes nothing where it was the only answer, and vetoes where a compensation was called (R12)', () => {
    const stage = (undo: Said['undo']) => sagaOf(async('rates', { undo: undo ?? {}, fallback: true }), async('hotel'));
    given(stage(false), failed('rates'), failed('hotel'), undone('hotel', retry(2)))
      .when(fallbackFailed('rates'))
      .thenOrders('forward again, pass 2, anew: rates hotel', 'rates begun (attempt 2)', 'hotel begun (round 2)');
    given(stage(false), failed('rates'), failed('hotel'), undone('hotel', continueWith('a friend’s sofa')))
      .when(fallbackFailed('rates'))
      .thenOrders('execution ended: compensated');
    given(stage({}), failed('rates'), failed('hotel'), undone('hotel', retry(2)), undone('rates'))
      .when(fallbackFailed('rates'))
      .thenOrders('execution ended: compensated');
  });
});

describe('a compensation that fails', () => {
  const saga = sagaOf(plain('card'), plain('hotel'), plain('flight', { undo: { retry: { attempts: 3, baseMs: 10 } } }));
  const unwinding = [succeeded('card'), succeeded('hotel'), failed('flight')];

  it('is repeated in place, after its wait, under the same key (R15, R25)', () => {
    given(saga, ...unwinding)
      .when(undoAttemptFailed('flight', 10))
      .thenOrders('wait for undo flight begun: 10 ms')
      .when(waited({ of: 'compensation', step: 'flight', round: 1, undo: 1 }))
      .thenOrders('undo flight begun (attempt 2): nothing')
      .when(undoAttemptFailed('flight', 0, 2))
      .thenOrders('undo flight begun (attempt 3): nothing');
  });

  it('for good is what the handler is asked about; stop ends the execution stuck (R15)', () => {
    given(saga, ...unwinding)
      .when(undoFailed('flight'))
      .thenOrders('handler asked about flight')
      .when(handlerSaid('flight', 'stop'))
      .thenOrders('execution ended: stuck')
      .thenStep('flight', { status: 'remaining' })
      .thenStep('hotel', { status: 'succeeded' });
  });

  it('lets the others be undone if the handler says continue; the end is stuck all the same, and no retry is granted (R15)', () => {
    given(saga, ...unwinding, undoFailed('flight'))
      .when(handlerSaid('flight', 'continue'))
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel', retry(9)), undone('card', retry(9)))
      .thenOrders('undo card begun: card!', 'execution ended: stuck');
  });

  it('counts as compensated if the handler resolved it, and voids nothing (R15)', () => {
    given(saga, ...unwinding, undoFailed('flight'), handlerSaid('flight', 'resolved'))
      .when(undone('hotel', retry(2)))
      .thenOrders('forward again, pass 2, anew: hotel flight', 'hotel begun (round 2)');
  });

  it('voids the fallback and the continue of a sibling (R15)', () => {
    given(beside({ fallback: true }), succeeded('card'), failed('hotel'), succeeded('car'), failed('flight'), undoFailed('flight'))
      .when(handlerSaid('flight', 'continue'), undone('hotel'))
      .thenOrders('undo hotel begun: nothing', 'undo car begun: car!');
  });

  it('may be one that the runner repeats, where it has no retry of its own (R15)', () => {
    const { state } = givenCompensationRetry(retryPolicy(2), row).when(failed('card'), undoAttemptFailed('card'));
    expect(state.unwinding?.call).toMatchObject({ status: 'running', attempt: 2 });
  });
});

it('ends compensated when nothing was to be undone (R16)', () => {
  given(sagaOf(plain('rates', { undo: false })))
    .when(failed('rates'))
    .thenOrders('unwinding begun: rates failed', 'execution ended: compensated');
});
