import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { account } from '../../samples/trip-booking/account/account.js';
import { begun, told } from './told.js';

// The account is made of events alone: here of some that the sample's own services do not bring about.

const hotel = { ref: 'HOTEL-1', item: 'Ritz, 1 night', price: { cents: 130_00, currency: 'EUR' } };

describe('the account of an execution', () => {
  it('tells steps that overlapped in the order in which they began, whoever was faster', () => {
    const lines = told(account, [
      begun('hotel'),
      begun('flight'),
      { type: 'step-failed', step: 'flight', error: new Error('no seat is left'), outcome: 'failed' },
      { type: 'step-succeeded', step: 'hotel', effect: hotel },
    ]);
    expect(lines).toEqual([
      '  ┌  1 → hotel           HOTEL-1: Ritz, 1 night, 130.00 EUR',
      '  └  2 → flight          ✗ no seat is left',
    ]);
  });

  it('tells an effect that came too late, and how it is undone after all', () => {
    const late = { step: 'hotel', round: 1, undo: 2 };
    const lines = told(account, [
      begun('hotel'),
      { type: 'step-timed-out', step: 'hotel', error: new Error('too slow') },
      { type: 'step-in-doubt', step: 'hotel', settled: false },
      { type: 'unwinding-begun', failedStep: 'hotel' },
      { type: 'compensation-begun', ...late, undo: 1, attempt: 1, effect: undefined, late: false },
      { type: 'compensation-succeeded', ...late, undo: 1, answer: { type: 'compensated' } },
      { type: 'late-effect', step: 'hotel', round: 1, attempt: 1, effect: hotel },
      { type: 'compensation-begun', ...late, attempt: 1, effect: hotel, late: true },
      { type: 'compensation-attempt-failed', ...late, attempt: 1, error: new Error('busy'), delayMs: 0 },
      { type: 'compensation-begun', ...late, attempt: 2, effect: hotel, late: true },
      { type: 'compensation-succeeded', ...late, answer: { type: 'compensated' } },
    ]);
    expect(lines).toEqual([
      '     1 → hotel           ✗ no answer in time: nobody knows what was done',
      '         turning back',
      '     2 ← hotel           cancelled by its key, whether it was booked or not',
      '         an answer came after all, hotel: HOTEL-1: Ritz, 1 night, 130.00 EUR',
      '     3 ← hotel           ✗ busy; once more',
      '                         HOTEL-1 is cancelled',
    ]);
  });

  it('tells an effect that came within the grace, and a step that did nothing', () => {
    const lines = told(account, [
      begun('hotel'),
      { type: 'step-timed-out', step: 'hotel', error: new Error('too slow') },
      { type: 'step-landed', step: 'hotel', effect: hotel },
      begun('car'),
      { type: 'step-skipped', step: 'car' },
    ]);
    expect(lines).toEqual([
      '     1 → hotel           ✗ too late, though done: HOTEL-1: Ritz, 1 night, 130.00 EUR',
      '     2 → car             there was nothing to do',
    ]);
  });

  it('tells a fallback that fails', () => {
    const lines = told(account, [
      { type: 'fallback-begun', step: 'exchangeRates', attempt: 1 },
      { type: 'fallback-attempt-failed', step: 'exchangeRates', attempt: 1, error: 'nobody home', delayMs: 0 },
      { type: 'fallback-begun', step: 'exchangeRates', attempt: 2 },
      { type: 'fallback-failed', step: 'exchangeRates', error: 'nobody home', aborted: false },
    ]);
    expect(lines).toEqual(['     1 ← exchange rates  ✗ nobody home; once more', '                         ✗ nobody home']);
  });
});
