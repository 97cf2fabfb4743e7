import { describe, expect, it } from 'vitest';
import { remainingSteps } from '../../src/kernel/outcome.js';
import {
  aborted, cancelled, continueWith, failed, handlerSaid, inDoubt, lateEffect, retry, savepoint, skipped, succeeded, timedOut, undoFailed,
  undone,
} from './facts.js';
import { given, givenIn, Story } from './given.js';
import { async, lodgingTrip, plain, sagaOf, subSaga } from './graphs.js';

const toHotel = [succeeded('card'), succeeded('lodging'), succeeded('lodging/hotel')];
const toSpa = [...toHotel, succeeded('lodging/spa')];

describe('the test graphs', () => {
  it('flatten sub-sagas as the compiler does: an opening has a stage of its own, and nothing joins a stage across a border (R24)', () => {
    const saga = sagaOf(async('a'), subSaga('sub', {}, async('b'), async('c')), async('d'), subSaga('next', {}, async('e')));
    expect(saga.stages).toEqual([['a'], ['sub'], ['sub/b', 'sub/c'], ['d'], ['next'], ['next/e']]);
    expect(lodgingTrip.steps.map(({ name, within, needs }) => [name, within, needs])).toEqual([
      ['card', '', []],
      ['lodging', '', ['card']],
      ['lodging/hotel', 'lodging', []],
      ['lodging/spa', 'lodging', ['lodging/hotel']],
      ['lodging/spa/massage', 'lodging/spa', []],
      ['lodging/spa/sauna', 'lodging/spa', []],
      ['lodging/key', 'lodging', ['lodging/spa']],
      ['confirmation', '', ['lodging']],
    ]);
    expect(lodgingTrip.subSagas).toMatchObject([{ path: 'lodging', graph: { saga: 'Lodging', subSagas: [{ path: 'spa' }] } }]);
  });
});

