import { describe, expect, it } from 'vitest';
import type { Repair } from '../../src/kernel/events.js';
import { cancelled as cancelledIn, compensationThrew, poisoned as poisonedIn, repairOf } from '../../src/kernel/judge.js';
import { remainingSteps } from '../../src/kernel/outcome.js';
import { isHalted } from '../../src/kernel/state.js';
import {
  abort, attemptFailed, begun, continueWith, ended, failed, handlerSaid, inDoubt, interrupted, interruptedForGood, lateEffect, poisoned,
  repaired, retry, stuck, succeeded, timedOut, undoBegun, undoFailed, undone, unrecordable, unwound,
  waitedForPass,
} from './facts.js';
import type { Story } from './given.js';
import { given, givenOnLog } from './given.js';
import { async, plain, sagaOf } from './graphs.js';

const again: Repair = { kind: 'retry' };
const skip = (step: string): Repair => ({ kind: 'skip', step, reason: 'cancelled by phone' });
const resolve = (step: string, effect: unknown): Repair => ({ kind: 'resolve', step, effect });
const abandon: Repair = { kind: 'abandon', reason: 'the customer is content' };

const remaining = ({ state }: Story): string[] => remainingSteps(state).map(({ step, effect }) => `${step}: ${String(effect)}`);
const problemOf = ({ state }: Story, repair: Repair): string => {
  const judged = repairOf(state, repair, 'ann');
  return 'problem' in judged ? judged.problem : 'none';
};

const row = sagaOf(plain('card'), plain('hotel'), plain('car'), plain('flight', { undo: false }));
const flightFails = [succeeded('card'), succeeded('hotel'), succeeded('car'), failed('flight')];
/** The compensation of its car failed for good: hotel and card stand. */
const stopped = [...flightFails, undoFailed('car'), handlerSaid('car', 'stop')];
/** The same of its car and its hotel; the card is undone. */
const continued = [
  ...flightFails, undoFailed('car'), handlerSaid('car', 'continue'), undoFailed('hotel'), handlerSaid('hotel', 'continue'), undone('card'),
];

describe('an execution on a log that is stuck', () => {
  it('halts, and orders nothing more (R27)', () => {
    const story = givenOnLog(row, ...flightFails, undoFailed('car')).when(handlerSaid('car', 'stop')).thenOrders('halted: stuck');
    story.thenState({ phase: 'halted', end: null }).thenRefuses(ended('stuck'), stuck, undoBegun('hotel', 'hotel!'));
    expect(isHalted(story.state)).toBe(true);
    expect(remaining(story)).toEqual(['car: car!', 'hotel: hotel!', 'card: card!']);
  });

  it('ends in memory (R15)', () => {
    const story = given(row, ...stopped).thenState({ phase: 'ended', end: 'stuck' });
    expect(isHalted(story.state)).toBe(false);
  });

  it('cannot be cancelled (R19, R27)', () => {
    expect(cancelledIn(givenOnLog(row, ...stopped).state, 'no time')).toBeNull();
  });

  it('still undoes what comes late (R5a, R27)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000 }));
    const hotelUndone = [succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel')];
    givenOnLog(saga, ...hotelUndone, undoFailed('card'), handlerSaid('card', 'stop'))
      .when(lateEffect('hotel'))
      .thenOrders('undo hotel begun late (undo 2): hotel!')
      .when(undone('hotel', { type: 'compensated' }, { undo: 2 }))
      .thenState({ phase: 'halted' });
  });

  it('takes a late effect of what still stands for the step’s own: its turn may come (R5a, R27)', () => {
    const saga = sagaOf(async('hotel', { timeoutMs: 5_000 }), async('car'));
    const story = givenOnLog(saga, failed('car'), timedOut('hotel'), inDoubt('hotel'), undoFailed('car'), handlerSaid('car', 'stop'));
    expect(remaining(story)).toEqual(['car: undefined', 'hotel: undefined']);
    story.when(lateEffect('hotel')).thenOrders();
    expect(remaining(story)).toEqual(['car: undefined', 'hotel: hotel!']);
    story.whenRepaired(skip('car')).thenOrders('undo hotel begun: hotel!');
  });
});

