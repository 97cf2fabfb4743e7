import { AsyncResource } from 'node:async_hooks';
import timers from 'node:timers';
import type { Clock } from '../ports.js';
import { systemClock } from '../system.js';

/**
 * One timer for calls with time limits that run beside or behind each other. Most calls settle in the turn of Node's event loop in which
 * they begin: on the clock of the system, a timer of Node is made for those alone that are under way when it ends. So where a turn itself
 * takes longer than a limit, what settles in it has settled in time: nobody could have told it to stop.
 */
export class TurnTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #dueAtMs = Infinity;
  #armedForMs = Infinity;
  #disarm: (() => void) | undefined;
  /** Of whoever waits. `undefined`: nobody does. What makes a turn end has an asynchronous context of its own. */
  #context: AsyncResource | undefined;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** When what begins now is due. */
  dueIn(delayMs: number): number {
    return this.#clock.monotonicMs() + delayMs;
  }

  /** Rings then, and no more when it was to ring before. */
  setTo(dueAtMs: number): void {
    this.#dueAtMs = dueAtMs;
    if (this.#context === undefined) {
      this.#context = new AsyncResource('class-saga');
      if (this.#clock === systemClock && areOfNode()) armAtEndOfTurn(this);
      else this.arm();
    } else if (dueAtMs < this.#armedForMs && this.#disarm !== undefined) {
      this.#disarm();
      this.arm();
    }
  }

  takeBack(): void {
    if (this.#context === undefined) return;
    this.#context = undefined;
    this.#disarm?.();
    this.#disarm = undefined;
    fresh.delete(this);
  }

  arm(): void {
    this.#context!.runInAsyncScope(() => this.#armAt(this.#clock.monotonicMs()));
  }

  #armAt(nowMs: number): void {
    this.#armedForMs = this.#dueAtMs;
    this.#disarm = this.#clock.schedule(Math.max(0, this.#dueAtMs - nowMs), () => this.#ring());
  }

  #ring(): void {
    this.#disarm = undefined;
    // A timer may fire a fraction of a millisecond early by the monotonic clock: what it was set for is due all the same.
    const nowMs = Math.max(this.#clock.monotonicMs(), this.#armedForMs);
    if (nowMs < this.#dueAtMs) return this.#armAt(nowMs);
    const context = this.#context!;
    this.#context = undefined;
    context.runInAsyncScope(this.#onDue); // an injected clock may have any
  }
}

// As they are when this is loaded. Where a test has put its own in their place, timers are made at once, for its hand to move.
const { setTimeout: timeoutOfNode, setImmediate: immediateOfNode } = timers;

function areOfNode(): boolean {
  return setTimeout === timeoutOfNode;
}

/** Set in this turn, and neither taken back nor armed. */
const fresh = new Set<TurnTimer>();
let isTurnToEnd = false;

function armAtEndOfTurn(timer: TurnTimer): void {
  fresh.add(timer);
  if (isTurnToEnd) return;
  isTurnToEnd = true;
  immediateOfNode(() => {
    isTurnToEnd = false;
    const left = [...fresh];
    fresh.clear();
    for (const one of left) one.arm();
  });
}
