import 'reflect-metadata';
import { StepTimeoutError } from 'class-saga';
import { describe, expect, it } from 'vitest';
import { account } from '../../samples/onboarding/account/account.js';
import { begun, told } from './told.js';

// The account is made of events alone: here of some that the sample's own sign-ups do not bring about.

const receipt = { to: 'ada@example.com', for: 'SUB-1' };
const parcel = { id: 'PARCEL-1', address: '12 Mill Lane, Leeds' };

describe('the account of an execution with sub-sagas', () => {
  it('tells a step by its path, and one that opens a sub-saga only where it fails', () => {
    const lines = told(account, [
      begun('welcome'),
      { type: 'step-succeeded', step: 'welcome', effect: {} },
      begun('welcome/receipt'),
      { type: 'step-succeeded', step: 'welcome/receipt', effect: receipt },
      begun('subscription'),
      { type: 'step-failed', step: 'subscription', error: new Error('no such customer'), outcome: 'failed' },
    ]);
    expect(lines).toEqual([
      '     1 → welcome/receipt            ada@example.com has the receipt for SUB-1',
      '     2 → subscription               ✗ no such customer',
    ]);
  });

  it('tells that it was cancelled after the steps that were under way', () => {
    const lines = told(account, [
      begun('welcome/delivery'),
      begun('welcome/receipt'),
      { type: 'execution-cancelled', error: new Error('enough') },
      { type: 'step-succeeded', step: 'welcome/receipt', effect: receipt },
      { type: 'step-failed', step: 'welcome/delivery', error: new Error('aborted'), outcome: 'cancelled' },
      { type: 'unwinding-begun', failedStep: undefined },
    ]);
    expect(lines).toEqual([
      '  ┌  1 → welcome/delivery           ✗ broken off: nobody knows what was done',
      '  └  2 → welcome/receipt            ada@example.com has the receipt for SUB-1',
      '         ✗ enough',
      '         turning back',
    ]);
  });

  it('tells what an error of the library is about, without what to do about it', () => {
    const lines = told(account, [
      begun('welcome/delivery'),
      { type: 'step-failed', step: 'welcome/delivery', error: new StepTimeoutError('SignUp', 'welcome/delivery', 10), outcome: 'failed' },
    ]);
    expect(lines).toEqual(['     1 → welcome/delivery           ✗ SignUp.welcome/delivery did not settle within 10 ms.']);
  });

  it.each([
    [undefined, 'cancelled by its key, whether it was scheduled or not'],
    [parcel, 'PARCEL-1 is cancelled'],
  ])('tells what was undone by what was known of it: %j', (effect, undone) => {
    const undo = { step: 'welcome/delivery', round: 1, undo: 1 };
    const lines = told(account, [
      { type: 'compensation-begun', ...undo, attempt: 1, effect, late: false },
      { type: 'compensation-succeeded', ...undo, answer: { type: 'compensated' } },
      { type: 'rollback-ended' },
    ]);
    expect(lines).toEqual([`     1 ← welcome/delivery           ${undone}`, '         rolled back']);
  });
});
