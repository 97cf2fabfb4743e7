// A random saga as plain data: what is declared of each step, and what each of its methods does when it is called for the n-th time.

/** When a call settles, in milliseconds after it began; `null`: at once, without a promise. */
export type AfterMs = number | null;

/**
 * `object`: one of its own for each call. `idempotent`: one for all calls under a key, as a provider gives it that knows the key (R25). The
 * others look like nothing and are effects all the same (R3).
 */
export type EffectKind = 'object' | 'idempotent' | 'undefined' | 'null' | 'zero';

/** An Error of its own for each call, or what a careless author throws (R7). */
export type ErrorKind = 'error' | 'undefined' | 'text';

export type StepPlay =
  | { readonly does: 'succeed'; readonly effect: EffectKind; readonly afterMs: AfterMs }
  | { readonly does: 'throw'; readonly error: ErrorKind; readonly afterMs: AfterMs }
  | { readonly does: 'abort'; readonly afterMs: AfterMs }
  | { readonly does: 'skip'; readonly afterMs: AfterMs }
  | { readonly does: 'hang' };

export type CompensationPlay =
  | { readonly does: 'nothing' | 'abort' | 'nonsense'; readonly afterMs: AfterMs }
  | { readonly does: 'continue'; readonly effect: EffectKind; readonly afterMs: AfterMs }
  | { readonly does: 'retry'; readonly passes: number; readonly backoff: BackoffScript; readonly afterMs: AfterMs }
  | { readonly does: 'throw'; readonly error: ErrorKind; readonly afterMs: AfterMs }
  | { readonly does: 'hang' };

export type FallbackPlay =
  | { readonly does: 'succeed'; readonly effect: EffectKind; readonly afterMs: AfterMs }
  | { readonly does: 'throw'; readonly error: ErrorKind; readonly afterMs: AfterMs }
  | { readonly does: 'abort'; readonly afterMs: AfterMs }
  | { readonly does: 'hang' };

export type Play = StepPlay | CompensationPlay | FallbackPlay;

/** How many events a call emits: as it begins, as it settles, and a millisecond after that, when nobody listens any more (R20). */
export interface EmissionScript {
  readonly atOnce: number;
  readonly atTheEnd: number;
  readonly afterwards: number;
}

/** What `onCompensationError` does. `nonsense`: it answers something else. */
export type HandlerPlay = 'stop' | 'continue' | 'resolved' | 'throw' | 'nonsense';

export interface BackoffScript {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly jitter: boolean;
}
export interface RetryScript extends BackoffScript {
  readonly attempts: number;
}

/** `timeoutMs: null`: the default of its kind. */
export interface TimeLimitScript {
  readonly timeoutMs: number | null;
  readonly graceMs: number;
}

/** The last play is repeated. */
export interface CompensationScript extends TimeLimitScript {
  readonly requiresEffect: boolean;
  readonly needs: readonly string[];
  readonly retry: RetryScript | null;
  readonly plays: readonly CompensationPlay[];
}
export interface FallbackScript extends TimeLimitScript {
  readonly retry: RetryScript | null;
  readonly plays: readonly FallbackPlay[];
}
export interface StepScript extends TimeLimitScript {
  readonly name: string;
  readonly async: boolean;
  /** From 0: one plain step, or a run of consecutive async ones (R2). */
  readonly stage: number;
  readonly needs: readonly string[];
  readonly retry: RetryScript | null;
  readonly plays: readonly StepPlay[];
  /** What it emits when it is called for the n-th time; the last is repeated. Empty: nothing. */
  readonly emits: readonly EmissionScript[];
  readonly compensation: CompensationScript | null;
  readonly fallback: FallbackScript | null;
}

export interface RunnerScript {
  readonly compensationRetry: RetryScript | null;
  /** `null`: there is no handler. */
  readonly onCompensationError: { readonly plays: readonly HandlerPlay[]; readonly afterMs: AfterMs } | null;
}

/**
 * When the caller's signal is aborted: before the run, so many milliseconds after it began, in the n-th call of a method, or by an observer
 * that is told the n-th event, from 0.
 */
export type CancelMoment =
  | { readonly in: 'before' }
  | { readonly in: 'time'; readonly atMs: number }
  | { readonly in: 'call' | 'event'; readonly n: number };

/** Who asks for an end before its time (R19): nobody, the caller's signal, a deadline, or both. */
export interface CancelScript {
  readonly signal: CancelMoment | null;
  readonly deadlineMs: number | null;
}

export const uncancelled: CancelScript = { signal: null, deadlineMs: null };

export interface SagaScript {
  readonly steps: readonly StepScript[];
  readonly runner: RunnerScript;
  readonly cancel: CancelScript;
  /** Of the random source that draws the jitter. */
  readonly seed: number;
}

/** The last play is repeated. */
export function playAt<P>(plays: readonly P[], n: number): P {
  return plays[Math.min(n, plays.length - 1)]!;
}

export function stepNamed({ steps }: Pick<SagaScript, 'steps'>, name: string): StepScript {
  return steps.find((step) => step.name === name)!;
}

/** For one attempt, in milliseconds, with the defaults of R5. */
export function timeoutOf({ timeoutMs, async }: StepScript): number {
  return timeoutMs ?? (async ? 5_000 : Infinity);
}
