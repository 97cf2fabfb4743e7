import type { Clock, CompensationErrorAnswer, CompensationErrorHandler, SagaEvent } from 'class-saga';
import { Canceller } from './canceller.js';
import type { Call, Effect, Entry } from './observation.js';
import { ScriptedError } from './observation.js';
import type { AfterMs, ErrorKind, HandlerPlay, SagaScript } from './script.js';
import { playAt } from './script.js';

type Happening = Entry extends infer E ? (E extends Entry ? Omit<E, 'atMs'> : never) : never;

/** The log of one execution, and the hand that settles its calls. It is the execution's input, so that every method finds it there. */
export class Recorder {
  readonly log: Entry[] = [];
  readonly canceller: Canceller;
  readonly #counts = new Map<string, number>();
  readonly #effects = new Map<string, Effect>();
  #openCalls = 0;
  readonly #lateCompensations = new Set<string>();

  constructor(
    readonly script: SagaScript,
    readonly clock: Clock,
  ) {
    this.canceller = new Canceller(script.cancel, clock);
    this.canceller.onAsk = () => this.note({ type: 'cancel-asked' });
  }

  /** Whether something is still to come that may rightly hold a timer: a call that will settle, or a late compensation. */
  get awaitsNothing(): boolean {
    return this.#openCalls === 0 && this.#lateCompensations.size === 0;
  }

  note(happening: Happening): void {
    this.log.push({ atMs: this.clock.monotonicMs(), ...happening });
    if (happening.type === 'event') this.#followLateCompensation(happening.event);
  }

  /** What a provider that knows this key gave before, or else gives now. */
  effectUnder(key: string, make: () => Effect): Effect {
    const effect = this.#effects.get(key) ?? make();
    this.#effects.set(key, effect);
    return effect;
  }

  /** How often this was asked before. */
  countOf(method: string): number {
    const n = this.#counts.get(method) ?? 0;
    this.#counts.set(method, n + 1);
    return n;
  }

  /** Does what the call's play says, now or later. */
  perform(call: Call, settlement: () => Result): unknown {
    this.note({ type: 'called', call });
    const noteAbort = (): void => this.note({ type: 'aborted', call });
    if (call.signal.aborted) noteAbort();
    else call.signal.addEventListener('abort', noteAbort, { once: true });
    this.canceller.called();
    if (call.play.does === 'hang') return new Promise(() => {});
    return this.#after(call.play.afterMs, () => {
      const result = settlement();
      this.note({ type: 'settled', call, ...result });
      if (result.how === 'threw') throw result.error;
      return result.value;
    });
  }

  /** Acts in so many milliseconds, outside of any call. */
  later(delayMs: number, act: () => void): void {
    this.#openCalls += 1;
    this.clock.schedule(delayMs, () => {
      this.#openCalls -= 1;
      act();
    });
  }

  get errorHandler(): CompensationErrorHandler | null {
    const script = this.script.runner.onCompensationError;
    if (script === null) return null;
    return (about) => {
      const play = playAt(script.plays, this.countOf('onCompensationError'));
      return this.#after(script.afterMs, () => {
        this.note({ type: 'error-handled', about, means: meaningOf(play) });
        if (play === 'throw') throw new ScriptedError('the handler fails');
        return play;
      }) as CompensationErrorAnswer;
    };
  }

  /** At once and without a promise, or in so many milliseconds. */
  #after(delayMs: AfterMs, act: () => unknown): unknown {
    if (delayMs === null) return act();
    this.#openCalls += 1;
    return new Promise((resolve, reject) => {
      this.clock.schedule(delayMs, () => {
        this.#openCalls -= 1;
        try {
          resolve(act());
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a step may throw anything
          reject(error);
        }
      });
    });
  }

  #followLateCompensation(event: SagaEvent): void {
    if (event.type === 'compensation-begun' && event.late) this.#lateCompensations.add(nameOf(event));
    const isOver = event.type === 'compensation-succeeded' || event.type === 'compensation-error-answered';
    if (isOver) this.#lateCompensations.delete(nameOf(event));
  }
}

function nameOf({ step, round, undo }: { readonly step: string; readonly round: number; readonly undo: number }): string {
  return `${step} ${round} ${undo}`;
}

function meaningOf(play: HandlerPlay): CompensationErrorAnswer {
  return play === 'throw' || play === 'nonsense' ? 'stop' : play;
}

export type Result = { readonly how: 'returned'; readonly value: unknown } | { readonly how: 'threw'; readonly error: unknown };

export function returned(value: unknown): Result {
  return { how: 'returned', value };
}

export function threw(error: unknown): Result {
  return { how: 'threw', error };
}

export function errorOf(kind: ErrorKind, message: string): unknown {
  switch (kind) {
    case 'error':
      return new ScriptedError(message);
    case 'undefined':
      return undefined;
    case 'text':
      return message;
  }
}
