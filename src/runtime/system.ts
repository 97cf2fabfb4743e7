import { randomUUID } from 'node:crypto';
import type { Clock } from './ports.js';

// What the runner uses where nothing else is injected.

/** Longer delays overflow Node's timers, which then fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  schedule(delayMs, callback) {
    let timer: NodeJS.Timeout;
    const arm = (restMs: number): void => {
      timer = restMs <= longestTimerMs ? setTimeout(callback, restMs) : setTimeout(() => arm(restMs - longestTimerMs), longestTimerMs);
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemRandom = (): number => Math.random();

/**
 * A UUID of version 7 (RFC 9562, 5.7): the time in milliseconds, then random bits. Ids that grow with time go to the end of a log's index:
 * random ones would each change another page of it, the more of them the more there are.
 */
export function newUuid(): string {
  const ms = Date.now().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${randomUUID().slice('xxxxxxxx-xxxx-4'.length)}`;
}
