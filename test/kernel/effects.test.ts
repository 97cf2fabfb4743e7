import { describe, expect, it } from 'vitest';
import { effectAt, effectsNeeded, effectsWithin, subSagaInput } from '../../src/kernel/effects.js';
import { nodeAt } from '../../src/kernel/state.js';
import { compensationFacts, fallbackFacts } from '../../src/kernel/undo-facts.js';
import { failed, inDoubt, lateEffect, passedOver, retry, skipped, succeeded, timedOut, undone } from './facts.js';
import type { Story } from './given.js';
import { given } from './given.js';
import { async, lodgingTrip, plain, sagaOf, subSaga } from './graphs.js';

const throughSpa = [
  succeeded('card'),
  succeeded('lodging', { hold: 'card!' }),
  succeeded('lodging/hotel', 'room 12'),
  succeeded('lodging/spa', { room: 12 }),
  succeeded('lodging/spa/massage'),
  succeeded('lodging/spa/sauna'),
];
const spa = { massage: 'lodging/spa/massage!', sauna: 'lodging/spa/sauna!' };
const lodging = { hotel: 'room 12', spa, key: 'lodging/key!' };
const inputOf = ({ state }: Story, step: string): unknown => subSagaInput(state, nodeAt(state, state.layout.indexOf.get(step)!));

describe('the effect of a step that opens a sub-saga', () => {
  const { state } = given(lodgingTrip, ...throughSpa, succeeded('lodging/key'));

  it('is for everybody else the effects of its steps, by their own names, and so on inwards (R24)', () => {
    expect(effectAt(state, 'lodging/spa')).toEqual(spa);
    expect(effectAt(state, 'lodging')).toEqual(lodging);
  });

  it('is needed under the name that it has in its own saga (R3, R24)', () => {
    expect(effectsNeeded(state, ['lodging', 'card'])).toEqual({ lodging, card: 'card!' });
    expect(effectsNeeded(state, ['lodging/hotel', 'lodging/spa'])).toEqual({ hotel: 'room 12', spa });
  });

  it('is among the effects of the saga that completed, and of the sub-saga (R16, R24)', () => {
    const ended = given(lodgingTrip, ...throughSpa, succeeded('lodging/key'), succeeded('confirmation', undefined)).state;
    expect(ended.end).toBe('completed');
    expect(effectsWithin(ended, '')).toEqual({ card: 'card!', lodging });
    expect(effectsWithin(ended, 'lodging')).toEqual(lodging);
    expect(Object.keys(effectsWithin(ended, 'lodging'))).toEqual(['hotel', 'spa', 'key']);
    expect(effectsWithin(ended, 'lodging/spa')).toEqual(spa);
  });

  it('leaves out what returned nothing, and keeps every other value (R3, R24)', () => {
    const saga = sagaOf(subSaga('lodging', {}, plain('a'), plain('b'), plain('c'), plain('d')));
    const steps = [succeeded('lodging'), succeeded('lodging/a', undefined), succeeded('lodging/b', null), succeeded('lodging/c', 0)];
    const { state: ended } = given(saga, ...steps, skipped('lodging/d'));
    expect(effectAt(ended, 'lodging')).toEqual({ b: null, c: 0 });
  });

  it('is an empty record where none of them returned anything, not nothing: the sub-saga was gone through (R24)', () => {
    const { state: ended } = given(sagaOf(subSaga('lodging', {}, plain('a'))), succeeded('lodging'), skipped('lodging/a'));
    expect(effectAt(ended, 'lodging')).toEqual({});
    expect(effectsWithin(ended, '')).toEqual({ lodging: {} });
  });

  it('has properties of its own alone, whatever they are called (R24)', () => {
    const saga = sagaOf(subSaga('lodging', {}, plain('__proto__')));
    const { state: ended } = given(saga, succeeded('lodging'), succeeded('lodging/__proto__', 1));
    expect(Object.entries(effectAt(ended, 'lodging') as object)).toEqual([['__proto__', 1]]);
  });

  it('is nothing where it was skipped, of the nested ones too (R4, R24)', () => {
    const { state: ended } = given(lodgingTrip, succeeded('card'), skipped('lodging'), succeeded('confirmation'));
    expect(effectAt(ended, 'lodging')).toBeUndefined();
    expect(effectAt(ended, 'lodging/spa')).toBeUndefined();
    expect(effectsWithin(ended, '')).toEqual({ card: 'card!', confirmation: 'confirmation!' });
    expect(effectsWithin(ended, 'lodging')).toEqual({});
  });

  it('lacks a nested sub-saga that was skipped (R24)', () => {
    const steps = [succeeded('card'), succeeded('lodging'), succeeded('lodging/hotel'), skipped('lodging/spa'), succeeded('lodging/key')];
    expect(effectAt(given(lodgingTrip, ...steps).state, 'lodging')).toEqual({ hotel: 'lodging/hotel!', key: 'lodging/key!' });
  });
});

