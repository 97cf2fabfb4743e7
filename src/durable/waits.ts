import type { SagaEvent, WaitBegun, WaitFor } from '../kernel/events.js';
import type { ExecutionState } from '../kernel/state.js';
import { waitsUnderWay } from '../kernel/waits.js';
import type { Alarm, Alarms } from '../runtime/alarms.js';
import type { Clock } from '../runtime/ports.js';

/** The waits of one execution: when each is over on this process's clock, and an alarm for it. */
export class Waits {
  readonly #alarms: Alarms;
  readonly #clock: Clock;
  readonly #ended: (what: WaitFor) => void;
  readonly #underWay = new Map<string, Alarm>();

  constructor(alarms: Alarms, clock: Clock, ended: (what: WaitFor) => void) {
    this.#alarms = alarms;
    this.#clock = clock;
    this.#ended = ended;
  }

  get isEmpty(): boolean {
    return this.#underWay.size === 0;
  }

  /** How long it is to the end of the first, in milliseconds; below 0: it should be over. Infinity: there is none. */
  get nextInMs(): number {
    let nextAtMs = Infinity;
    for (const { atMs } of this.#underWay.values()) nextAtMs = Math.min(nextAtMs, atMs);
    return nextAtMs - this.#clock.monotonicMs();
  }

  begin({ for: what, delayMs }: WaitBegun): void {
    const alarm = this.#alarms.set(delayMs, () => {
      if (this.#underWay.delete(keyOf(what))) this.#ended(what);
    });
    this.#underWay.set(keyOf(what), alarm);
  }

  /** Takes back what nobody waits for any more after this event. */
  prune(event: SagaEvent, state: ExecutionState): void {
    if (this.isEmpty || !endsWaits.has(event.type)) return;
    const left = new Set(waitsUnderWay(state).map(keyOf));
    for (const [key, alarm] of this.#underWay) {
      if (left.has(key)) continue;
      this.#underWay.delete(key);
      this.#alarms.takeBack(alarm);
    }
  }
}

/** What a wait can be over by, besides its end. */
const endsWaits: ReadonlySet<SagaEvent['type']> = new Set(['step-failed', 'execution-cancelled', 'execution-halted']);

function keyOf(what: WaitFor): string {
  return JSON.stringify(what);
}
