import { LogUnavailableError } from '../errors/log-errors.js';
import { codeOf } from '../errors/saga-error.js';
import type { Clock } from '../runtime/ports.js';

// Asking a store that may not answer: a connection can hang for as long as the network likes, so no question waits for ever.

export function isUnavailable(error: unknown): boolean {
  return codeOf(error) === 'SAGA_LOG_UNAVAILABLE';
}

/** Rejects with LogUnavailableError where the store does not answer in time; what was asked may still be done. */
export function answerWithin<T>(timeoutMs: number, clock: Clock, ask: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLate = (): LogUnavailableError => new LogUnavailableError(new Error(`It did not answer within ${timeoutMs} ms.`));
    const takeBack = clock.schedule(timeoutMs, () => reject(tooLate()));
    ask().then(
      (answer) => {
        takeBack();
        resolve(answer);
      },
      (error: unknown) => {
        takeBack();
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it came
        reject(error);
      },
    );
  });
}

/** How long to wait before asking for the n-th time again, n from 1, in milliseconds: doubled each time, up to 2 s, with jitter. */
export function pauseBeforeAsking(again: number, random: () => number): number {
  return Math.min(2_000, 50 * 2 ** (again - 1)) * (0.5 + random() / 2);
}

export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(delayMs, resolve));
}
