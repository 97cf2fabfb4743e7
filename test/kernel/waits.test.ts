import { describe, expect, it } from 'vitest';
import { waitsUnderWay } from '../../src/kernel/waits.js';
import {
  attemptFailed, begun, failed, fallbackAttemptFailed, inDoubt, lateEffect, poisoned, retry, succeeded, timedOut, undoAttemptFailed, undone,
  waitBegun, waited, waitedForPass, waitedToUndo,
} from './facts.js';
import type { Story as Told } from './given.js';
import { given, givenOnLog, Story } from './given.js';
import { async, plain, sagaOf } from './graphs.js';

const one = sagaOf(plain('hotel', { retry: { attempts: 3, baseMs: 100 }, timeoutMs: 5_000 }));
const two = sagaOf(async('hotel', { retry: 3 }), async('car', { retry: 3 }));
const row = sagaOf(plain('card'), plain('hotel', { undo: { retry: 3 }, fallback: { retry: 3 } }));

const opened = { type: 'execution-begun' } as const;
const ofPass = { of: 'pass' } as const;
const ofUndo = { of: 'compensation', step: 'hotel', round: 1, undo: 1 } as const;
const ofFallback = { of: 'fallback', step: 'hotel' } as const;

describe('the wait for the next attempt of a step', () => {
  it('is waited for (R6)', () => {
    given(one)
      .when(attemptFailed('hotel', 100))
      .thenOrders('wait for hotel begun: 100 ms')
      .when(waited('hotel'))
      .thenOrders('hotel begun (attempt 2)');
  });

  it('begins and ends once', () => {
    new Story(one, null)
      .record(opened, begun('hotel'))
      .thenRefuses(waitBegun('hotel', 100), waited('hotel'))
      .record(attemptFailed('hotel', 100))
      .thenRefuses(waited('hotel'))
      .record(waitBegun('hotel', 100))
      .thenRefuses(waitBegun('hotel', 100))
      .record(waited('hotel'))
      .thenRefuses(waitBegun('hotel', 100), waited('hotel'))
      .when()
      .thenOrders('hotel begun (attempt 2)');
  });

  it('begins in its turn: first come, first served', () => {
    given(two)
      .record(attemptFailed('hotel', 100), attemptFailed('car', 50))
      .thenRefuses(waitBegun('car', 50))
      .when()
      .thenOrders('wait for hotel begun: 100 ms', 'wait for car begun: 50 ms')
      .when(waited('car'))
      .thenOrders('car begun (attempt 2)')
      .when(waited('hotel'))
      .thenOrders('hotel begun (attempt 2)');
  });

  it('holds up no sibling that can begin meanwhile', () => {
    const saga = sagaOf(async('hotel', { retry: 3 }), async('car'), async('flight', { needs: ['car'] }));
    given(saga, attemptFailed('hotel', 100)).when(succeeded('car')).thenOrders('flight begun');
  });

  it('does not begin after a failure (R7)', () => {
    given(two)
      .record(attemptFailed('hotel', 100), failed('car'))
      .thenRefuses(waitBegun('hotel', 100))
      .when()
      .thenOrders('hotel failed: no hotel', 'unwinding begun: car failed', 'undo car begun: nothing');
  });

  it('may end after a failure, and nothing comes of it (R7)', () => {
    given(two, attemptFailed('hotel', 100))
      .record(failed('car'), waited('hotel'))
      .thenStep('hotel', { status: 'retry-due' })
      .thenRefuses(begun('hotel', 2))
      .when()
      .thenOrders('hotel failed: no hotel', 'unwinding begun: car failed', 'undo car begun: nothing');
  });

  it('is over with the step that failed meanwhile (R7)', () => {
    given(two, attemptFailed('hotel', 100)).when(failed('car')).thenRefuses(waited('hotel'));
  });
});

