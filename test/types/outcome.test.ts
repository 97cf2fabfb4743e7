import { expect, it } from 'vitest';
import type { Outcome } from 'class-saga';
import type { Outcome as OutcomeOfTheKernel } from '../../src/kernel/events.js';

type Same<A, B> = [A, B] extends [B, A] ? true : false;

it('means the same by an outcome as the kernel does, which imports nothing from what authors see', () => {
  const same: Same<Outcome, OutcomeOfTheKernel> = true; // the compiler's to refuse
  expect(same).toBe(true);
});
