import { describe, expect, it } from 'vitest';
import {
  abort, aborted, continueWith, failed, fallbackAttemptFailed, fallbackBegun, fallbackFailed, fellBack, handlerSaid, inDoubt, lateEffect,
  passedOver, retry, succeeded, timedOut, undoAttemptFailed, undoBegun, undoFailed, undone, unwound, waited,
} from './facts.js';
import { given, givenCompensationRetry } from './given.js';
import type { Said } from './graphs.js';
import { async, plain, retryPolicy, sagaOf } from './graphs.js';

const row = sagaOf(plain('card'), plain('hotel'), plain('flight'));
const beside = (hotel: Said = {}) => sagaOf(plain('card'), async('hotel', hotel), async('car'), async('flight'));

describe('the turn of a step', () => {
  const saga = sagaOf(plain('card'), plain('hotel', { fallback: true }));
  const due = () => given(saga, succeeded('card')).record(failed('hotel'), unwound('hotel'));

  it('is for its compensation first, under the round and the undo that follow (R9, R25)', () => {
    due()
      .thenRefuses(undoBegun('card', 'card!'), undoBegun('hotel', undefined, { undo: 2 }), undoBegun('hotel', undefined, { round: 2 }))
      .thenRefuses(fallbackBegun('hotel'), passedOver('hotel'), undone('hotel'), undoFailed('hotel'))
      .when()
      .thenOrders('undo hotel begun: nothing')
      .thenStep('hotel', { status: 'undoing', undos: 1 });
  });

  it('is for one call at a time (R8)', () => {
    due()
      .record(undoBegun('hotel', undefined))
      .thenRefuses(undoBegun('hotel', undefined), undoBegun('hotel', undefined, { undo: 2 }), undoBegun('card', 'card!'))
      .thenRefuses(fallbackBegun('hotel'), passedOver('hotel'), passedOver('card'));
  });

  it('is for its fallback when the compensation has answered, and no more for the compensation (R12a)', () => {
    due()
      .record(undoBegun('hotel', undefined), undone('hotel'))
      .thenRefuses(fallbackBegun('hotel', 2), fallbackBegun('card'), undoBegun('hotel', undefined, { undo: 2 }), passedOver('hotel'))
      .when()
      .thenOrders('fallback of hotel begun');
  });

  it('ends with an answer that is granted, also where there is a fallback (R10, R12a)', () => {
    for (const answer of [retry(2), continueWith('a tent')]) {
      const story = due().record(undoBegun('hotel', undefined), undone('hotel', answer));
      story.thenStep('hotel', { status: 'undone' }).thenRefuses(fallbackBegun('hotel'));
    }
  });

  it('that is for the fallback alone is for the compensation, should the effect arrive before it is asked (R5a, R9)', () => {
    const requiring = sagaOf(plain('card'), plain('hotel', { undo: { requiresEffect: true }, fallback: true }));
    const story = given(requiring, succeeded('card'));
    story
      .record(timedOut('hotel'), inDoubt('hotel'), unwound('hotel'))
      .thenRefuses(undoBegun('hotel', undefined), passedOver('hotel'))
      .record(lateEffect('hotel'))
      .thenStep('hotel', { outcome: 'timed-out', effect: 'hotel!', effectKnown: true })
      .thenRefuses(fallbackBegun('hotel'), passedOver('hotel'))
      .when()
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel'))
      .thenOrders('fallback of hotel begun')
      .when(fallbackFailed('hotel'))
      .thenOrders('undo card begun: card!');
    expect(story.state.doubtful).toMatchObject([{ effects: [], undone: ['hotel!'] }]);
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
    given(withoutUndo, succeeded('card'))
      .when(aborted('rates'))
      .thenOrders('unwinding begun: rates failed', 'rates passed over', 'undo card begun: card!');
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
