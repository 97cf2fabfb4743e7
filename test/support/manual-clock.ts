import type { Clock } from 'class-saga';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
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

  /** Timers that are set and have neither fired nor been taken back. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer fires, or `undefined`: none is set. */
  get nextMs(): number | undefined {
    return this.#timers.size === 0 ? undefined : Math.min(...[...this.#timers].map(({ atMs }) => atMs));
  }

  /** Moves on by so many milliseconds; timers fire in their order, and what they start may go on in between. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settled();
    for (let next = this.nextMs; next !== undefined && next <= untilMs; next = this.nextMs) {
      this.#nowMs = Math.max(this.#nowMs, next);
      const due = [...this.#timers].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
      for (const timer of due) if (this.#timers.delete(timer)) timer.callback();
      await settled();
    }
    this.#nowMs = untilMs;
  }

  /** Moves on at once, within the call of whoever does it: what becomes due fires within that. */
  jump(byMs: number): void {
    this.#nowMs += byMs;
    for (const timer of [...this.#timers]) if (timer.atMs <= this.#nowMs && this.#timers.delete(timer)) timer.callback();
  }

  /** Moves on from timer to timer until this promise has settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    promise.then(end, end);
    await settled();
    while (!over && this.nextMs !== undefined) await this.advance(this.nextMs - this.#nowMs);
    return promise;
  }
}

/** Lets everything that needs no timer run to its end: a macrotask later all microtasks are through. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
