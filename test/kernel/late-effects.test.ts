import { describe, it } from 'vitest';
import type { SagaEvent } from '../../src/kernel/events.js';
import {
  abort, attemptFailed, continueWith, failed, fallbackFailed, fellBack, handlerSaid, inDoubt, lateEffect, passedOver, rejectedInGrace,
  retry, skipped, succeeded, timedOut, undoAttemptFailed, undoBegun, undoFailed, undone, unwound, waitedForPass, waitedToUndo,
} from './facts.js';
import { given } from './given.js';
import { plain, sagaOf } from './graphs.js';

const second = { undo: 2 };
const row = sagaOf(plain('card'), plain('hotel', { needs: ['card'], undo: { needs: ['card'] } }), plain('flight'));
const requiring = sagaOf(plain('card'), plain('hotel', { undo: { requiresEffect: true } }), plain('flight'));
const hotelInDoubt: readonly SagaEvent[] = [succeeded('card'), timedOut('hotel'), inDoubt('hotel')];

describe('a step in doubt that settles with an effect after all', () => {
  it('before its compensation was called: that gets the effect (R5a)', () => {
    given(row, succeeded('card'))
      .record(timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'))
      .when()
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: hotel!')
      .thenStep('hotel', { outcome: 'timed-out', effectKnown: true });
  });

  it('before its compensation would have been passed over for want of an effect: it is called (R5a, R9)', () => {
    given(requiring, succeeded('card'))
      .record(timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'))
      .when()
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: hotel!');
  });

  it('when it is its turn to be passed over for want of an effect: it is called after all (R5a, R9)', () => {
    given(requiring, succeeded('card'))
      .record(timedOut('hotel'), inDoubt('hotel'), unwound('hotel'), lateEffect('hotel'))
      .thenRefuses(passedOver('hotel'))
      .when()
      .thenOrders('undo hotel begun: hotel!');
  });

  it('settles once: another effect of the same attempt is refused', () => {
    given(row, ...hotelInDoubt, undone('hotel'), lateEffect('hotel')).thenRefuses(lateEffect('hotel', 'another'));
  });

  it('while its compensation runs with none: is undone when that is over, under a key of its own (R5a, R25)', () => {
    given(row, ...hotelInDoubt)
      .when(lateEffect('hotel'))
      .thenOrders()
      .when(undone('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!', 'undo card begun: card!');
  });

  it('after its compensation was called with none: is undone at once, beside whatever else runs (R5a)', () => {
    given(row, ...hotelInDoubt, undone('hotel'))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .when(undone('card'))
      .thenOrders();
  });

  it('after it was passed over for want of one: is undone at once (R5a)', () => {
    given(requiring, ...hotelInDoubt)
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late: hotel!');
  });

  it('while it is undone for good but failed to be: is undone with the effect (R5a, R15)', () => {
    given(row, ...hotelInDoubt, undoFailed('hotel'), handlerSaid('hotel', 'continue'))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!');
  });

  it('after it continued with another effect: is undone, and what it continued with stands (R5a, R12)', () => {
    given(row, ...hotelInDoubt, undone('hotel', continueWith('a friend’s sofa')))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .thenStep('hotel', { status: 'succeeded', effect: 'a friend’s sofa' })
      .when(undone('hotel', { type: 'compensated' }, second), failed('flight'), undone('flight'))
      .thenOrders('unwinding begun: flight failed', 'undo flight begun: nothing', 'undo hotel begun (undo 3): a friend’s sofa');
  });

  it('after the end: is undone then (R5a)', () => {
    given(row, ...hotelInDoubt, undone('hotel'), undone('card'))
      .thenState({ end: 'compensated' })
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .when(undone('hotel', { type: 'compensated' }, second))
      .thenOrders();
  });

  it('is in doubt no more where it has no compensation: nobody waits for the effect (R5a)', () => {
    const saga = sagaOf(plain('rates', { undo: false }));
    given(saga, timedOut('rates'), inDoubt('rates')).thenState({ doubtful: [] }).thenRefuses(lateEffect('rates'));
  });

  it('that rejected within the grace has no late effect (R5a)', () => {
    given(row, succeeded('card'), timedOut('hotel'), rejectedInGrace('hotel')).thenRefuses(lateEffect('hotel'));
  });

  it('is of an attempt that was given up in doubt, and of no other (R5a)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { retry: 3, undo: { requiresEffect: true } }));
    given(saga, succeeded('card'), attemptFailed('hotel'), timedOut('hotel'), inDoubt('hotel'))
      .thenRefuses(lateEffect('hotel', 'first', 1), lateEffect('hotel', 'third', 3), lateEffect('hotel', 'other round', 2, 2))
      .when(lateEffect('hotel', 'second', 2))
      .thenOrders('undo hotel begun late: second');
  });

  it('that is the very one its compensation got in time is not undone again (R25)', () => {
    given(requiring, ...hotelInDoubt, undone('card', retry(2)), succeeded('card'))
      .record(timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel', 'same', 2))
      .when()
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: same')
      .when(lateEffect('hotel', 'same', 1), undone('hotel'))
      .thenOrders('undo card begun (round 2): card!')
      .when(undone('card', { type: 'compensated' }, { round: 2 }))
      .thenOrders('execution ended: compensated');
  });

  it('that is the very one undone late is not undone again, before the end nor after (R5a, R25)', () => {
    const bothInDoubt = [...hotelInDoubt, undone('card', retry(2)), succeeded('card'), timedOut('hotel'), inDoubt('hotel')];
    given(requiring, ...bothInDoubt, lateEffect('hotel', 'same', 2))
      .when(lateEffect('hotel', 'same', 1))
      .thenOrders()
      .when(undone('hotel'), undone('card', { type: 'compensated' }, { round: 2 }))
      .thenOrders('execution ended: compensated');
    given(requiring, ...bothInDoubt, lateEffect('hotel', 'same', 2), undone('hotel'), undone('card', { type: 'compensated' }, { round: 2 }))
      .when(lateEffect('hotel', 'same', 1))
      .thenOrders();
  });

  it('is undone once for each effect, one call at a time (R5a)', () => {
    const inDoubtTwice = [...hotelInDoubt, undone('card', retry(2)), succeeded('card'), timedOut('hotel'), inDoubt('hotel')];
    given(requiring, ...inDoubtTwice)
      .when(lateEffect('hotel', 'first', 1), lateEffect('hotel', 'second', 2))
      .thenOrders('undo hotel begun late: first')
      .when(undone('hotel'))
      .thenOrders('undo hotel begun late (undo 2): second');
  });

  it('counts in the round that it was begun in, also when the step is in a later one (R25)', () => {
    given(row, ...hotelInDoubt, undone('hotel', retry(2)))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .thenStep('hotel', { round: 2, undos: 0, status: 'running' });
  });
});

describe('a late compensation', () => {
  const lateHotel = [...hotelInDoubt, undone('hotel'), lateEffect('hotel')];

  it('has no say: its verdict is void (R5a)', () => {
    for (const answer of [abort, retry(9), continueWith('a tent')]) {
      given(row, ...lateHotel, undone('hotel', answer, second))
        .thenState({ aborted: false, passes: 1 })
        .when(undone('card', retry(2)))
        .thenState({ passes: 2 });
    }
  });

  it('is repeated like any other (R15)', () => {
    given(row, ...lateHotel)
      .when(undoAttemptFailed('hotel', 10, 1, second))
      .thenOrders('wait for undo hotel begun: 10 ms')
      .when(waitedToUndo('hotel', second))
      .thenOrders('undo hotel begun late (undo 2, attempt 2): hotel!');
  });

  it('that fails for good is left over: an execution that ends backward is stuck, and later retries are void (R15)', () => {
    given(row, ...lateHotel, undoFailed('hotel', second))
      .when(handlerSaid('hotel', 'stop', second), undone('card', retry(9)))
      .thenOrders('execution ended: stuck')
      .thenStep('hotel', { status: 'undone' });
  });

  it('that fails for good does not undo what goes forward: the execution completes (R15)', () => {
    given(row, ...hotelInDoubt, undone('hotel', retry(2)), lateEffect('hotel'), succeeded('hotel'), succeeded('flight'))
      .when(undoFailed('hotel', second), handlerSaid('hotel', 'stop', second))
      .thenOrders('handler asked about hotel (undo 2)', 'execution ended: completed');
  });

  it('that the handler resolved leaves nothing over (R15)', () => {
    given(row, ...lateHotel, undoFailed('hotel', second), undone('card'))
      .when(handlerSaid('hotel', 'resolved', second))
      .thenOrders('execution ended: compensated')
      .thenState({ leftovers: [] });
  });

  it('puts the step, if it was to begin anew under this very key, in a new round (R11)', () => {
    given(requiring, ...hotelInDoubt, undone('card', retry(2, 50)))
      .thenStep('hotel', { status: 'idle', round: 1 })
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late: hotel!')
      .thenStep('hotel', { status: 'idle', round: 2 })
      .when(undone('hotel'), waitedForPass(), succeeded('card'))
      .thenOrders('card begun (round 2)', 'hotel begun (round 2)');
  });

  it('is refused while none is due, and where it is another one that is due', () => {
    given(row, ...hotelInDoubt, undone('hotel')).thenRefuses(undoBegun('hotel', 'hotel!', { undo: 2, late: true }));
    const due = given(row, ...hotelInDoubt, undone('hotel')).record(lateEffect('hotel'));
    due.thenRefuses(
      undoBegun('hotel', 'hotel!', { undo: 3, late: true }),
      undoBegun('hotel', 'hotel!', { undo: 2, round: 2, late: true }),
      undoBegun('card', 'card!', { undo: 2, late: true }),
    );
  });
});

describe('a late effect of a round that was passed over and is open or stands again', () => {
  const begunAnew = [...hotelInDoubt, undone('card', retry(2)), succeeded('card')];

  it('is a duplicate, and is left alone while that stands (R5a, R11)', () => {
    given(requiring, ...begunAnew)
      .when(lateEffect('hotel', 'first'))
      .thenOrders()
      .when(succeeded('hotel', 'second'), succeeded('flight'))
      .thenOrders('flight begun', 'execution ended: completed');
  });

  it('is undone with the round, each distinct effect once', () => {
    given(requiring, ...begunAnew, lateEffect('hotel', 'first'), succeeded('hotel', 'second'), failed('flight'))
      .when(undone('flight'))
      .thenOrders('undo hotel begun: second')
      .when(undone('hotel'))
      .thenOrders('undo hotel begun late (undo 2): first', 'undo card begun (round 2): card!');
    given(requiring, ...begunAnew, lateEffect('hotel', 'same'), succeeded('hotel', 'same'), failed('flight'), undone('flight'))
      .when(undone('hotel'))
      .thenOrders('undo card begun (round 2): card!');
  });

  it('is not undone again if its very effect was undone with the round (R25)', () => {
    given(requiring, ...begunAnew, succeeded('hotel', 'same'), failed('flight'), undone('flight'), undone('hotel'))
      .when(lateEffect('hotel', 'same'))
      .thenOrders();
  });

  it('is the effect of a run that failed: its compensation gets it (R9)', () => {
    given(requiring, ...begunAnew, failed('hotel'))
      .thenStep('hotel', { status: 'undone' })
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late: hotel!');
  });

  it('is undone at once where the run that came after it skipped: nothing that is known stands (R4)', () => {
    given(requiring, ...begunAnew, lateEffect('hotel', 'first'))
      .when(skipped('hotel'))
      .thenStep('hotel', { status: 'succeeded', effectKnown: false })
      .thenOrders('undo hotel begun late: first', 'flight begun');
  });
});

describe('a late effect and a fallback', () => {
  const saga = sagaOf(plain('hotel', { undo: { requiresEffect: true }, fallback: true }));

  it('that comes before the fallback is asked is undone first (R5a, R12a)', () => {
    given(saga)
      .record(timedOut('hotel'), inDoubt('hotel'), unwound('hotel'), lateEffect('hotel'))
      .when()
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel'))
      .thenOrders('fallback of hotel begun')
      .when(fellBack('hotel', 'a tent'))
      .thenOrders('forward again, pass 1, continued: hotel', 'execution ended: completed');
  });

  it('that comes while the fallback is asked is undone when that has answered (R5a)', () => {
    given(saga, timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'))
      .when(fellBack('hotel', 'a tent'))
      .thenOrders('undo hotel begun late: hotel!', 'forward again, pass 1, continued: hotel')
      .when(undone('hotel'))
      .thenOrders('execution ended: completed');
    given(saga, timedOut('hotel'), inDoubt('hotel'), lateEffect('hotel'))
      .when(fallbackFailed('hotel'))
      .thenOrders('undo hotel begun late: hotel!');
  });
});

it('a late effect of nothing is an effect: a step without a result is undone again, for it happened after it was undone (R3, R5a)', () => {
  given(row, ...hotelInDoubt, undone('hotel'))
    .when(lateEffect('hotel', undefined))
    .thenOrders('undo hotel begun late (undo 2): nothing');
});