describe('a repair: retry', () => {
  it('calls again what failed for good, with the same key, then undoes what stands (R8, R27)', () => {
    givenOnLog(row, ...stopped)
      .whenRepaired(again)
      .thenOrders('undo car begun (attempt 2): car!')
      .when(undone('car'))
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel'), undone('card'))
      .thenOrders('undo card begun: card!', 'execution ended: compensated');
  });

  it('calls all of them, one after another (R27)', () => {
    givenOnLog(row, ...continued)
      .whenRepaired(again)
      .thenOrders('undo car begun (attempt 2): car!')
      .when(undone('car'))
      .thenOrders('undo hotel begun (attempt 2): hotel!')
      .when(undone('hotel'))
      .thenOrders('execution ended: compensated');
  });

  it('gives each its retries anew (R15, R27)', () => {
    const saga = sagaOf(plain('card', { undo: { retry: 2 } }));
    const ref = { step: 'card', round: 1, undo: 1 };
    const { state } = givenOnLog(saga, failed('card'), undoFailed('card'), handlerSaid('card', 'stop')).whenRepaired(again);
    const rejection = { error: 'no', aborts: false, retryable: true, sample: 0 };
    expect(compensationThrew(state, ref, 2, rejection)).toMatchObject({ type: 'compensation-attempt-failed' });
    expect(compensationThrew(state, ref, 3, rejection)).toMatchObject({ type: 'compensation-failed' });
  });

  it('halts again where one fails again for good, with those that were to follow (R27)', () => {
    const story = givenOnLog(row, ...continued).whenRepaired(again);
    story.when(undoFailed('car')).thenOrders('handler asked about car').when(handlerSaid('car', 'stop')).thenOrders('halted: stuck');
    expect(remaining(story)).toEqual(['car: car!', 'hotel: hotel!']);
    story.whenRepaired(again).thenOrders('undo car begun (attempt 3): car!');
  });

  it('goes on with the others where the handler says so, and halts then (R15, R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(again).when(undoFailed('car'));
    story.when(handlerSaid('car', 'continue')).thenOrders('undo hotel begun: hotel!').when(undone('hotel'), undone('card'));
    story.thenOrders('undo card begun: card!', 'halted: stuck');
    expect(remaining(story)).toEqual(['car: car!']);
  });

  it('grants no retry and no continue any more: it has been stuck (R15, R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(again).when(undone('car', retry(9)));
    story.thenOrders('undo hotel begun: hotel!').when(undone('hotel', continueWith('tent'))).thenOrders('undo card begun: card!');
    story.when(undone('card', retry(9))).thenState({ end: 'compensated' });
  });

  it('asks for no fallback any more (R12a, R27)', () => {
    const saga = sagaOf(async('hotel', { fallback: true }), async('car'));
    givenOnLog(saga, failed('hotel'), failed('car'), undoFailed('car'), handlerSaid('car', 'stop'))
      .whenRepaired(again)
      .when(undone('car', abort))
      .thenOrders('undo hotel begun: nothing')
      .when(undone('hotel'))
      .thenOrders('execution ended: compensated');
  });

  it('calls a late one again, beside what is undone, each round’s one at a time (R5a, R27)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000 }));
    const second = { undo: 2 };
    const story = givenOnLog(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel'), lateEffect('hotel'));
    story.when(undoFailed('hotel', second), handlerSaid('hotel', 'stop', second), undone('card'));
    story.thenOrders('handler asked about hotel (undo 2)', 'halted: stuck');
    expect(remaining(story)).toEqual(['hotel: hotel!']);
    story.whenRepaired(again).thenOrders('undo hotel begun late (undo 2, attempt 2): hotel!');
    story.when(undone('hotel', { type: 'compensated' }, second)).thenOrders('execution ended: compensated');
  });

  it('waits with a step’s own call for a late one of its round (R5a, R27)', () => {
    const saga = sagaOf(plain('hotel', { timeoutMs: 5_000 }));
    const story = givenOnLog(saga, timedOut('hotel'), inDoubt('hotel'), undoFailed('hotel'), handlerSaid('hotel', 'stop'));
    story.when(lateEffect('hotel')).thenOrders('undo hotel begun late (undo 2): hotel!').whenRepaired(again).thenOrders();
    story.thenRefuses(undoBegun('hotel', undefined), undoBegun('hotel', undefined, { attempt: 2 }));
    story.when(undone('hotel', { type: 'compensated' }, { undo: 2 })).thenOrders('undo hotel begun (attempt 2): nothing');
    story.when(undone('hotel')).thenState({ end: 'compensated' });
  });
});

