import { getEventListeners } from 'node:events';
import type { Clock } from 'class-saga';
import { ScriptedError } from './observation.js';
import type { CancelScript } from './script.js';

/** The hand that cancels one execution, as its script says (R19). */
export class Canceller {
  readonly #script: CancelScript;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  /** What the signal is aborted with. */
  readonly reason = new ScriptedError('the caller has gone');
  /** Told just before the signal aborts. */
  onAsk: () => void = () => {};
  #calls = 0;
  #events = 0;
  /** Timers of its own that are set. */
  timers = 0;

  constructor(script: CancelScript, clock: Clock) {
    this.#script = script;
    this.#clock = clock;
  }

  /** To be called in the moment of the run. */
  begin(): { readonly signal?: AbortSignal; readonly deadlineMs?: number } {
    const { signal, deadlineMs } = this.#script;
    if (signal?.in === 'before') this.#ask();
    if (signal?.in === 'time') {
      this.timers = 1;
      this.#clock.schedule(signal.atMs, () => {
        this.timers = 0;
        this.#ask();
      });
    }
    return { ...(signal !== null && { signal: this.#controller.signal }), ...(deadlineMs !== null && { deadlineMs }) };
  }

  /** A method is being called. */
  called(): void {
    const { signal } = this.#script;
    if (signal?.in === 'call' && signal.n === this.#calls++) this.#ask();
  }

  /** An observer is told an event. */
  told(): void {
    const { signal } = this.#script;
    if (signal?.in === 'event' && signal.n === this.#events++) this.#ask();
  }

  get listeners(): number {
    return getEventListeners(this.#controller.signal, 'abort').length;
  }

  #ask(): void {
    this.onAsk();
    this.#controller.abort(this.reason);
  }
}
