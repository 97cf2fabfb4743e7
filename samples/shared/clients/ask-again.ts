import { CompensationTimeoutError } from 'class-saga';
import type { RetryOptions } from 'class-saga';
import { isWorthAnotherAttempt } from './failures.js';

/** A service that is out of order may be asked again; one that said no has said no. */
export const askAgain: RetryOptions = { attempts: 3, baseMs: 50, maxMs: 500, retryIf: isWorthAnotherAttempt };

/** Undoing is asked for more often: there is no other way. */
export const undoAgain: RetryOptions = {
  attempts: 5,
  baseMs: 50,
  maxMs: 1_000,
  retryIf: (error) => isWorthAnotherAttempt(error) || error instanceof CompensationTimeoutError,
};