describe('a repair: skip', () => {
  it('counts what remains of a step as undone, and undoes what stands (R27)', () => {
    givenOnLog(row, ...stopped)
      .whenRepaired(skip('car'))
      .thenOrders('undo hotel begun: hotel!')
      .when(undone('hotel'), undone('card'))
      .thenState({ end: 'compensated' });
  });

  it('leaves it halted while anything is left over (R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(skip('hotel')).thenOrders().thenState({ phase: 'halted' });
    expect(remaining(story)).toEqual(['car: car!', 'card: card!']);
    story.whenRepaired(skip('car')).thenOrders('undo card begun: card!');
    const both = givenOnLog(row, ...continued).whenRepaired(skip('hotel')).thenState({ phase: 'halted' });
    expect(remaining(both)).toEqual(['car: car!']);
    both.whenRepaired(skip('car')).thenOrders('execution ended: compensated');
  });

  it('skips a failed step whose turn had not come (R8, R27)', () => {
    const saga = sagaOf(plain('card'), async('hotel'), async('car'));
    const story = givenOnLog(saga, succeeded('card'), failed('hotel'), failed('car'), undoFailed('car'), handlerSaid('car', 'stop'));
    story.whenRepaired(skip('hotel')).whenRepaired(again).thenOrders('undo car begun (attempt 2): nothing');
    story.when(undone('car')).thenOrders('undo card begun: card!');
  });

  it('undoes no duplicate of what was undone by hand, but one that differs (R25, R26)', () => {
    const saga = sagaOf(plain('card'), plain('hotel'));
    const again = (late: string): Story => {
      const story = givenOnLog(saga, interrupted('card'), lateEffect('card', late), succeeded('card', 'C1'), failed('hotel'));
      return story.when(undoFailed('hotel'), handlerSaid('hotel', 'stop')).whenRepaired(skip('card'));
    };
    again('C1').thenOrders().thenRefuses(lateEffect('card', 'C1'));
    again('C2').thenOrders('undo card begun late: C2');
  });

  it('is of a step that remains: else it says which do', () => {
    const story = givenOnLog(row, ...stopped);
    expect(problemOf(story, skip('flight'))).toBe("'flight' does not remain to be undone. What remains: car, hotel, card.");
    expect(problemOf(story, resolve('hotle', 1))).toBe("'hotle' does not remain to be undone. What remains: car, hotel, card.");
    story.thenRefuses(repaired(skip('flight')), repaired(resolve('__proto__', 1)));
  });
});

