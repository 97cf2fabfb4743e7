import type { Clock } from 'class-saga';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that whoever is called may move: what becomes due is called at once, within that. */
export class JumpingClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  jump(byMs: number): void {
    this.#nowMs += byMs;
    for (const timer of [...this.#timers]) if (timer.atMs <= this.#nowMs && this.#timers.delete(timer)) timer.callback();
  }
}
