import type { PassOptions } from './policies.js';

// A compensation answers with a verdict, or with nothing. Recognised by a registered symbol, so that two copies of the package agree.
const verdict: unique symbol = Symbol.for('class-saga:verdict') as never;

export interface RetryVerdict {
  readonly [verdict]: 'retry';
  readonly options: PassOptions;
}
export interface AbortVerdict {
  readonly [verdict]: 'abort';
}
export interface ContinueVerdict<E> {
  readonly [verdict]: 'continue';
  readonly effect: E;
}
/** What a compensation may return besides nothing (R10). */
export type Verdict<E = unknown> = RetryVerdict | AbortVerdict | ContinueVerdict<E>;

/** From a compensation: undone, now go forward again from this step, if the budget allows (R11). */
export function retry(options: PassOptions): RetryVerdict {
  return { [verdict]: 'retry', options };
}

const theAbort: AbortVerdict = Object.freeze({ [verdict]: 'abort' as const });
/** From a compensation: undone, and every later retry or continue of this execution is void (R10, R14). */
export function abort(): AbortVerdict {
  return theAbort;
}

/**
 * From the compensation of a step that failed: the step counts as done with this effect; go forward (R12).
 * `const`: a literal stays a literal, so `continueWith({ kind: 'free' })` fits a discriminated union.
 */
export function continueWith<const E = undefined>(effect?: E): ContinueVerdict<E> {
  return { [verdict]: 'continue', effect: effect as E };
}

const theSkip: unique symbol = Symbol.for('class-saga:skip') as never;
/** From a step: nothing was done under this key, so there is no effect and nothing to undo (R4). Typed as the effect of such a step. */
export function skip(): undefined {
  return theSkip as unknown as undefined;
}

export type ReadVerdict =
  | { readonly type: 'retry'; readonly options: PassOptions }
  | { readonly type: 'abort' }
  | { readonly type: 'continue'; readonly effect: unknown };

/** Which verdict a returned value is; `undefined` if it is none. Never throws. */
export function readVerdict(returned: unknown): ReadVerdict | undefined {
  try {
    if (typeof returned !== 'object' || returned === null || !(verdict in returned)) return undefined;
    const read = returned as Verdict;
    switch (read[verdict]) {
      case 'retry':
        return { type: 'retry', options: { ...read.options } };
      case 'abort':
        return { type: 'abort' };
      case 'continue':
        return { type: 'continue', effect: read.effect };
    }
  } catch {
    return undefined; // a hostile proxy
  }
}

export function isSkip(value: unknown): boolean {
  return (value as symbol) === theSkip;
}