describe('a sub-saga', () => {
  it('is gone through between the steps around it, the one that opens it first (R1, R24)', () => {
    given(lodgingTrip, succeeded('card'))
      .thenOrders('execution begun', 'card begun', 'lodging begun')
      .when(succeeded('lodging'), succeeded('lodging/hotel'), succeeded('lodging/spa'))
      .thenOrders('lodging/hotel begun', 'lodging/spa begun', 'lodging/spa/massage begun', 'lodging/spa/sauna begun')
      .when(succeeded('lodging/spa/massage'), succeeded('lodging/spa/sauna'), succeeded('lodging/key'))
      .thenOrders('lodging/key begun', 'confirmation begun');
  });

  it('has a stage border before and after: no sibling joins across it (R2, R24)', () => {
    given(sagaOf(async('a'), subSaga('sub', {}, async('b')), async('c')))
      .thenOrders('execution begun', 'a begun')
      .when(succeeded('a'), succeeded('sub'))
      .thenOrders('sub begun', 'sub/b begun')
      .when(succeeded('sub/b'))
      .thenOrders('c begun');
  });

  it('is undone like steps of the parent, last declared first; what opens it has nothing to undo (R8, R24)', () => {
    given(lodgingTrip, ...toSpa, succeeded('lodging/spa/massage'), succeeded('lodging/spa/sauna'), succeeded('lodging/key'))
      .when(failed('confirmation'), undone('confirmation'), undone('lodging/key'), undone('lodging/spa/sauna'))
      .when(undone('lodging/spa/massage'))
      .thenOrders('lodging/spa passed over', 'undo lodging/hotel begun: lodging/hotel!')
      .when(undone('lodging/hotel'))
      .thenOrders('lodging passed over', 'undo card begun: card!');
  });

  it('has the failed steps of its own stage undone first, then everything else across the levels (R8, R24)', () => {
    given(lodgingTrip, ...toSpa, succeeded('lodging/spa/sauna'))
      .when(failed('lodging/spa/massage'))
      .thenOrders('unwinding begun: lodging/spa/massage failed', 'undo lodging/spa/massage begun: nothing')
      .when(undone('lodging/spa/massage'))
      .thenOrders('undo lodging/spa/sauna begun: lodging/spa/sauna!');
  });

  it('whose input cannot be computed has failed by the step that opens it: there is nothing to answer with (R7, R24)', () => {
    given(lodgingTrip, succeeded('card'))
      .when(failed('lodging'))
      .thenOrders('unwinding begun: lodging failed', 'lodging passed over', 'undo card begun: card!')
      .when(undone('card', retry(2)), succeeded('card'))
      .thenOrders('forward again, pass 2, anew: card lodging', 'card begun (round 2)', 'lodging begun (attempt 2)');
  });

  it('has verdicts that mean what they mean inline: a retry goes forward from within, without opening it anew (R10, R24)', () => {
    given(lodgingTrip, ...toHotel, failed('lodging/spa'))
      .when(undone('lodging/hotel', retry(2)))
      .thenOrders('forward again, pass 2, anew: lodging/hotel lodging/spa', 'lodging/hotel begun (round 2)')
      .thenStep('lodging', { status: 'succeeded', attempt: 1 });
    given(lodgingTrip, succeeded('card'), succeeded('lodging'), failed('lodging/hotel'))
      .when(undone('lodging/hotel', continueWith('a tent')))
      .thenOrders('forward again, pass 1, continued: lodging/hotel', 'lodging/spa begun');
  });

  it('shares one budget and one abort with its parent (R11, R14, R24)', () => {
    const anew = [failed('card'), undone('card', retry(2)), succeeded('card'), succeeded('lodging'), failed('lodging/hotel')];
    given(lodgingTrip, ...anew)
      .when(undone('lodging/hotel', retry(2)))
      .thenOrders('lodging passed over', 'undo card begun (round 2): card!');
    given(lodgingTrip, succeeded('card'), succeeded('lodging'), aborted('lodging/hotel'), undone('lodging/hotel'))
      .when(undone('card', retry(9)))
      .thenOrders('execution ended: compensated');
  });

  it('that is begun anew is opened anew, in the same round; rounds count by path for the whole execution (R11, R24)', () => {
    const first = [...toHotel, failed('lodging/spa'), undone('lodging/hotel')];
    given(lodgingTrip, ...first)
      .when(undone('card', retry(2)))
      .thenOrders('forward again, pass 2, anew: card lodging lodging/hotel lodging/spa', 'card begun (round 2)')
      .when(succeeded('card'))
      .thenOrders('lodging begun (attempt 2)')
      .when(succeeded('lodging', 'second input'))
      .thenOrders('lodging/hotel begun (round 2)')
      .thenStep('lodging', { round: 1, attempt: 2, effect: 'second input' });
  });

  it('is cancelled like steps of the parent (R19, R24)', () => {
    given(lodgingTrip, ...toSpa)
      .when(cancelled(), succeeded('lodging/spa/massage'), inDoubt('lodging/spa/sauna'))
      .thenOrders(
        'unwinding begun: no step failed',
        'lodging/spa/sauna passed over',
        'undo lodging/spa/massage begun: lodging/spa/massage!',
      );
  });

  it('is cancelled while it is opened: it is not gone through (R19, R24)', () => {
    given(lodgingTrip, succeeded('card'), cancelled())
      .when(succeeded('lodging'))
      .thenOrders('unwinding begun: no step failed', 'lodging passed over', 'undo card begun: card!');
  });

  it('that is stuck has no opening among what remains: that is nothing to undo (R15, R24)', () => {
    const hotelStays = [undoFailed('lodging/hotel'), handlerSaid('lodging/hotel', 'stop')];
    const { state } = given(lodgingTrip, ...toHotel, failed('lodging/spa'), ...hotelStays);
    expect(remainingSteps(state).map(({ step }) => step)).toEqual(['lodging/hotel', 'card']);
  });
});

