import type { Clock } from './ports.js';

export interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
}

const atOnce = (ring: () => void): void => ring();

/**
 * The alarms of one execution: time-outs, graces and waits. One timer serves them all, set for the earliest, because most alarms are
 * taken back before they ring and the siblings of a stage begin together. No alarm left, no timer left.
 */
export class Alarms {
  readonly #clock: Clock;
  readonly #pending = new Set<Alarm>();
  #timerAtMs = Infinity;
  #stopTimer: (() => void) | undefined;
  #ringIn = atOnce;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How alarms ring: the timer belongs to whoever set an alarm first, and his asynchronous context may not be that of the others. */
  ringIn(enter: (ring: () => void) => void): void {
    this.#ringIn = enter;
  }

  /** Rings once, `delayMs` milliseconds from now, unless it is taken back before. */
  set(delayMs: number, ring: () => void): Alarm {
    const nowMs = this.#clock.monotonicMs();
    const alarm = { atMs: nowMs + delayMs, ring };
    this.#pending.add(alarm);
    if (alarm.atMs < this.#timerAtMs) this.#setTimer(alarm.atMs, nowMs);
    return alarm;
  }

  takeBack(alarm: Alarm): void {
    this.#pending.delete(alarm);
    if (this.#pending.size === 0) this.#clearTimer();
  }

  takeAllBack(): void {
    this.#pending.clear();
    this.#clearTimer();
  }

  #setTimer(atMs: number, nowMs: number): void {
    this.#clearTimer();
    this.#timerAtMs = atMs;
    this.#stopTimer = this.#clock.schedule(Math.max(0, atMs - nowMs), () => this.#ringIn(() => this.#ringWhatIsDue()));
  }

  #clearTimer(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#timerAtMs = Infinity;
  }

  #ringWhatIsDue(): void {
    const firedForMs = this.#timerAtMs;
    this.#stopTimer = undefined;
    this.#timerAtMs = Infinity;
    // A timer may fire a fraction of a millisecond early by the monotonic clock: what it was set for is due all the same.
    const nowMs = Math.max(this.#clock.monotonicMs(), firedForMs);
    const due = [...this.#pending].filter((alarm) => alarm.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
    for (const alarm of due) {
      // An earlier one may have taken it back.
      if (this.#pending.delete(alarm)) alarm.ring();
    }
    let earliestMs = Infinity;
    for (const alarm of this.#pending) earliestMs = Math.min(earliestMs, alarm.atMs);
    if (earliestMs < this.#timerAtMs) this.#setTimer(earliestMs, nowMs);
    if (this.#pending.size === 0) this.#clearTimer();
  }
}