describe('a repair: resolve', () => {
  it('calls the compensation with the effect that was found out, under a new undo number, then undoes what stands (R25, R27)', () => {
    givenOnLog(row, ...stopped)
      .whenRepaired(resolve('car', 'C2'))
      .thenOrders('undo car begun (undo 2): C2')
      .when(undone('car', { type: 'compensated' }, { undo: 2 }))
      .thenOrders('undo hotel begun: hotel!');
  });

  it('may be of a step that stands: that is undone now, and it halts again while anything is left over (R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(resolve('hotel', 'H2')).thenOrders('undo hotel begun: H2');
    story.when(undone('hotel')).thenOrders('halted: stuck');
    expect(remaining(story)).toEqual(['car: car!', 'card: card!']);
  });

  it('tells a step in doubt whose effect is known now as what it came to (R9, R27)', () => {
    const saga = sagaOf(async('hotel', { timeoutMs: 5_000 }), async('spa', { once: true }), async('car'));
    const story = givenOnLog(saga, failed('car'), timedOut('hotel'), inDoubt('hotel'), interruptedForGood('spa'));
    story.when(undoFailed('car'), handlerSaid('car', 'stop'));
    story.whenRepaired(resolve('hotel', 'H1')).thenOrders('undo hotel begun: H1').thenStep('hotel', { outcome: 'timed-out' });
    story.when(undone('hotel')).whenRepaired(resolve('spa', 'S1')).thenStep('spa', { outcome: 'failed' });
  });

  it('may be of a late effect (R5a, R27)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000 }));
    const second = { undo: 2 };
    const story = givenOnLog(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel'), lateEffect('hotel'));
    story.when(undoFailed('hotel', second), handlerSaid('hotel', 'stop', second), undone('card')).thenState({ phase: 'halted' });
    story.whenRepaired(resolve('hotel', 'H2')).thenOrders('undo hotel begun late (undo 3): H2');
    story.when(undone('hotel', { type: 'compensated' }, { undo: 3 })).thenState({ end: 'compensated' });
  });

  it('leaves the step over where that fails, too (R15, R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(resolve('car', 'C2')).when(undoFailed('car', { undo: 2 }));
    story.when(handlerSaid('car', 'stop', { undo: 2 })).thenState({ phase: 'halted' });
    expect(remaining(story)).toEqual(['car: C2', 'hotel: hotel!', 'card: card!']);
    story.whenRepaired(again).thenOrders('undo car begun (undo 2, attempt 2): C2');
  });

  it('undoes the same effect once, should it come late as well (R25)', () => {
    const saga = sagaOf(plain('hotel', { timeoutMs: 5_000 }));
    const story = givenOnLog(saga, timedOut('hotel'), inDoubt('hotel'), undoFailed('hotel'), handlerSaid('hotel', 'stop'));
    story.whenRepaired(resolve('hotel', 'H1')).when(lateEffect('hotel', 'H1'), undone('hotel', { type: 'compensated' }, { undo: 2 }));
    story.thenOrders('execution ended: compensated');
  });
});

describe('a repair: abandon', () => {
  it('ends the execution as it is: stuck, with what remains (R27)', () => {
    const story = givenOnLog(row, ...stopped).whenRepaired(abandon).thenOrders('execution ended: stuck').thenState({ end: 'stuck' });
    expect(remaining(story)).toEqual(['car: car!', 'hotel: hotel!', 'card: card!']);
    expect(problemOf(story, again)).toBe('BookTrip has ended.');
  });

  it('awaits nothing: a late compensation goes on beside the end (R5a, R27)', () => {
    const saga = sagaOf(plain('card'), plain('hotel', { timeoutMs: 5_000 }));
    const story = givenOnLog(saga, succeeded('card'), timedOut('hotel'), inDoubt('hotel'), undone('hotel'));
    story.when(undoFailed('card'), handlerSaid('card', 'stop'), lateEffect('hotel'));
    story.whenRepaired(abandon).thenOrders('execution ended: stuck');
    expect(remaining(story)).toEqual(['card: card!', 'hotel: hotel!']);
    story.when(undone('hotel', { type: 'compensated' }, { undo: 2 })).thenOrders();
    expect(remaining(story)).toEqual(['card: card!']);
  });

  it('is of one that is poisoned, too: all that would have to be undone remains (R27)', () => {
    const beside = [async('hotel', { retry: 2 }), async('car'), async('spa', { once: true }), async('sauna', { undo: false })];
    const saga = sagaOf(plain('card'), ...beside);
    const story = givenOnLog(saga, succeeded('card'), attemptFailed('hotel', 50), interrupted('car'), poisoned).whenRepaired(abandon);
    story.thenOrders('execution ended: stuck');
    expect(remainingSteps(story.state)).toEqual([
      { step: 'spa', round: 1, effect: undefined, outcome: 'in-doubt' },
      { step: 'car', round: 1, effect: undefined, outcome: 'in-doubt' },
      { step: 'hotel', round: 1, effect: undefined, outcome: 'failed' },
      { step: 'card', round: 1, effect: 'card!', outcome: 'succeeded' },
    ]);
    story.thenRefuses(begun('car', 3), unwound('hotel'));
  });

  it('lists what was being undone, and whose turn it was (R27)', () => {
    const story = givenOnLog(row, ...flightFails).when(poisoned);
    expect(remaining(story)).toEqual(['car: car!', 'hotel: hotel!', 'card: card!']);
    const between = givenOnLog(row, ...flightFails).record(undone('car'), poisoned);
    expect(remaining(between)).toEqual(['hotel: hotel!', 'card: card!']);
    between.whenRepaired(abandon).thenRefuses(undoBegun('hotel', 'hotel!'));
  });
});

