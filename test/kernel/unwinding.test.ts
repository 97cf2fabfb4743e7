import { describe, it } from 'vitest';
import {
  abort, aborted, continueWith, failed, fallbackBegun, passedOver, retry, skipped, succeeded, undoBegun, undone, unwound, waitedForPass,
} from './facts.js';
import { given } from './given.js';
import type { Said } from './graphs.js';
import { async, plain, sagaOf, trip } from './graphs.js';

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
      .thenOrders('rates passed over', 'execution ended: compensated');
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
      .thenOrders(
        'unwinding begun: flight failed',
        'flight passed over',
        'hotel passed over',
        'rates passed over',
        'undo card begun: card!',
      );
  });

  it('passes over a step in its turn, and only where there is nothing to call (R8, R9)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false }), plain('hotel', { undo: false }), plain('flight'));
    given(saga, succeeded('card'), succeeded('rates'), skipped('hotel'))
      .thenRefuses(passedOver('hotel'))
      .record(failed('flight'))
      .thenRefuses(passedOver('hotel'))
      .record(unwound('flight'))
      .thenRefuses(passedOver('flight'), passedOver('hotel'))
      .record(undoBegun('flight', undefined))
      .thenRefuses(passedOver('flight'), passedOver('hotel'))
      .record(undone('flight'))
      .thenRefuses(passedOver('flight'), passedOver('rates'), undoBegun('hotel', undefined), passedOver('card'))
      .record(passedOver('hotel'))
      .thenStep('hotel', { status: 'undone', undos: 0 })
      .thenRefuses(passedOver('hotel'))
      .record(passedOver('rates'))
      .thenRefuses(passedOver('card'))
      .when()
      .thenOrders('undo card begun: card!');
  });

  it('passes over a failed step with a fallback only after an abort: before, that is what there is to call (R12a, R14)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false, fallback: true }));
    given(saga, succeeded('card')).record(failed('rates'), unwound('rates')).thenRefuses(passedOver('rates'));
    given(saga, succeeded('card'))
      .record(aborted('rates'), unwound('rates'))
      .thenRefuses(fallbackBegun('rates'))
      .when()
      .thenOrders('rates passed over', 'undo card begun: card!');
  });

  it('passes over no step twice, and none that was passed over is called: it begins anew with what is retried (R11)', () => {
    const saga = sagaOf(plain('card'), plain('rates', { undo: false }), plain('flight'));
    given(saga, succeeded('card'), succeeded('rates'), failed('flight'))
      .when(undone('flight'))
      .thenOrders('rates passed over', 'undo card begun: card!')
      .when(undone('card', retry(2)), succeeded('card'))
      .thenOrders('forward again, pass 2, anew: card rates flight', 'card begun (round 2)', 'rates begun (attempt 2)')
      .when(failed('rates'))
      .thenOrders('unwinding begun: rates failed', 'rates passed over', 'undo card begun (round 2): card!');
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

  it('voids every later retry and continue after an abort (R10, R14)', () => {
    given(row, succeeded('card'), succeeded('hotel'), failed('flight'))
      .when(undone('flight', abort), undone('hotel', retry(9)), undone('card', retry(9)))
      .thenState({ end: 'compensated' });
    given(row, aborted('card')).when(undone('card', continueWith('cash'))).thenState({ end: 'compensated' });
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
      .thenOrders(
        'hotel passed over',
        'forward again, pass 2, anew: hotel flight, continued: car',
        'hotel begun (attempt 2)',
        'flight begun (round 2)',
      );
  });

  it('go on being undone if one has no compensation and the others only continued (R12)', () => {
    given(beside({ undo: false }), ...allFailed, undone('flight', continueWith('the train')))
      .when(undone('car', continueWith('the bus')))
      .thenOrders('hotel passed over', 'undo card begun: card!');
  });

  it('never go forward if one of them aborted, even if it settled first (R14)', () => {
    given(beside(), succeeded('card'), aborted('flight'), failed('car'), succeeded('hotel'))
      .when(undone('flight', continueWith('the train')), undone('car', retry(9)))
      .thenOrders('undo car begun: nothing', 'undo hotel begun: hotel!');
  });
});
