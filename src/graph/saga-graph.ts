// A saga as data: frozen, JSON-able, built once per class. The kernel decides from it alone; functions stay in the class.

export interface SagaGraph {
  /** The saga's name: the class's, or the one given to `@Saga`. */
  readonly saga: string;
  /** As given to `@Saga`; `null` where it was not. */
  readonly version: string | null;
  /** In declaration order, a base class's before its subclass's (R1). A step's place here is its index everywhere. */
  readonly steps: readonly StepNode[];
  /** Names of the steps, stage by stage: one plain step, or a run of consecutive async steps (R2). */
  readonly stages: readonly (readonly string[])[];
  /** The methods marked `@Finally`, base class's first (R17). */
  readonly finally: readonly FinallyNode[];
}

export interface StepNode {
  /** The step's path: its name, or `parent/child` where it was flattened from a sub-saga. Unique in the graph. */
  readonly name: string;
  /** The method that runs it. */
  readonly method: string;
  readonly stage: number;
  readonly async: boolean;
  /** Names of earlier steps whose effects it reads. */
  readonly needs: readonly string[];
  /** For one attempt, in milliseconds; `null`: none (R5). */
  readonly timeoutMs: number | null;
  /** How long a timed-out attempt may still take to settle, in milliseconds (R5). */
  readonly graceMs: number;
  /** `null`: one attempt. */
  readonly retry: RetryPolicy | null;
  readonly compensation: CompensationNode | null;
  readonly fallback: FallbackNode | null;
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
