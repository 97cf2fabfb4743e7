import { describe, expect, it } from 'vitest';
import {
  attemptFailed, continueWith, failed, handlerSaid, inDoubt, lateEffect, retry, succeeded, timedOut, undoFailed, undone, waited,
  waitedForPass,
} from './facts.js';
import { given } from './given.js';
import { trip } from './graphs.js';

// Whole executions, event by event, as a log would hold them.


describe('a trip', () => {
  it('whose flight fails goes back to the card, waits, and goes forward again from there', () => {
    const story = given(
      trip,
      succeeded('rates', '1 EUR = 1.08 USD'),
      succeeded('card', 'hold 1'),
      succeeded('hotel', 'room 12'),
      attemptFailed('flight', 100),
      succeeded('car', 'green van'),
      waited('flight'),
      failed('flight', 'no seats'),
      undone('flight'),
      undone('car'),
      undone('hotel'),
      undone('card', retry(2, 500)),
      waitedForPass(),
      succeeded('card', 'hold 2'),
      succeeded('car', 'red van'),
      succeeded('hotel', 'room 14'),
      succeeded('flight', 'seat 3A'),
      succeeded('confirmation', undefined),
    );
    expect(story.narrative).toEqual([
      'execution begun',
      'rates begun',
      'rates succeeded: 1 EUR = 1.08 USD',
      'card begun',
      'card succeeded: hold 1',
      'hotel begun',
      'car begun',
      'hotel succeeded: room 12',
      'flight begun',
      'flight failed, again after 100 ms: no flight',
      'wait for flight begun: 100 ms',
      'car succeeded: green van',
      'wait for flight ended',
      'flight begun (attempt 2)',
      'flight failed: no seats',
      'unwinding begun: flight failed',
      'undo flight begun: nothing',
      'undo flight done',
      'undo car begun: green van',
      'undo car done',
      'undo hotel begun: room 12',
      'undo hotel done',
      'undo card begun: hold 1',
      'undo card done: retry, 2 passes after 500 ms',
      'forward again, pass 2, anew: card hotel car flight after 500 ms',
      'wait for the next pass begun: 500 ms',
      'wait for the next pass ended',
      'card begun (round 2)',
      'card succeeded: hold 2',
      'hotel begun (round 2)',
      'car begun (round 2)',
      'car succeeded: red van',
      'hotel succeeded: room 14',
      'flight begun (round 2)',
      'flight succeeded: seat 3A',
      'confirmation begun',
      'confirmation succeeded: nothing',
      'execution ended: completed',
    ]);
  });

  it('whose car is in doubt goes on without one, and gives the car back that comes after all', () => {
    const story = given(
      trip,
      succeeded('rates', '1.08'),
      succeeded('card', 'hold 1'),
      timedOut('car'),
      succeeded('hotel', 'room 12'),
      inDoubt('car'),
      undone('car', continueWith('the bus')),
      lateEffect('car', 'green van'),
      succeeded('flight', 'seat 3A'),
      undone('car', { type: 'compensated' }, { undo: 2 }),
      succeeded('confirmation', undefined),
    );
    expect(story.narrative).toEqual([
      'execution begun',
      'rates begun',
      'rates succeeded: 1.08',
      'card begun',
      'card succeeded: hold 1',
      'hotel begun',
      'car begun',
      'car timed out',
      'hotel succeeded: room 12',
      'car in doubt',
      'unwinding begun: car failed',
      'undo car begun: nothing',
      'undo car done: continue with the bus',
      'forward again, pass 1, continued: car',
      'flight begun',
      'car late effect: green van',
      'undo car begun late (undo 2): green van',
      'flight succeeded: seat 3A',
      'confirmation begun',
      'undo car done (undo 2)',
      'confirmation succeeded: nothing',
      'execution ended: completed',
    ]);
  });

  it('whose hotel cannot be cancelled is stuck, with the card undone all the same', () => {
    const story = given(
      trip,
      succeeded('rates', '1.08'),
      succeeded('card', 'hold 1'),
      succeeded('hotel', 'room 12'),
      failed('car', 'no cars'),
      failed('flight', 'no seats'),
      undone('flight', retry(3)),
      undone('car'),
      undoFailed('hotel'),
      handlerSaid('hotel', 'continue'),
      undone('card', retry(3)),
    );
    expect(story.narrative).toEqual([
      'execution begun',
      'rates begun',
      'rates succeeded: 1.08',
      'card begun',
      'card succeeded: hold 1',
      'hotel begun',
      'car begun',
      'hotel succeeded: room 12',
      'flight begun',
      'car failed: no cars',
      'flight failed: no seats',
      'unwinding begun: car failed',
      'undo flight begun: nothing',
      'undo flight done: retry, 3 passes',
      'undo car begun: nothing',
      'undo car done',
      'undo hotel begun: room 12',
      'undo hotel failed: no undoing hotel',
      'handler asked about hotel',
      'handler answered about hotel: continue',
      'undo card begun: hold 1',
      'undo card done: retry, 3 passes',
      'execution ended: stuck',
    ]);
  });
});
