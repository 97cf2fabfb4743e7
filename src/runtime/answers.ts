import { defaultMaxMs } from '../graph/defaults.js';
import { retryAnswer } from '../kernel/judge.js';
import type { Answer } from '../kernel/events.js';
import type { ExecutionState } from '../kernel/state.js';
import type { PassOptions } from '../saga/policies.js';
import { isSkip, readVerdict } from '../saga/verdicts.js';

export interface ReadAnswer {
  readonly answer: Answer;
  /** Why what was returned counts as nothing; `null` where it was read as it is. */
  readonly ignoredBecause: string | null;
}

/** What a compensation's return value says (R10). The undo worked, so whatever cannot be read counts as compensated. */
export function readAnswer(state: ExecutionState, returned: unknown, random: () => number): ReadAnswer {
  if (returned === undefined) return compensated(null);
  const verdict = readVerdict(returned);
  switch (verdict?.type) {
    case 'abort':
      return { answer: { type: 'abort' }, ignoredBecause: null };
    case 'continue':
      return { answer: { type: 'continue', effect: isSkip(verdict.effect) ? undefined : verdict.effect }, ignoredBecause: null };
    case 'retry': {
      const { passes, baseMs = null, maxMs = defaultMaxMs, jitter = true } = verdict.options as Partial<PassOptions>;
      if (!Number.isSafeInteger(passes) || passes! < 1 || !isMs(baseMs ?? 0) || !isMs(maxMs) || typeof jitter !== 'boolean') {
        return compensated('retry() takes { passes, baseMs?, maxMs?, jitter? }: passes a whole number from 1, milliseconds from 0');
      }
      return { answer: retryAnswer(state, passes!, { baseMs, maxMs, jitter }, random()), ignoredBecause: null };
    }
    case undefined:
      return compensated('a compensation returns nothing, retry(), abort() or continueWith(effect)');
  }
}

function compensated(ignoredBecause: string | null): ReadAnswer {
  return { answer: { type: 'compensated' }, ignoredBecause };
}

function isMs(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