describe('a sub-saga that is skipped', () => {
  const lodgingSteps = ['hotel', 'spa', 'spa/massage', 'spa/sauna', 'key'].map((step) => `lodging/${step}`);

  it('has each of its steps skipped, those of nested ones too, and none begun (R4, R24)', () => {
    given(lodgingTrip, succeeded('card'))
      .when(skipped('lodging'))
      .thenOrders(...lodgingSteps.map((step) => `${step} skipped`), 'confirmation begun')
      .thenStep('lodging', { status: 'skipped' })
      .thenStep('lodging/spa/massage', { status: 'skipped', attempt: 0, outcome: 'succeeded', effectKnown: false });
  });

  it('has siblings skipped that wait for each other, in their order (R2, R24)', () => {
    const saga = sagaOf(subSaga('sub', {}, async('a'), async('b', { needs: ['a'] }), async('c')));
    given(saga).when(skipped('sub')).thenOrders('sub/a skipped', 'sub/c skipped', 'sub/b skipped', 'execution ended: completed');
  });

  it('may be a nested one alone (R24)', () => {
    given(lodgingTrip, ...toHotel)
      .when(skipped('lodging/spa'))
      .thenOrders('lodging/spa/massage skipped', 'lodging/spa/sauna skipped', 'lodging/key begun');
  });

  it('is passed over step by step when the execution unwinds (R4, R8, R24)', () => {
    given(lodgingTrip, succeeded('card'), skipped('lodging'))
      .when(failed('confirmation'), undone('confirmation'))
      .thenOrders(
        'unwinding begun: confirmation failed',
        'undo confirmation begun: nothing',
        ...lodgingSteps.toReversed().map((step) => `${step} passed over`),
        'lodging passed over',
        'undo card begun: card!',
      );
  });

  it('is opened anew when the execution goes forward again, and may be gone through then (R11, R24)', () => {
    given(lodgingTrip, succeeded('card'), skipped('lodging'), failed('confirmation'), undone('confirmation'))
      .when(undone('card', retry(2)), succeeded('card'), succeeded('lodging'))
      .thenOrders(
        `forward again, pass 2, anew: card lodging ${lodgingSteps.join(' ')} confirmation`,
        'card begun (round 2)',
        'lodging begun (attempt 2)',
        'lodging/hotel begun',
      );
  });

  it('though it was gone through before: a step that was undone then has done nothing under its new key (R4, R24)', () => {
    given(lodgingTrip, ...toHotel, failed('lodging/spa'), undone('lodging/hotel'), undone('card', retry(2)), succeeded('card'))
      .when(skipped('lodging'))
      .thenStep('lodging', { status: 'skipped', attempt: 2 })
      .thenStep('lodging/hotel', { status: 'skipped', round: 2 })
      .thenStep('lodging/spa', { status: 'skipped', attempt: 1 });
  });

  it('though it was gone through before: one that was passed over may have done something under this key (R4, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('sub', {}, plain('hotel', { undo: { requiresEffect: true } }), plain('car')));
    const passedOver = [succeeded('card'), succeeded('sub'), timedOut('sub/hotel'), inDoubt('sub/hotel'), undone('card', retry(2))];
    given(saga, ...passedOver, succeeded('card'))
      .when(skipped('sub'))
      .thenOrders('sub/hotel skipped', 'sub/car skipped', 'execution ended: completed')
      .thenStep('sub/hotel', { status: 'succeeded', effect: undefined, effectKnown: false })
      .thenStep('sub/car', { status: 'skipped' })
      .when(lateEffect('sub/hotel'))
      .thenOrders('undo sub/hotel begun late: sub/hotel!');
  });

  it('has no step skipped before the one that is next, nor one of a sub-saga that was not skipped (R24)', () => {
    const story = new Story(lodgingTrip, null).when(succeeded('card')).record(skipped('lodging'));
    story.thenRefuses(skipped('lodging/spa'), skipped('lodging/key'), skipped('confirmation')).record(skipped('lodging/hotel'));
    given(lodgingTrip, succeeded('card')).record(succeeded('lodging')).thenRefuses(skipped('lodging/hotel'));
    given(lodgingTrip).thenRefuses(skipped('lodging'), skipped('confirmation'));
  });

  it('has no step skipped once the execution is cancelled (R19, R24)', () => {
    given(lodgingTrip, succeeded('card'))
      .record(skipped('lodging'), cancelled())
      .thenRefuses(skipped('lodging/hotel'))
      .when()
      .thenOrders('unwinding begun: no step failed', 'lodging passed over', 'undo card begun: card!')
      .thenStep('lodging/hotel', { status: 'idle' });
  });

  it('is skipped in a transaction as everywhere (R21, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('sub', {}, plain('hotel')));
    givenIn('savepoints', saga, savepoint, succeeded('card')).when(skipped('sub'), savepoint, savepoint).thenState({ phase: 'committing' });
  });
});
