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

export const newUuid = (): string => randomUUID();