describe('an execution that is poisoned', () => {
  it('orders nothing, and goes on from where it was when it is retried (R27)', () => {
    const story = givenOnLog(row, succeeded('card')).when(poisoned).thenOrders();
    story.thenState({ phase: 'forward', poison: { error: 'no worker lives' } });
    story.when(succeeded('hotel')).thenOrders().thenRefuses(begun('car')).whenRepaired(again).thenOrders('car begun');
    story.thenState({ poison: null, wasStuck: false });
  });

  it('may be anywhere between its begin and its end (R27)', () => {
    expect(poisonedIn(givenOnLog(row).state, 'e')).toEqual({ type: 'execution-halted', because: 'poisoned', error: 'e' });
    expect(poisonedIn(givenOnLog(row, ...stopped).state, 'e')).not.toBeNull();
    expect(poisonedIn(givenOnLog(row, ...flightFails).state, 'e')).not.toBeNull();
    expect(poisonedIn(givenOnLog(row).when(poisoned).state, 'e')).toBeNull();
    expect(poisonedIn(givenOnLog(row, ...stopped).whenRepaired(abandon).state, 'e')).toBeNull();
    expect(poisonedIn(given(row).state, 'e')).toBeNull();
  });

  it('still grants what it would have granted (R11, R27)', () => {
    const story = givenOnLog(row, succeeded('card'), failed('hotel')).when(poisoned).whenRepaired(again);
    story.when(undone('hotel', retry(2))).thenOrders('forward again, pass 2, anew: hotel', 'hotel begun (round 2)');
  });

  it('goes on waiting, too (R11, R27)', () => {
    const story = givenOnLog(row, failed('card'), undone('card', retry(2, 50))).when(poisoned).thenState({ phase: 'pass-waiting' });
    story.whenRepaired(again).thenOrders().when(waitedForPass()).thenOrders('card begun (round 2)');
  });

  it('is stuck still when it was stuck before: one repair more (R27)', () => {
    const story = givenOnLog(row, ...stopped).when(poisoned);
    expect(problemOf(story, skip('car'))).toBe('BookTrip cannot be run, which no repair of a step mends: it can be retried or abandoned.');
    story.whenRepaired(again).thenOrders().thenState({ phase: 'halted' });
    story.whenRepaired(again).thenOrders('undo car begun (attempt 2): car!');
  });

  it('can neither be cancelled nor undo what comes late (R5a, R19, R27)', () => {
    const saga = sagaOf(plain('hotel', { timeoutMs: 5_000 }), plain('car'));
    const story = givenOnLog(saga, timedOut('hotel'), inDoubt('hotel'), undone('hotel', retry(2)));
    story.when(poisoned, lateEffect('hotel')).thenOrders();
    expect(cancelledIn(story.state, 'no time')).toBeNull();
    story.thenRefuses(undoBegun('hotel', 'hotel!', { undo: 2, late: true }));
    story.whenRepaired(again).thenOrders('undo hotel begun late (undo 2): hotel!');
  });
});

describe('an execution that is not halted', () => {
  it('takes no repair (R27)', () => {
    const story = givenOnLog(row, ...flightFails);
    for (const repair of [again, skip('card'), resolve('card', 1), abandon]) {
      expect(problemOf(story, repair)).toBe('BookTrip is not stuck.');
      story.thenRefuses(repaired(repair));
    }
    expect(repairOf(givenOnLog(row, ...stopped).state, abandon, 'ann')).toEqual({ event: repaired(abandon) });
  });
});

describe('a step whose effect cannot be recorded', () => {
  it('has failed, and its compensation gets the effect (R6)', () => {
    const saga = sagaOf(plain('hotel', { retry: 3, undo: { requiresEffect: true } }));
    givenOnLog(saga)
      .when(unrecordable('hotel', 'H1'))
      .thenOrders('unwinding begun: hotel failed', 'undo hotel begun: H1')
      .thenStep('hotel', { outcome: 'failed', effect: 'H1', effectKnown: true, error: 'hotel gave something strange' });
  });

  it('may have given nothing: that is known, too', () => {
    givenOnLog(row).when(unrecordable('card', undefined)).thenStep('card', { effectKnown: true, effect: undefined });
  });
});
