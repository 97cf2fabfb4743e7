import { describe, expect, it } from 'vitest';
import { dueEnd } from '../../src/kernel/end.js';
import type { EndStatus } from '../../src/kernel/events.js';
import {
  continueWith, ended, failed, handlerSaid, inDoubt, lateEffect, passedOver, retry, succeeded, timedOut, undoBegun, undoFailed, undone,
  unwound,
} from './facts.js';
import type { Story } from './given.js';
import { given } from './given.js';
import { async, plain, sagaOf } from './graphs.js';

const second = { undo: 2 };
const row = sagaOf(plain('card'), plain('hotel'), plain('flight'));
const hotelInDoubt = [succeeded('card'), timedOut('hotel'), inDoubt('hotel')];
const compensated = { type: 'compensated' } as const;

/** That end alone is due: `null`, none. */
function thenDue(story: Story, due: EndStatus | null): void {
  expect(dueEnd(story.state)).toBe(due);
  const statuses: readonly EndStatus[] = ['completed', 'compensated', 'stuck'];
  story.thenRefuses(...statuses.filter((status) => status !== due).map(ended));
  if (due !== null) story.record(ended(due)).thenState({ phase: 'ended', end: due }).thenRefuses(...statuses.map(ended));
}

describe('the end of an execution that goes forward', () => {
  it('is due when every stage is done (R1, R16)', () => {
    thenDue(given(row), null);
    thenDue(given(row, succeeded('card'), succeeded('hotel')), null);
    thenDue(given(row, succeeded('card'), succeeded('hotel')).record(succeeded('flight')), 'completed');
  });

  it('awaits all siblings (R2)', () => {
    given(sagaOf(async('hotel'), async('car')))
      .when(succeeded('car'))
      .thenOrders()
      .when(succeeded('hotel'))
      .thenOrders('execution ended: completed');
  });

  it('comes at once where there is no step', () => {
    given(sagaOf()).thenOrders('execution begun', 'execution ended: completed');
  });

  it('is not due while a step that failed is to be undone (R7)', () => {
    thenDue(given(row, succeeded('card'), succeeded('hotel')).record(failed('flight')), null);
  });

  it('is not due while the next pass is waited for (R11)', () => {
    thenDue(given(row, failed('card'), undone('card', retry(2, 50))), null);
  });

  it('is completed though a late compensation failed for good (R15)', () => {
    const story = given(row, ...hotelInDoubt, undone('hotel', retry(2)), lateEffect('hotel'), succeeded('hotel'), succeeded('flight'));
    thenDue(story, null);
    thenDue(story.when(undoFailed('hotel', second)).record(handlerSaid('hotel', 'continue', second)), 'completed');
  });
});

describe('the end of an execution that goes backward', () => {
  it('is due when nobody’s turn is left (R8)', () => {
    thenDue(given(row, succeeded('card'), failed('hotel'), undone('hotel')), null);
    thenDue(given(row, succeeded('card'), failed('hotel'), undone('hotel')).record(undone('card')), 'compensated');
  });

  it('is not due between two turns', () => {
    const story = given(row, succeeded('card')).record(failed('hotel'), unwound('hotel'));
    thenDue(story, null);
    thenDue(story.record(undoBegun('hotel', undefined), undone('hotel')), null);
  });

  it('is not due while a step is to be passed over: that is told first (R9)', () => {
    const story = given(sagaOf(plain('rates', { undo: false }))).record(failed('rates'), unwound('rates'));
    thenDue(story, null);
    thenDue(story.record(passedOver('rates')), 'compensated');
  });

  it('is compensated where there was nothing to undo (R16)', () => {
    given(sagaOf(plain('rates', { undo: false })))
      .when(failed('rates'))
      .thenOrders('unwinding begun: rates failed', 'rates passed over', 'execution ended: compensated');
  });

  it('is not due where it is to go forward again (R11, R12)', () => {
    thenDue(given(row, succeeded('card'), failed('hotel')).record(undone('hotel', continueWith('a tent'))), null);
  });

  it('is stuck where a compensation failed for good, at once or when the others are undone (R15)', () => {
    const story = given(row, succeeded('card'), failed('hotel'), undoFailed('hotel'));
    thenDue(story, null);
    thenDue(story.record(handlerSaid('hotel', 'stop')), 'stuck');
    const other = given(row, succeeded('card'), failed('hotel'), undoFailed('hotel'), handlerSaid('hotel', 'continue'));
    thenDue(other, null);
    thenDue(other.record(undone('card')), 'stuck');
  });

  it('is compensated where the handler resolved what failed (R15)', () => {
    thenDue(given(row, failed('card'), undoFailed('card')).record(handlerSaid('card', 'resolved')), 'compensated');
  });
});

describe('a late compensation', () => {
  const lateHotel = [...hotelInDoubt, undone('hotel'), lateEffect('hotel')];

  it('is awaited by the end, backward and forward (R5a)', () => {
    given(row, ...lateHotel, undone('card'))
      .thenState({ end: null })
      .when(undone('hotel', compensated, second))
      .thenOrders('execution ended: compensated');
    given(row, ...hotelInDoubt, undone('hotel', continueWith('a friend’s sofa')), lateEffect('hotel'), succeeded('flight'))
      .thenState({ end: null })
      .when(undone('hotel', compensated, second))
      .thenOrders('execution ended: completed');
  });

  it('is awaited from when it is due, its begin not recorded yet (R5a)', () => {
    const story = given(row, ...hotelInDoubt, undone('hotel')).record(undone('card'), lateEffect('hotel'));
    thenDue(story, null);
    story.when().thenOrders('undo hotel begun late (undo 2): hotel!');
    thenDue(story, null);
    thenDue(story.record(undone('hotel', compensated, second)), 'compensated');
  });

  it('is awaited while its handler is asked, and makes the end stuck if that did not resolve it (R15)', () => {
    const story = given(row, ...lateHotel, undone('card'), undoFailed('hotel', second));
    thenDue(story, null);
    thenDue(story.record(handlerSaid('hotel', 'stop', second)), 'stuck');
  });

  it('that may come is not awaited: nobody knows whether it will (R5a)', () => {
    thenDue(given(row, ...hotelInDoubt, undone('hotel')).record(undone('card')), 'compensated');
  });

  it('after the end changes nothing of it (R5a, R15)', () => {
    given(row, ...hotelInDoubt, undone('hotel'), undone('card'), lateEffect('hotel'), undoFailed('hotel', second))
      .when(handlerSaid('hotel', 'stop', second))
      .thenOrders()
      .thenState({ phase: 'ended', end: 'compensated' })
      .thenRefuses(ended('stuck'));
  });
});
