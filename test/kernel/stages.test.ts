import { describe, it } from 'vitest';
import { continueWith, failed, retry, skipped, succeeded, undone } from './facts.js';
import { given } from './given.js';
import { async, plain, sagaOf, trip } from './graphs.js';

describe('going forward', () => {
  it('begins a plain step when every earlier one is done (R1)', () => {
    given(trip)
      .thenOrders('execution begun', 'rates begun')
      .when(succeeded('rates'))
      .thenOrders('card begun');
  });

  it('begins siblings together, in declaration order, but one that needs another after it (R2)', () => {
    given(trip, succeeded('rates'))
      .when(succeeded('card'))
      .thenOrders('hotel begun', 'car begun')
      .when(succeeded('hotel'))
      .thenOrders('flight begun');
  });

  it('does not let a sibling wait for one that it does not need (R2)', () => {
    given(trip, succeeded('rates'), succeeded('card'), succeeded('hotel'))
      .when(succeeded('car'))
      .thenOrders();
  });

  it('awaits all siblings before the next plain step (R2)', () => {
    given(trip, succeeded('rates'), succeeded('card'), succeeded('hotel'))
      .when(succeeded('flight'))
      .thenOrders()
      .when(succeeded('car'))
      .thenOrders('confirmation begun');
  });

  it('waits for every sibling needed, however they are chained (R2)', () => {
    const chained = sagaOf(async('a'), async('b', { needs: ['a'] }), async('c', { needs: ['a', 'b'] }));
    given(chained)
      .when(succeeded('a'))
      .thenOrders('b begun')
      .when(succeeded('b'))
      .thenOrders('c begun');
  });

  it('counts a skipped step as done (R4)', () => {
    given(trip, succeeded('rates'))
      .when(skipped('card'))
      .thenOrders('hotel begun', 'car begun');
  });

  it('begins the sibling of a continued step that had to wait for it (R2, R12)', () => {
    given(sagaOf(async('hotel'), async('flight', { needs: ['hotel'] })), failed('hotel'))
      .when(undone('hotel', continueWith('a friend’s sofa')))
      .thenOrders('forward again, pass 1, continued: hotel', 'flight begun');
  });

  it('runs a plain step that was not reached when an earlier stage was gone through anew (R2, R11)', () => {
    const saga = sagaOf(plain('rates'), async('hotel'), async('car'), plain('confirmation'));
    given(saga, succeeded('rates'), succeeded('hotel'), failed('car'))
      .when(undone('car', retry(2)))
      .thenOrders('forward again, pass 2, anew: car', 'car begun (round 2)')
      .when(succeeded('car'))
      .thenOrders('confirmation begun');
  });

  it.each([undefined, null, 0, '', false])('takes %j for an effect like any other (R3)', (effect) => {
    given(trip)
      .when(succeeded('rates', effect))
      .thenOrders('card begun')
      .thenStep('rates', { status: 'succeeded', effect, effectKnown: true });
  });
});
