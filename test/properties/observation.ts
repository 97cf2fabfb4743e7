import type {
  CompensationError, CompensationErrorAnswer, Report, SagaClass, SagaEvent, SagaFailure, Settled, UndoneStep,
} from 'class-saga';
import type { CompensationPlay, FallbackPlay, SagaScript, StepPlay } from './script.js';

// What was seen of one execution from outside: the events that observers got, every call of a method, how it settled, and the scopes of
// the resolver, in one log in the order in which they happened. The checks know nothing else.

/** An effect that is like no other. */
export class Effect {
  constructor(
    readonly step: string,
    readonly madeBy: string,
  ) {}
}

/** An event of a step that is like no other (R20). */
export class Emitted {
  constructor(
    readonly step: string,
    readonly emittedBy: string,
  ) {}
}

/** An error that is like no other. */
export class ScriptedError extends Error {}

interface AnyCall {
  readonly step: string;
  /** How often this method was called before. */
  readonly n: number;
  readonly atMs: number;
  /** The call's own idempotency key. */
  readonly key: string;
  readonly attempt: number;
  readonly needs: Readonly<Record<string, unknown>>;
  /** The input that the context had. */
  readonly input: unknown;
  /** The instance that the method was called on. */
  readonly instance: object;
  readonly signal: AbortSignal;
}
export interface StepCall extends AnyCall {
  readonly of: 'step';
  readonly play: StepPlay;
}
interface UndoFacts {
  readonly undone: UndoneStep;
  readonly failure: SagaFailure;
}
export interface CompensationCall extends AnyCall, UndoFacts {
  readonly of: 'compensation';
  readonly play: CompensationPlay;
  /** What it was given. */
  readonly effect: unknown;
}
export interface FallbackCall extends AnyCall, UndoFacts {
  readonly of: 'fallback';
  readonly play: FallbackPlay;
}
export type Call = StepCall | CompensationCall | FallbackCall;

export type Settlement = { readonly type: 'settled'; readonly call: Call } & (
  | { readonly how: 'returned'; readonly value: unknown }
  | { readonly how: 'threw'; readonly error: unknown }
);

export type Entry = { readonly atMs: number } & (
  | { readonly type: 'event'; readonly event: SagaEvent }
  | { readonly type: 'report'; readonly report: Report }
  | { readonly type: 'called'; readonly call: Call }
  | Settlement
  | { readonly type: 'error-handled'; readonly about: CompensationError; readonly means: CompensationErrorAnswer }
  | { readonly type: 'scope-opened' | 'scope-disposed'; readonly instance: object }
  | { readonly type: 'emitted'; readonly call: Call; readonly emitted: Emitted }
  /** The `@Finally` method of a part of a split saga, and what stood for the part's opening in its input. */
  | { readonly type: 'finally'; readonly path: string; readonly settled: Settled<object>; readonly token: unknown }
  | { readonly type: 'published'; readonly events: readonly unknown[] }
  /** The caller's signal is about to be aborted. */
  | { readonly type: 'cancel-asked' }
  /** The signal of a call's context has aborted. */
  | { readonly type: 'aborted'; readonly call: Call }
);

export interface Observation {
  readonly script: SagaScript;
  /** The class that was built from it. */
  readonly saga: SagaClass;
  readonly log: readonly Entry[];
  /** What the runner was called with. */
  readonly input: unknown;
  /** The events as another observer heard them. */
  readonly heard: readonly SagaEvent[];
  readonly settled: Settled<object>;
  /** What the caller's signal is aborted with, where it is. */
  readonly cancelReason: unknown;
  /** Listeners that the caller's signal still had when the execution had settled. */
  readonly listenersLeft: number;
  /** Timers that were still set when nothing was left to wait for. */
  readonly timersAtRest: number;
  readonly unhandledRejections: readonly unknown[];
}

/** The events alone. */
export function eventsOf({ log }: Pick<Observation, 'log'>): SagaEvent[] {
  return log.flatMap((entry) => (entry.type === 'event' ? [entry.event] : []));
}
