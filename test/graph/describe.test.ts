import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/graph/compile.js';
import { describeGraph } from '../../src/graph/describe.js';
import { aClass, aSaga, async, atTheEnd, compensate, step, subSaga, useStep } from '../metadata/notes.js';
import type { Member } from '../metadata/notes.js';
import { BookHoliday, BookSpa } from './book-holiday.js';
import { BookTrip } from './book-trip.js';

const bookTrip = `
saga BookTrip, version 2: 7 steps in 5 stages

1   exchangeRates          3 attempts, backoff 100 ms … 2 s, if retryIf accepts
      else lastKnownRates  within 2 s
2   authorization          within 1 min · 0 ms of grace
      undo releaseCard
3 ┌ hotel                  async · within 5 s
  │   undo cancelHotel     10 attempts, backoff 500 ms … 1 min, no jitter · needs authorization
  ├ car                    async · within 7.5 s
  │   undo cancelCar       only of a known effect · no time-out
  └ flight                 async · no time-out · needs hotel
4   confirmation           2 attempts, no wait · needs hotel, car, flight
      undo apologise
5   charge                 async · within 5 s · needs authorization

finally tidyUp, report (1 h of grace)
`;

const bookHoliday = `
saga BookHoliday: 10 steps in 8 stages

1   authorization
      undo releaseCard
2   lodging                    saga BookLodging · effect of hotel · needs authorization
3   │ ┌ hotel                  async · within 5 s
    │ │   undo cancelHotel     10 attempts, backoff 500 ms … 5 s
    │ └ room                   async · within 5 s · needs hotel
4   │   spa                    saga BookSpa, version 3 · needs room
5   │   │   massage
6   │   │   sauna              needs massage
    │   │     undo leaveSauna  needs massage
7   │   keys                   step class SendMail · within 2 s · 2 attempts, no wait · needs spa
    │     undo takeBack        only of a known effect · 4 attempts, no wait, if retryIf accepts
    │     else print
8 ┌ car                        async · within 5 s · needs lodging
  └ receipt                    step class SendMail · async · within 500 ms · 3 attempts, no wait · needs authorization
      undo takeBack            only of a known effect · 4 attempts, no wait, if retryIf accepts
      else print

finally lodging/spa/closeSpa, lodging/closeLodging, done
`;

describe('the description of a saga', () => {
  it('shows the steps in order, what runs together, and what answers for each', () => {
    expect(`\n${describeGraph(compile(BookTrip))}\n`).toBe(bookTrip);
  });

  it('shows sub-sagas as far as they reach, each step as its own saga calls it, and the classes of steps (R24)', () => {
    expect(`\n${describeGraph(compile(BookHoliday))}\n`).toBe(bookHoliday);
  });

  it('of a sub-saga by itself is as if it were nowhere else', () => {
    expect(describeGraph(compile(BookSpa)).split('\n')).toEqual([
      'saga BookSpa, version 3: 2 steps in 2 stages',
      '',
      '1   massage',
      '2   sauna              needs massage',
      '      undo leaveSauna  needs massage',
      '',
      'finally closeSpa',
    ]);
  });

  it('is what console.log prints', () => {
    expect(inspect(compile(BookTrip))).toBe(describeGraph(compile(BookTrip)));
    expect(inspect({ graph: compile(BookTrip) })).toContain('finally tidyUp');
  });

  it('stays one line a step, whatever the names are', () => {
    const long = 'x'.repeat(300);
    const saga = aSaga('Odd', [
      ['two\nlines', step()],
      [long, step({ timeoutMs: 9 })],
      ['🧳', step()],
      ["don't", compensate('🧳')],
      ['end', atTheEnd()],
    ]);
    expect(describeGraph(compile(saga)).split('\n')).toEqual([
      'saga Odd: 3 steps in 3 stages',
      '',
      String.raw`1   'two\nlines'`,
      `2   ${long}  within 9 ms`,
      "3   '🧳'",
      String.raw`      undo 'don\'t'`,
      '',
      'finally end',
    ]);
  });

  it('names sub-sagas and methods of them in quotes where they need them', () => {
    const child = aSaga('Child', [['🧳', step()], ['the end', atTheEnd()]], { name: 'the child', version: '1 b' });
    const saga = aSaga('Odd', [['in here', subSaga(child)], ['class', useStep(aClass('', [['execute', step()]]))]]);
    expect(describeGraph(compile(saga)).split('\n')).toEqual([
      'saga Odd: 3 steps in 3 stages',
      '',
      "1   'in here'  saga 'the child', version '1 b'",
      "2   │   '🧳'",
      "3   class      step class '(anonymous)'",
      '',
      "finally 'in here/the end'",
    ]);
  });

  it('says of steps what becomes of them when their process dies, where that is not the usual', () => {
    const saga = aSaga('Pay', [
      ['charge', step({ delivery: 'at-most-once' }), async({ timeoutMs: 9 })],
      ['book', step({ transactional: true, needs: ['charge'] })],
      ['mail', step({ delivery: 'at-least-once', transactional: false })],
    ]);
    expect(describeGraph(compile(saga)).split('\n').slice(2)).toEqual([
      '1   charge  async · at most once · within 9 ms',
      '2   book    transactional · needs charge',
      '3   mail',
    ]);
  });

  it('aligns the numbers of many stages', () => {
    const members = Array.from({ length: 10 }, (_, index): Member => [`s${index}`, step()]);
    const saga = aSaga('Long', members, { name: 'the long one', version: 'as of 3 May' });
    const lines = describeGraph(compile(saga)).split('\n');
    expect(lines[0]).toBe("saga 'the long one', version 'as of 3 May': 10 steps in 10 stages");
    expect(lines.slice(10, 12)).toEqual([' 9   s8', '10   s9']);
  });
});
