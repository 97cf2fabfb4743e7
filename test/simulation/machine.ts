import type { Clock } from 'class-saga';
import type { Chance } from './chance.js';
import type { VirtualTime } from './virtual-time.js';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
  takeBack: () => void;
}

/** One of its own each time: whoever waited for a shared one would be kept for ever. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** Where a process runs: it can stand still and go on, have its clock jump, and die at any moment. */
export class Machine {
  readonly name: string;
  readonly clock: Clock;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #timers = new Set<Timer>();
  readonly #held: (() => void)[] = [];
  #offsetMs: number;
  #isPaused = false;
  #isAlive = true;
  onDeath: () => void = () => {};

  constructor(name: string, time: VirtualTime, chance: Chance) {
    this.name = name;
    this.#time = time;
    this.#chance = chance;
    this.#offsetMs = chance.int(0, 1_000_000);
    this.clock = { monotonicMs: () => this.#monotonicMs, schedule: (delayMs, callback) => this.#schedule(delayMs, callback) };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get #monotonicMs(): number {
    return this.#time.nowMs + this.#offsetMs;
  }

  /** As by SIGKILL: nothing of it goes on. */
  die(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const timer of this.#timers) timer.takeBack();
    this.#timers.clear();
    this.#held.length = 0;
    this.onDeath();
  }

  /** As by SIGSTOP and SIGCONT: time goes on, and what was to happen meanwhile happens at once afterwards, in any order. */
  pause(durationMs: number): void {
    if (!this.#isAlive || this.#isPaused) return;
    this.#isPaused = true;
    this.#time.in(durationMs, () => {
      this.#isPaused = false;
      for (const run of this.#chance.shuffled(this.#held.splice(0))) this.#time.in(0, () => this.enter(run));
    });
  }

  /** The monotonic clock is so much further from one moment to the next. */
  jump(byMs: number): void {
    this.#offsetMs += byMs;
    for (const timer of this.#timers) {
      timer.takeBack();
      this.#arm(timer);
    }
  }

  /** Something reaches the process: at once, when it goes on, or never. */
  enter(run: () => void): void {
    if (!this.#isAlive) return;
    if (this.#isPaused) this.#held.push(run);
    else run();
  }

  /** For methods that take their time. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#schedule(delayMs, resolve));
  }

  #schedule(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { atMs: this.#monotonicMs + delayMs, callback, takeBack: () => {} };
    if (!this.#isAlive) return () => {};
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      this.#timers.delete(timer);
      timer.takeBack();
    };
  }

  #arm(timer: Timer): void {
    const fire = (): void => {
      // It may have been taken back while the process stood still.
      if (this.#timers.delete(timer)) timer.callback();
    };
    timer.takeBack = this.#time.in(timer.atMs - this.#monotonicMs, () => this.enter(fire));
  }
}
