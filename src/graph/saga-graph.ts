// A saga as data: frozen, JSON-able, built once per class. The kernel decides from it alone; functions stay in the class.

export interface SagaGraph {
  /** The saga's name: the class's, or the one given to `@Saga`. */
  readonly saga: string;
  /** As given to `@Saga`; `null` where it was not. */
  readonly version: string | null;
  /** In declaration order, a base class's before its subclass's (R1). A step's place here is its index everywhere. */
  readonly steps: readonly StepNode[];
  /** Paths of the steps, stage by stage: one plain step, or a run of consecutive async steps (R2). */
  readonly stages: readonly (readonly string[])[];
  /** The methods marked `@Finally`: those of sub-sagas first, then the saga's own, each base class's first (R17, R24). */
  readonly finally: readonly FinallyNode[];
  /** The sub-sagas that the saga itself declares, in order. Their steps are among `steps`, too. */
  readonly subSagas: readonly SubSagaNode[];
}

/** A saga as part of another (R24). */
export interface SubSagaNode {
  /** That of the step that opens it. */
  readonly path: string;
  /** The child's own graph: its paths begin at the child. */
  readonly graph: SagaGraph;
}

export interface StepNode {
  /** The step's path: its name, or `lodging/hotel` where it was flattened from a sub-saga. Unique in the graph. */
  readonly name: string;
  /** The path of the sub-saga that it belongs to: its methods are of that instance. `''`: the saga's own (R24). */
  readonly within: string;
  /** The method that runs it, or, where it opens a sub-saga or uses a step class, the one that computes the input of that. */
  readonly method: string;
  /** Where it opens a sub-saga: which one. What it returns is that saga's input (R24). */
  readonly opens: OpenedSaga | null;
  /** Where it uses a step class: the name of that class. Its `execute`, its compensation and its fallback are of that instance. */
  readonly stepClass: string | null;
  readonly stage: number;
  readonly async: boolean;
  /** Paths of earlier steps whose effects it reads. */
  readonly needs: readonly string[];
  /** For one attempt, in milliseconds; `null`: none (R5). */
  readonly timeoutMs: number | null;
  /** How long a timed-out attempt may still take to settle, in milliseconds (R5). */
  readonly graceMs: number;
  /** `null`: one attempt. */
  readonly retry: RetryPolicy | null;
  /** What becomes of it when its process dies inside it: run again under its key, or failed in doubt (durability.md, guarantee 2). */
  readonly delivery: Delivery;
  /** Whether it runs in a transaction of the execution log, which records it too. */
  readonly transactional: boolean;
  readonly compensation: CompensationNode | null;
  readonly fallback: FallbackNode | null;
}

export type Delivery = 'at-least-once' | 'at-most-once';

export interface OpenedSaga {
  /** The saga's name. */
  readonly saga: string;
  /** The child's step whose effect stands for the whole; `null`: the effects of them all, by name. */
  readonly effect: string | null;
}

export interface CompensationNode {
  readonly method: string;
  readonly requiresEffect: boolean;
  readonly needs: readonly string[];
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  /** `null`: as the runner's `compensationRetry` says. */
  readonly retry: RetryPolicy | null;
}

export interface FallbackNode {
  readonly method: string;
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  /** `null`: as the runner's `compensationRetry` says. */
  readonly retry: RetryPolicy | null;
}

export interface FinallyNode {
  readonly method: string;
  /** The path of the sub-saga that it belongs to; `''`: the saga's own. */
  readonly within: string;
  readonly graceMs: number;
}

export interface BackoffPolicy {
  /** `null`: no wait. */
  readonly baseMs: number | null;
  readonly maxMs: number;
  readonly jitter: boolean;
}
export interface RetryPolicy extends BackoffPolicy {
  readonly attempts: number;
  /** Whether a `retryIf` must accept the error; the function itself stays with the class. */
  readonly conditional: boolean;
}