describe('the effect of a sub-saga of which one is chosen', () => {
  it('is the effect of that step (R24)', () => {
    const saga = sagaOf(subSaga('lodging', { effect: 'hotel' }, plain('hotel'), plain('key')));
    const { state } = given(saga, succeeded('lodging'), succeeded('lodging/hotel', 'room 12'), succeeded('lodging/key'));
    expect(effectsWithin(state, '')).toEqual({ lodging: 'room 12' });
  });

  it('may be what a nested sub-saga came to, or one of it (R24)', () => {
    const nested = (chosen: { readonly effect?: string }) =>
      sagaOf(subSaga('trip', { effect: 'lodging' }, subSaga('lodging', chosen, plain('hotel'), plain('key'))));
    const openings = [succeeded('trip'), succeeded('trip/lodging')];
    const steps = [...openings, succeeded('trip/lodging/hotel', 'room 12'), succeeded('trip/lodging/key', 'key')];
    expect(effectAt(given(nested({}), ...steps).state, 'trip')).toEqual({ hotel: 'room 12', key: 'key' });
    expect(effectAt(given(nested({ effect: 'hotel' }), ...steps).state, 'trip')).toBe('room 12');
  });

  it('is nothing where that step was skipped, or the sub-saga (R4, R24)', () => {
    const saga = sagaOf(subSaga('lodging', { effect: 'hotel' }, plain('hotel')));
    expect(effectAt(given(saga, succeeded('lodging'), skipped('lodging/hotel')).state, 'lodging')).toBeUndefined();
    expect(effectAt(given(saga, skipped('lodging')).state, 'lodging')).toBeUndefined();
  });
});

describe('the input of a sub-saga', () => {
  it('is what its opening returned, for each of its steps; the saga’s own have none of it (R24)', () => {
    const story = given(lodgingTrip, ...throughSpa);
    expect(inputOf(story, 'lodging/hotel')).toEqual({ hold: 'card!' });
    expect(inputOf(story, 'lodging/spa')).toEqual({ hold: 'card!' });
    expect(inputOf(story, 'lodging/spa/massage')).toEqual({ room: 12 });
    expect(inputOf(story, 'lodging')).toBeUndefined();
    expect(inputOf(story, 'card')).toBeUndefined();
  });

  it('is told to its compensations (R9, R24)', () => {
    const { state } = given(lodgingTrip, ...throughSpa, failed('lodging/key'));
    const told = (step: string) => compensationFacts(state, { step, round: 1, late: false });
    expect(told('lodging/key')).toMatchObject({ input: { hold: 'card!' }, needs: { spa } });
    expect(told('lodging/spa/massage').input).toEqual({ room: 12 });
    expect(told('card').input).toBeUndefined();
  });

  it('is told to its fallbacks, with the needs of the step only where a step class computes its input from them (R12a, R24)', () => {
    const saga = sagaOf(
      subSaga(
        'lodging',
        {},
        plain('hotel', { undo: false }),
        plain('receipt', { needs: ['hotel'], undo: false, fallback: true, stepClass: 'SendReceipt' }),
      ),
    );
    const { state } = given(saga, succeeded('lodging', 'input'), succeeded('lodging/hotel', 'room 12'), failed('lodging/receipt'));
    expect(fallbackFacts(state, 'lodging/receipt')).toMatchObject({ input: 'input', needs: { hotel: 'room 12' } });
    const own = sagaOf(plain('hotel', { undo: false }), plain('receipt', { needs: ['hotel'], undo: false, fallback: true }));
    const ofOwn = fallbackFacts(given(own, succeeded('hotel'), failed('receipt')).state, 'receipt');
    expect(ofOwn).toMatchObject({ input: undefined, needs: {} });
  });

  it('is for a late effect what its attempt saw, though the opening was begun anew since (R5a, R24)', () => {
    const doubt = [succeeded('card'), succeeded('lodging', 'first input'), timedOut('lodging/hotel'), inDoubt('lodging/hotel')];
    const anew = [undone('lodging/hotel'), undone('card', retry(2)), succeeded('card'), succeeded('lodging', 'second input')];
    const story = given(lodgingTrip, ...doubt, ...anew).when(lateEffect('lodging/hotel', 'room 12'));
    story.thenOrders('undo lodging/hotel begun late (undo 2): room 12');
    expect(compensationFacts(story.state, { step: 'lodging/hotel', round: 1, late: true }).input).toBe('first input');
    expect(inputOf(story, 'lodging/hotel')).toBe('second input');
  });

  it('is that of the opening’s last run while what it opened is undone (R9, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('lodging', {}, async('hotel'), async('key', { undo: false })));
    const first = [succeeded('card'), succeeded('lodging', 'first'), failed('lodging/hotel'), succeeded('lodging/key')];
    const anew = [undone('lodging/hotel'), undone('card', retry(2)), succeeded('card'), succeeded('lodging', 'second')];
    const story = given(saga, ...first, ...anew);
    story.when(failed('lodging/key'), succeeded('lodging/hotel'));
    story.thenOrders(
      'unwinding begun: lodging/key failed',
      'lodging/key passed over',
      'undo lodging/hotel begun (round 2): lodging/hotel!',
    );
    expect(compensationFacts(story.state, { step: 'lodging/hotel', round: 2, late: false }).input).toBe('second');
    story.thenRefuses(passedOver('lodging'));
  });
});
