import { describe, expect, it } from 'vitest';
import type { EndStatus, SagaEvent } from '../../src/kernel/events.js';
import { otherFailures, remainingSteps } from '../../src/kernel/outcome.js';
import { compensationFacts } from '../../src/kernel/undo-facts.js';
import {
  attemptFailed, begun, commitBegun, commitFailed, committed, continueWith, ended, failed, handlerSaid, inDoubt, landed, lateEffect,
  rejectedInGrace, retry, rollbackBegun, rolledBack, savepoint, savepointBegun, savepointFailed, skipped, succeeded, timedOut, undoFailed,
  undone, waitBegun, waited, waitedForPass,
} from './facts.js';
import { given, givenIn, Story } from './given.js';
import type { Said } from './graphs.js';
import { async, lodgingTrip, plain, sagaOf, subSaga } from './graphs.js';

const row = sagaOf(plain('card'), plain('hotel'), plain('flight'));
const beside = (hotel: Said = {}) => sagaOf(plain('card'), async('hotel', hotel), async('car'), plain('flight'));
const opened: SagaEvent = { type: 'execution-begun' };
const ends: readonly EndStatus[] = ['completed', 'compensated', 'stuck'];

describe('an execution in a transaction', () => {
  it('is committed after its last step, and ends then (R17, R21)', () => {
    givenIn('plain', row, succeeded('card'), succeeded('hotel'))
      .when(succeeded('flight'))
      .thenOrders('commit begun')
      .thenState({ phase: 'committing', end: null })
      .thenRefuses(...ends.map(ended), rollbackBegun, commitBegun)
      .when(committed)
      .thenOrders('execution ended: completed')
      .thenState({ transaction: 'over' });
  });

  it('is committed once, and rolled back once (R21)', () => {
    const done = [succeeded('card'), succeeded('hotel'), succeeded('flight')];
    givenIn('plain', row, ...done).record(committed).thenRefuses(commitBegun, committed, commitFailed, rollbackBegun);
    givenIn('plain', row, failed('card'), undone('card')).record(rolledBack).thenRefuses(rollbackBegun, rolledBack, commitBegun);
  });

  it('does not end before it is committed (R17, R21)', () => {
    givenIn('plain', row, succeeded('card'), succeeded('hotel')).record(succeeded('flight')).thenRefuses(...ends.map(ended), rollbackBegun);
  });

  it('is committed also where everything was skipped, or there is no step (R4, R21)', () => {
    givenIn('plain', sagaOf(plain('card'))).when(skipped('card')).thenOrders('commit begun');
    givenIn('plain', sagaOf()).thenOrders('execution begun', 'commit begun');
  });

  it('that failed is compensated, then rolled back, and ends then (R17, R21)', () => {
    givenIn('plain', row, succeeded('card'))
      .when(failed('hotel'), undone('hotel'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: nothing', 'undo card begun: card!')
      .thenRefuses(rollbackBegun)
      .when(undone('card'))
      .thenOrders('rollback begun')
      .thenState({ phase: 'rolling-back', end: null })
      .thenRefuses(...ends.map(ended), commitBegun, rollbackBegun)
      .when(rolledBack)
      .thenOrders('execution ended: compensated')
      .thenState({ transaction: 'over' });
  });

  it('that failed does not end before it is rolled back (R17, R21)', () => {
    const story = givenIn('plain', row, failed('card')).record(undone('card'));
    story.thenRefuses(...ends.map(ended), commitBegun);
  });

  it('that is stuck is rolled back, too (R15, R21)', () => {
    const { state } = givenIn('plain', row, succeeded('card'), failed('hotel'), undoFailed('hotel'))
      .when(handlerSaid('hotel', 'stop'))
      .thenOrders('rollback begun')
      .when(rolledBack)
      .thenOrders('execution ended: stuck');
    expect(remainingSteps(state).map(({ step }) => step)).toEqual(['hotel', 'card']);
  });

  it('is rolled back when the late compensations that are due are over; one that comes then is awaited by the end (R5a, R21)', () => {
    const hotelInDoubt = [succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel')];
    givenIn('plain', row, ...hotelInDoubt)
      .when(lateEffect('hotel'), undone('card'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .thenRefuses(rollbackBegun)
      .when(undone('hotel', { type: 'compensated' }, { undo: 2 }))
      .thenOrders('rollback begun');
    givenIn('plain', row, ...hotelInDoubt, undone('card'))
      .thenState({ phase: 'rolling-back' })
      .when(lateEffect('hotel'), rolledBack)
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .when(undone('hotel', { type: 'compensated' }, { undo: 2 }))
      .thenOrders('execution ended: compensated');
  });

  it('has no savepoints unless it was given them (R21)', () => {
    givenIn('plain', row).thenOrders('execution begun', 'card begun').thenRefuses(savepointBegun(0), savepointBegun(0, 'restore'));
    given(row, succeeded('card'), succeeded('hotel')).record(succeeded('flight')).thenRefuses(commitBegun);
    given(row, failed('card')).record(undone('card')).thenRefuses(rollbackBegun);
    given(row).thenRefuses(savepointBegun(0), commitBegun, committed, commitFailed, rollbackBegun, rolledBack, savepoint, savepointFailed);
  });

  it('grants no retry and no continue without savepoints, and asks no fallback (R12a, R21)', () => {
    givenIn('plain', row, succeeded('card'), failed('hotel'), undone('hotel', continueWith('a tent')))
      .when(undone('card', retry(9)))
      .thenOrders('rollback begun');
    const saga = sagaOf(plain('card'), plain('hotel', { fallback: true }));
    givenIn('plain', saga, succeeded('card'), failed('hotel')).when(undone('hotel')).thenOrders('undo card begun: card!');
  });

  it('repeats a step in place also without savepoints (R6, R21)', () => {
    givenIn('plain', sagaOf(plain('card', { retry: 2 }))).when(attemptFailed('card')).thenOrders('card begun (attempt 2)');
  });
});

describe('a commit that fails', () => {
  const throughSteps = [succeeded('card'), succeeded('hotel'), succeeded('flight')];

  it('is a failure of no step: everything is undone, and nothing is rolled back any more (R21)', () => {
    const { state } = givenIn('plain', row, ...throughSteps)
      .when(commitFailed)
      .thenOrders('unwinding begun: no step failed', 'undo flight begun: flight!')
      .thenState({ transaction: 'over', failures: [{ step: undefined, error: 'no commit' }] })
      .when(undone('flight'), undone('hotel'), undone('card'))
      .thenOrders('undo hotel begun: hotel!', 'undo card begun: card!', 'execution ended: compensated');
    expect(otherFailures(state)).toEqual([]);
  });

  it('tells the compensations that no step failed (R9, R21)', () => {
    const { state } = givenIn('plain', row, ...throughSteps, commitFailed);
    const told = compensationFacts(state, { step: 'flight', round: 1, late: false });
    expect(told).toMatchObject({ outcome: 'succeeded', error: undefined, failure: { step: undefined, error: 'no commit' } });
  });

  it('grants no retry any more, savepoints or not (R21)', () => {
    const withSavepoints = throughSteps.flatMap((step) => [savepoint, step]);
    givenIn('savepoints', row, ...withSavepoints, savepoint, commitFailed)
      .when(undone('flight', retry(9)), undone('hotel', retry(9)))
      .thenOrders('undo hotel begun: hotel!', 'undo card begun: card!');
  });

  it('may leave the execution stuck (R15, R21)', () => {
    givenIn('plain', row, ...throughSteps, commitFailed, undoFailed('flight'))
      .when(handlerSaid('flight', 'stop'))
      .thenOrders('execution ended: stuck');
  });
});

describe('a savepoint', () => {
  it('is set before each stage, and the stage begins when it is (R21)', () => {
    givenIn('savepoints', beside())
      .thenOrders('execution begun', 'savepoint 0 to be set')
      .thenState({ phase: 'at-savepoint' })
      .thenRefuses(begun('card'), savepointBegun(0))
      .when(savepoint)
      .thenOrders('card begun')
      .when(succeeded('card'), savepoint)
      .thenOrders('savepoint 1 to be set', 'hotel begun', 'car begun')
      .when(succeeded('hotel'), succeeded('car'), savepoint)
      .thenOrders('savepoint 2 to be set', 'flight begun');
  });

  it('is set after the last stage, too: it fails where a step hid that its statement did, and the commit would roll back (R21)', () => {
    givenIn('savepoints', sagaOf(plain('card')), savepoint)
      .when(succeeded('card'))
      .thenOrders('savepoint 1 to be set')
      .when(savepoint)
      .thenOrders('commit begun');
    givenIn('savepoints', sagaOf(plain('card')), savepoint, succeeded('card'))
      .when(savepointFailed)
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .when(undone('card', retry(9)))
      .thenOrders('rollback begun');
    givenIn('savepoints', sagaOf(plain('card')), savepoint).record(succeeded('card')).thenRefuses(commitBegun, ...ends.map(ended));
    givenIn('savepoints', sagaOf()).thenOrders('execution begun', 'savepoint 0 to be set');
  });

  it('comes before whatever else is next, and once (R21)', () => {
    new Story(row, null, 'savepoints')
      .thenRefuses(savepointBegun(0))
      .record(opened)
      .thenRefuses(begun('card'), savepointBegun(1), savepointBegun(0, 'restore'), savepoint, savepointFailed)
      .record(savepointBegun(0), savepoint)
      .thenRefuses(savepointBegun(0), savepointBegun(0, 'restore'), savepoint)
      .record(begun('card'));
  });

  it('is not set for what opens a sub-saga, which only computes its input, but for each stage in it (R21, R24)', () => {
    givenIn('savepoints', lodgingTrip, savepoint)
      .when(succeeded('card'))
      .thenOrders('lodging begun')
      .when(succeeded('lodging'), savepoint)
      .thenOrders('savepoint 2 to be set', 'lodging/hotel begun')
      .when(succeeded('lodging/hotel'), succeeded('lodging/spa'))
      .thenOrders('lodging/spa begun', 'savepoint 4 to be set');
  });

  it('is restored before a plain step is tried again in place, and before the wait for that (R6, R21)', () => {
    const saga = sagaOf(plain('hotel', { retry: { attempts: 3, baseMs: 10 } }));
    givenIn('savepoints', saga, savepoint)
      .when(attemptFailed('hotel'))
      .thenOrders('savepoint 0 to be restored')
      .when(savepoint)
      .thenOrders('hotel begun (attempt 2)')
      .when(attemptFailed('hotel', 10, 2))
      .thenOrders('savepoint 0 to be restored')
      .thenRefuses(waitBegun('hotel', 10))
      .when(savepoint)
      .thenOrders('wait for hotel begun: 10 ms')
      .when(waited('hotel'))
      .thenOrders('hotel begun (attempt 3)');
  });

  it('that is to be restored comes before the next attempt and the wait for it (R21)', () => {
    const saga = sagaOf(plain('hotel', { retry: 3 }));
    givenIn('savepoints', saga, savepoint).record(attemptFailed('hotel')).thenRefuses(begun('hotel', 2), savepointBegun(0));
    givenIn('savepoints', saga, savepoint).record(attemptFailed('hotel', 10)).thenRefuses(waitBegun('hotel', 10));
  });

  it('is not restored for an async step in place: nobody can tell whose writes those were (R21)', () => {
    givenIn('savepoints', beside({ retry: 2 }), savepoint, succeeded('card'), savepoint)
      .when(attemptFailed('hotel'))
      .thenOrders('hotel begun (attempt 2)');
  });

  it('is restored when the execution goes forward again from its stage, after the backoff (R11, R21)', () => {
    givenIn('savepoints', row, savepoint, succeeded('card'), savepoint, failed('hotel'))
      .when(undone('hotel', retry(2, 50)))
      .thenOrders('forward again, pass 2, anew: hotel after 50 ms', 'wait for the next pass begun: 50 ms')
      .when(waitedForPass())
      .thenOrders('savepoint 1 to be restored')
      .when(savepoint)
      .thenOrders('hotel begun (round 2)');
  });

  it('of an earlier stage is restored when the execution goes back there; the later ones are set anew then (R11, R21)', () => {
    const throughHotel = [savepoint, succeeded('card'), savepoint, succeeded('hotel'), savepoint];
    givenIn('savepoints', row, ...throughHotel, failed('flight'), undone('flight'), undone('hotel'))
      .when(undone('card', retry(2)), savepoint)
      .thenOrders('forward again, pass 2, anew: card hotel flight', 'savepoint 0 to be restored', 'card begun (round 2)')
      .when(succeeded('card'), savepoint, succeeded('hotel'), savepoint)
      .thenOrders('savepoint 1 to be set', 'hotel begun (round 2)', 'savepoint 2 to be set', 'flight begun (round 2)');
  });

  it('is restored where a failed step continues: what its failed run wrote is taken back (R12, R21)', () => {
    givenIn('savepoints', row, savepoint, succeeded('card'), savepoint, failed('hotel'))
      .when(undone('hotel', continueWith('a tent')))
      .thenOrders('forward again, pass 1, continued: hotel', 'savepoint 1 to be restored')
      .when(savepoint)
      .thenOrders('savepoint 2 to be set');
  });

  it('of the last stage is restored before the commit, where the last step continues (R12, R21)', () => {
    givenIn('savepoints', sagaOf(plain('card'), plain('hotel')), savepoint, succeeded('card'), savepoint, failed('hotel'))
      .when(undone('hotel', continueWith('a tent')))
      .thenOrders('forward again, pass 1, continued: hotel', 'savepoint 1 to be restored')
      .when(savepoint, savepoint)
      .thenOrders('savepoint 2 to be set', 'commit begun');
    const resumed: SagaEvent = { type: 'forward-resumed', pass: 1, anew: [], continued: ['hotel'], delayMs: 0 };
    givenIn('savepoints', sagaOf(plain('hotel')), savepoint, failed('hotel'))
      .record(undone('hotel', continueWith('a tent')), resumed)
      .thenRefuses(commitBegun, ...ends.map(ended));
  });

  it('of a stage in a sub-saga is restored where a step of it is retried (R21, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('lodging', {}, plain('hotel'), plain('key')));
    const throughHotel = [savepoint, succeeded('card'), succeeded('lodging'), savepoint, succeeded('lodging/hotel'), savepoint];
    givenIn('savepoints', saga, ...throughHotel, failed('lodging/key'), undone('lodging/key'))
      .when(undone('lodging/hotel', retry(2)))
      .thenOrders('forward again, pass 2, anew: lodging/hotel lodging/key', 'savepoint 2 to be restored');
  });

  it('of the stage before is restored where the whole sub-saga is gone through anew; what opens it needs none (R21, R24)', () => {
    const saga = sagaOf(plain('card'), subSaga('lodging', {}, plain('hotel')));
    const hotelFails = [savepoint, succeeded('card'), succeeded('lodging'), savepoint, failed('lodging/hotel'), undone('lodging/hotel')];
    givenIn('savepoints', saga, ...hotelFails)
      .when(undone('card', retry(2)), savepoint, succeeded('card'), succeeded('lodging'))
      .thenOrders(
        'forward again, pass 2, anew: card lodging lodging/hotel',
        'savepoint 0 to be restored',
        'card begun (round 2)',
        'lodging begun (attempt 2)',
        'savepoint 2 to be set',
      );
  });

  it('that fails to be set is a failure of no step, after which nothing goes forward again (R21)', () => {
    givenIn('savepoints', row, savepoint, succeeded('card'))
      .when(savepointFailed)
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!')
      .thenState({ failures: [{ step: undefined, error: 'no savepoint' }] })
      .when(undone('card', retry(9)))
      .thenOrders('rollback begun')
      .thenStep('hotel', { status: 'idle' });
  });

  it('that fails to be restored in place fails the step with its last error beside (R6, R7, R21)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { retry: 2 }));
    const { state } = givenIn('savepoints', saga, savepoint, succeeded('card'), savepoint, attemptFailed('hotel'))
      .when(savepointFailed)
      .thenOrders('hotel failed: no hotel', 'unwinding begun: no step failed', 'undo hotel begun: nothing')
      .when(undone('hotel', continueWith('a tent')))
      .thenOrders('undo card begun: card!');
    expect(otherFailures(state)).toEqual([{ step: 'hotel', error: 'no hotel' }]);
  });

  it('that fails to be restored for the next pass: what was undone is not undone again (R21)', () => {
    givenIn('savepoints', row, savepoint, succeeded('card'), savepoint, failed('hotel'), undone('hotel', retry(2)))
      .when(savepointFailed)
      .thenOrders('unwinding begun: no step failed', 'undo card begun: card!');
  });

  it('that fails to be restored for the commit: what continued is undone (R12, R21)', () => {
    givenIn('savepoints', sagaOf(plain('hotel')), savepoint, failed('hotel'), undone('hotel', continueWith('a tent')))
      .when(savepointFailed)
      .thenOrders('unwinding begun: no step failed', 'undo hotel begun (undo 2): a tent');
  });
});

describe('going forward again in a transaction with savepoints', () => {
  const siblings = [savepoint, succeeded('card'), savepoint];

  it('is refused to a failed step beside siblings that stand: to restore would take back what they wrote (R12, R21)', () => {
    for (const answer of [retry(9), continueWith('a tent')]) {
      givenIn('savepoints', beside(), ...siblings, failed('hotel'), succeeded('car'))
        .when(undone('hotel', answer))
        .thenOrders('undo car begun: car!');
    }
  });

  it('is refused beside a sibling that was skipped, too (R4, R21)', () => {
    givenIn('savepoints', beside(), ...siblings, failed('hotel'), skipped('car'))
      .when(undone('hotel', retry(9)))
      .thenOrders('car passed over', 'undo card begun: card!');
  });

  it('is granted where all siblings failed, or were not begun (R12, R21)', () => {
    givenIn('savepoints', beside(), ...siblings, failed('hotel'), failed('car'))
      .when(undone('car', retry(2)), undone('hotel', continueWith('a tent')))
      .thenOrders('undo hotel begun: nothing', 'forward again, pass 2, anew: car, continued: hotel', 'savepoint 1 to be restored');
    const chained = sagaOf(async('hotel'), async('flight', { needs: ['hotel'] }));
    givenIn('savepoints', chained, savepoint, failed('hotel'))
      .when(undone('hotel', retry(2)))
      .thenOrders('forward again, pass 2, anew: hotel', 'savepoint 0 to be restored');
  });

  it('is granted to the sibling that is undone last of those that stand, and to no other (R8, R21)', () => {
    const flightFails = [...siblings, succeeded('hotel'), succeeded('car'), savepoint, failed('flight'), undone('flight')];
    givenIn('savepoints', beside(), ...flightFails)
      .when(undone('car', retry(9)))
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel', retry(9)), savepoint)
      .thenOrders(
        'forward again, pass 2, anew: hotel car flight',
        'savepoint 1 to be restored',
        'hotel begun (round 2)',
        'car begun (round 2)',
      );
  });

  it('asks a fallback only where what it gives can be granted (R12a, R21)', () => {
    const fallBack = beside({ undo: false, fallback: true });
    const stands = givenIn('savepoints', fallBack, ...siblings, failed('hotel'));
    stands.when(succeeded('car')).thenOrders('unwinding begun: hotel failed', 'hotel passed over', 'undo car begun: car!');
    const fails = givenIn('savepoints', fallBack, ...siblings, failed('hotel'), failed('car'));
    fails.when(undone('car', retry(2))).thenOrders('fallback of hotel begun');
  });

  it('is refused after an attempt that may still write: it was given up in doubt (R5, R21)', () => {
    givenIn('savepoints', row, savepoint, succeeded('card'), savepoint, timedOut('hotel'), inDoubt('hotel'))
      .thenState({ transactionSpoilt: true })
      .when(undone('hotel', retry(9)), undone('card', retry(9)))
      .thenOrders('undo card begun: card!', 'rollback begun');
  });

  it('is refused after such a doubt also where the step has no compensation, and where its effect comes late (R5a, R21)', () => {
    const rates = sagaOf(plain('card'), plain('rates', { undo: false }));
    givenIn('savepoints', rates, savepoint, succeeded('card'), savepoint, timedOut('rates'), inDoubt('rates'))
      .when(undone('card', retry(9)))
      .thenOrders('rollback begun');
    givenIn('savepoints', row, savepoint, timedOut('card'))
      .record(inDoubt('card'), lateEffect('card'))
      .when()
      .thenOrders('unwinding begun: card failed', 'undo card begun: card!')
      .when(undone('card', retry(9)))
      .thenOrders('rollback begun');
  });

  it('is granted after a time-out that is no doubt: it landed within its grace (R5, R21)', () => {
    givenIn('savepoints', row, savepoint, timedOut('card'), landed('card'))
      .when(undone('card', retry(2)))
      .thenOrders('forward again, pass 2, anew: card', 'savepoint 0 to be restored');
  });

  it('is granted after an attempt that rejected within its grace: it writes no more (R5, R21)', () => {
    givenIn('savepoints', row, savepoint, timedOut('card'), rejectedInGrace('card'))
      .thenState({ transactionSpoilt: false })
      .when(undone('card', retry(2)))
      .thenOrders('forward again, pass 2, anew: card', 'savepoint 0 to be restored');
  });
});
