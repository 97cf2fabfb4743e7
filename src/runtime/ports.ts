// What the outside supplies. Each port is small, and says when it returns.

import type { CompensationErrorAnswer, SagaEvent } from '../kernel/events.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { RemainingStep, Settled } from '../saga/settled.js';
import type { SagaFailure } from '../saga/step-context.js';

/** Time, as far as the runner reads it. Tests inject one that they move by hand. */
export interface Clock {
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  monotonicMs(): number;
  /**
   * Calls `callback` once, `delayMs` milliseconds from now (at least 0, finite), and never before it returned. Returns a function that
   * takes this back.
   */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** A class of sagas, as a resolver is asked for an instance of it. */
export type SagaClass<S extends object = object> = new (...args: never[]) => S;

/** Supplies the instance of each execution, in a scope of the execution's own (R22). */
export interface Resolver {
  /**
   * Opens a scope and resolves the saga in it: once per execution before anything begins; whatever it throws then fails the execution
   * before anything began. It is awaited without limit: an execution can be cancelled from when it has its instance. And once more for
   * each attempt of a late compensation after the end; what it throws then fails the attempt. On a log it is asked anew, in its own
   * process, by each worker that takes the execution over.
   *
   * @param execution - whose scope it is: its `metadata` says for which tenant, say.
   */
  open(saga: SagaClass, execution: ExecutionRef): Scope | Promise<Scope>;
}

export interface Scope {
  /** The instance. */
  readonly saga: object;
  /**
   * Supplies the instance of a sub-saga or a step class in the same scope (R24): once for each place that it is used in, before anything
   * begins; in a scope that is opened for a late compensation, of the parts that this one needs.
   * @defaultValue constructs the class itself, where its constructor takes no arguments
   */
  resolve?(part: SagaClass): object | Promise<object>;
  /** Called exactly once, after the end, however the execution ended; awaited without limit. */
  dispose?(): void | Promise<void>;
}

/** Which execution it is that an event belongs to, or a scope. */
export interface ExecutionRef {
  /** Made when first asked for. */
  readonly id: string;
  /** The saga's name. */
  readonly saga: string;
  /** What goes along with it and is no input, as `run`, `settle` or `start` had it: frozen; `{}` where there is none. */
  readonly metadata: ExecutionMetadata;
}

/** An execution by its names alone. */
export type ExecutionName = Pick<ExecutionRef, 'id' | 'saga'>;

/** What went wrong around an execution and changed nothing in it. */
export type Report =
  /** A compensation returned something that is no verdict, or a verdict that cannot be read: it counts as compensated (R10). */
  | { readonly type: 'answer-ignored'; readonly step: string; readonly answer: unknown; readonly because: string }
  /** The events of a completed execution could not be published; they are in its result, and here (R20). */
  | { readonly type: 'publish-failed'; readonly events: readonly unknown[]; readonly error: unknown }
  /** The driver resolved where it was to roll back, so it may have committed; or it did not settle within 30 s (R21). */
  | { readonly type: 'rollback-unconfirmed' }
  /** No live worker can run this execution: they lack its saga, or have another graph of it. It is left alone (guarantee 7 of a log). */
  | { readonly type: 'incompatible'; readonly fingerprint: string }
  /** The execution could not be taken up, because its saga could not be resolved, say; it is tried again later. */
  | { readonly type: 'not-taken-up'; readonly error: unknown }
  /** An effect that came late could not be told to whoever has the execution now; nobody else knows of it (R5a). */
  | { readonly type: 'late-effect-lost'; readonly step: string; readonly effect: unknown; readonly error: unknown }
  | { readonly type: 'finally-failed'; readonly handler: string; readonly error: unknown }
  | { readonly type: 'error-handler-failed'; readonly step: string; readonly error: unknown }
  | { readonly type: 'disposal-failed'; readonly error: unknown }
  | { readonly type: 'observer-failed'; readonly error: unknown };

export type ObservedEvent = SagaEvent | Report;

/**
 * Sees every event of every execution, in order. Never awaited; what it throws or rejects with is reported and changes nothing (R18). An
 * event is not to be changed: it is frozen wherever that could reach anybody else.
 */
export type Observer = (event: ObservedEvent, execution: ExecutionRef) => unknown;

/**
 * Called with all that a completed execution emitted, in order, and awaited, for at most the runner's `graceMs` (R20). In memory once. On a
 * log at least once: again, perhaps in another process, until it resolves; then `ids`, one for each event, are the same every time.
 */
export type Publisher = (events: readonly unknown[], execution: ExecutionRef, ids: readonly string[]) => unknown;

/** Called once after the end of every execution, and awaited, for at most the runner's `graceMs` (R17). */
export type FinallyHandler = (outcome: Settled<object>, input: unknown, execution: ExecutionRef) => unknown;

/** A compensation that failed for good (R15). */
export interface CompensationError {
  readonly execution: ExecutionRef;
  readonly step: string;
  /** What the last attempt of the compensation failed with. */
  readonly error: unknown;
  /** What started the recovery. */
  readonly failure: SagaFailure;
  /** The steps that are not undone, the failing one first. */
  readonly remaining: readonly RemainingStep<object>[];
  /** Whether this was the compensation of an effect that came late (R5a): then the rest goes on, whatever the answer. */
  readonly late: boolean;
}

/**
 * Answers what to do about a compensation that failed for good: `'stop'`, `'continue'` (undo the others, end stuck all the same) or
 * `'resolved'` (the handler undid it). Awaited without limit; throwing or answering anything else means `'stop'`.
 */
export type CompensationErrorHandler = (error: CompensationError) => CompensationErrorAnswer | Promise<CompensationErrorAnswer>;