describe('the wait for the next attempt of a compensation or a fallback', () => {
  const undoing = [succeeded('card'), failed('hotel')];

  it('begins and ends once (R15)', () => {
    given(row, ...undoing)
      .thenRefuses(waitBegun(ofUndo, 10), waited(ofUndo))
      .record(undoAttemptFailed('hotel', 10))
      .thenRefuses(waitBegun('hotel', 10), waitBegun(ofFallback, 10))
      .thenRefuses(waitBegun({ ...ofUndo, undo: 2 }, 10), waitBegun({ ...ofUndo, round: 2 }, 10))
      .thenRefuses(waited(ofUndo))
      .when()
      .thenOrders('wait for undo hotel begun: 10 ms')
      .thenRefuses(waitBegun(ofUndo, 10), waited('hotel'), waited({ ...ofUndo, undo: 2 }))
      .when(waitedToUndo('hotel'))
      .thenOrders('undo hotel begun (attempt 2): nothing')
      .thenRefuses(waited(ofUndo));
  });

  it('of a fallback begins and ends once (R12a)', () => {
    given(row, ...undoing, undone('hotel'))
      .thenRefuses(waitBegun(ofFallback, 10), waited(ofFallback))
      .record(fallbackAttemptFailed('hotel', 10))
      .thenRefuses(waitBegun(ofUndo, 10), waited(ofFallback), waitBegun({ of: 'fallback', step: 'card' }, 10))
      .when()
      .thenOrders('wait for fallback of hotel begun: 10 ms')
      .thenRefuses(waitBegun(ofFallback, 10))
      .when(waited(ofFallback))
      .thenOrders('fallback of hotel begun (attempt 2)');
  });

  it('of a late one is beside whatever else is under way (R5a, R15)', () => {
    const late = { undo: 2 };
    const saga = sagaOf(plain('card'), plain('hotel'));
    given(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel'), lateEffect('hotel'))
      .when(undoAttemptFailed('hotel', 10, 1, late), undoAttemptFailed('card', 20))
      .thenOrders('wait for undo hotel begun: 10 ms', 'wait for undo card begun: 20 ms')
      .thenRefuses(waited(ofUndo))
      .when(waitedToUndo('hotel', late), waitedToUndo('card'))
      .thenOrders('undo hotel begun late (undo 2, attempt 2): hotel!', 'undo card begun (attempt 2): card!');
  });
});

describe('the wait for the next pass', () => {
  it('is waited for before the execution goes forward, if the answer says so (R11, R13)', () => {
    given(row, failed('card'))
      .when(undone('card', retry(2, 50)))
      .thenOrders('forward again, pass 2, anew: card after 50 ms', 'wait for the next pass begun: 50 ms')
      .when(waitedForPass())
      .thenOrders('card begun (round 2)');
  });

  it('begins and ends once, and nothing begins before its end', () => {
    given(row, failed('card'))
      .thenRefuses(waitBegun(ofPass, 50), waited(ofPass))
      .record(undone('card', retry(2, 50)), { type: 'forward-resumed', pass: 2, anew: ['card'], continued: [], delayMs: 50 })
      .thenState({ phase: 'pass-owed' })
      .thenRefuses(waited(ofPass), begun('card', 1, 2))
      .record(waitBegun(ofPass, 50))
      .thenState({ phase: 'pass-waiting' })
      .thenRefuses(waitBegun(ofPass, 50), begun('card', 1, 2))
      .record(waited(ofPass))
      .thenState({ phase: 'forward' })
      .thenRefuses(waited(ofPass));
  });
});

it('a wait of a step that the saga does not have is refused', () => {
  const ofNone = [{ of: 'step', step: 'hotle' }, { ...ofUndo, step: 'hotle' }, { of: 'fallback', step: '__proto__' }] as const;
  given(one).thenRefuses(...ofNone.map((what) => waitBegun(what, 1)), ...ofNone.map(waited));
});

describe('the waits under way', () => {
  const underWay = ({ state }: Told): unknown => waitsUnderWay(state);

  it('are those that were begun and are not over: of steps, of calls, and for the next pass', () => {
    expect(underWay(given(two))).toEqual([]);
    expect(underWay(given(two, attemptFailed('hotel', 10), attemptFailed('car', 20)))).toEqual([
      { of: 'step', step: 'hotel' },
      { of: 'step', step: 'car' },
    ]);
    expect(underWay(given(two, attemptFailed('hotel', 10), waited('hotel')))).toEqual([]);
    expect(underWay(new Story(two, null).record(opened, begun('hotel'), attemptFailed('hotel', 10)))).toEqual([]);
    const undoing = given(row, succeeded('card'), failed('hotel'), undoAttemptFailed('hotel', 10));
    expect(underWay(undoing)).toEqual([ofUndo]);
    undoing.when(waitedToUndo('hotel'), undone('hotel'), fallbackAttemptFailed('hotel', 10));
    expect(underWay(undoing)).toEqual([ofFallback]);
    expect(underWay(given(one, failed('hotel'), undone('hotel', retry(2, 50))))).toEqual([ofPass]);
  });

  it('are those of late compensations, too (R5a)', () => {
    const saga = sagaOf(plain('hotel', { timeoutMs: 5_000, undo: { retry: 3 } }));
    const late = given(saga, timedOut('hotel'), inDoubt('hotel'), undone('hotel', retry(2, 50)), lateEffect('hotel'));
    late.when(undoAttemptFailed('hotel', 10, 1, { undo: 2 }));
    expect(underWay(late)).toEqual([ofPass, { ...ofUndo, undo: 2 }]);
  });

  it('are not those of steps whose failure is owed, for another has failed (R7)', () => {
    expect(underWay(given(two, attemptFailed('hotel', 10)).record(failed('car')))).toEqual([]);
  });

  it('are none while nobody can run the execution (R27)', () => {
    const story = givenOnLog(two, attemptFailed('hotel', 10)).when(poisoned);
    expect(underWay(story)).toEqual([]);
    expect(underWay(story.whenRepaired({ kind: 'retry' }))).toEqual([{ of: 'step', step: 'hotel' }]);
    expect(underWay(story.when(poisoned).whenRepaired({ kind: 'abandon', reason: 'no' }))).toEqual([]);
  });
});
