import { describe, expect, it } from 'vitest';
import { IllegalEventError } from '../../src/errors/illegal-event.js';
import { evolve } from '../../src/kernel/evolve.js';
import type { SagaEvent } from '../../src/kernel/events.js';
import {
  aborted, attemptFailed, begun, failed, inDoubt, landed, rejectedInGrace, retry, skipped, succeeded, timedOut, undone, waited,
} from './facts.js';
import { given, Story } from './given.js';
import { async, plain, sagaOf } from './graphs.js';

const one = sagaOf(plain('hotel', { retry: { attempts: 3, baseMs: 100 }, timeoutMs: 5_000 }));
const two = sagaOf(async('hotel', { retry: 3, timeoutMs: 5_000 }), async('car', { retry: 3, timeoutMs: 5_000 }));

describe('a step', () => {
  it('is skipped only by the first run of its round (R4)', () => {
    given(one).when(skipped('hotel')).thenStep('hotel', { status: 'skipped', effect: undefined, effectKnown: false });
  });

  it('counts as having an unknown effect if a later run skips: the first may have done something under this key (R4)', () => {
    given(one, attemptFailed('hotel'))
      .when(skipped('hotel'))
      .thenStep('hotel', { status: 'succeeded', effect: undefined, effectKnown: false });
  });

  it('without a wait is attempted again at once, and its earlier error is forgotten (R6)', () => {
    given(one).when(attemptFailed('hotel')).thenOrders('hotel begun (attempt 2)').thenStep('hotel', { error: undefined });
  });

  it('that timed out has failed, and is awaited within its grace (R5)', () => {
    given(one)
      .when(timedOut('hotel'))
      .thenOrders()
      .thenStep('hotel', { status: 'overdue' })
      .thenState({ phase: 'forward', failures: [{ step: 'hotel', error: 'hotel took too long' }] });
  });

  it('that lands within its grace has a known effect, which its compensation gets (R5)', () => {
    given(one, timedOut('hotel'))
      .when(landed('hotel'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: hotel!')
      .thenStep('hotel', { outcome: 'timed-out' });
  });

  it('that gives nothing within its grace is in doubt, and its compensation gets nothing (R5)', () => {
    given(one, timedOut('hotel'))
      .when(inDoubt('hotel'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: nothing')
      .thenStep('hotel', { outcome: 'in-doubt', effectKnown: false });
  });

  it('that rejects within its grace is in doubt all the same: what it did is not known (R5)', () => {
    given(one, timedOut('hotel'))
      .when(rejectedInGrace('hotel'))
      .thenStep('hotel', { outcome: 'in-doubt', error: 'hotel took too long' })
      .thenState({ doubtful: [] });
  });
});

it('a step that aborts within its grace is in doubt, and aborts the execution all the same (R5, R14)', () => {
  const abortedInGrace: SagaEvent = { type: 'step-in-doubt', step: 'hotel', settled: true, aborts: true };
  given(one, timedOut('hotel'))
    .when(abortedInGrace)
    .thenState({ aborted: true })
    .when(undone('hotel', retry(9)))
    .thenOrders('execution ended: compensated')
    .thenStep('hotel', { outcome: 'in-doubt' });
});

describe('a step that fails while its siblings run', () => {
  it('waits for them, then is undone first (R7, R8)', () => {
    given(two)
      .when(failed('hotel'))
      .thenOrders()
      .when(succeeded('car'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: nothing');
  });

  it('lets none of them begin another attempt (R7)', () => {
    given(two).when(failed('hotel')).thenRefuses(attemptFailed('car'));
  });

  it('fails those that wait for their next attempt with their last error (R7)', () => {
    given(two, attemptFailed('hotel', 100))
      .when(failed('car'))
      .thenOrders('hotel failed: no hotel', 'unwinding begun: car failed', 'undo car begun: nothing');
  });

  it('stays the failure, the others are kept beside it (R7)', () => {
    const { state } = given(two, timedOut('car'), failed('hotel'), inDoubt('car'));
    expect(state.failures).toEqual([
      { step: 'car', error: 'car took too long' },
      { step: 'hotel', error: 'no hotel' },
    ]);
  });

  it('is forgotten when the execution goes forward (R7)', () => {
    given(two, succeeded('car'), failed('hotel')).when(undone('hotel', retry(2))).thenState({ failures: [], fallbackErrors: [] });
  });

  it('may fail with any value, undefined included (R7)', () => {
    given(one).when(failed('hotel', undefined)).thenState({ failures: [{ step: 'hotel', error: undefined }] });
  });

  it('makes every later retry void if it aborts, in whatever order things settle (R14)', () => {
    for (const [first, second] of [['hotel', 'car'], ['car', 'hotel']] as const) {
      given(two, aborted(first), failed(second))
        .when(undone('car', retry(9)), undone('hotel', retry(9)))
        .thenState({ end: 'compensated', aborted: true });
    }
  });
});

describe('an event that cannot follow the ones before it', () => {
  it('says which, of what, and why', () => {
    const { state } = given(one);
    const attempt = (): unknown => evolve(state, landed('hotel'));
    expect(attempt).toThrow(IllegalEventError);
    expect(attempt).toThrow("The event 'step-landed' of BookTrip.hotel cannot happen now: the step is running.");
  });

  it('may be of a step that the saga does not have', () => {
    given(one).thenRefuses(succeeded('hotle'), failed('__proto__'), waited('hotle'));
  });

  it('may be of another round or attempt', () => {
    given(one, attemptFailed('hotel', 100), waited('hotel')).thenRefuses(begun('hotel', 2), begun('hotel', 3));
    const story = given(one);
    story.thenRefuses(attemptFailed('hotel', 0, 2));
    story.record(attemptFailed('hotel')).thenRefuses(begun('hotel', 1), begun('hotel', 3), begun('hotel', 2, 2));
  });

  it('may be the begin of a step out of turn', () => {
    given(sagaOf(plain('hotel'), plain('car'))).thenRefuses(begun('car'));
    new Story(two, null).record({ type: 'execution-begun' }).thenRefuses(begun('car')).record(begun('hotel')).thenRefuses(begun('hotel'));
  });

  it('may be the begin of an attempt after a failure (R7)', () => {
    given(two, attemptFailed('hotel', 100)).record(failed('car'), waited('hotel')).thenRefuses(begun('hotel', 2));
    const due = given(two).record(attemptFailed('hotel')).thenStep('hotel', { status: 'retry-due' });
    due.record(failed('car')).thenRefuses(begun('hotel', 2));
  });

  it('may be the first begin of a step after a failure (R7)', () => {
    new Story(two, null).record({ type: 'execution-begun' }, begun('hotel'), failed('hotel')).thenRefuses(begun('car'));
  });
});
