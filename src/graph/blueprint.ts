import type { AnyClass } from './any-class.js';
import type { RetryPolicy, SagaGraph } from './saga-graph.js';

/** What running a saga takes besides its instance: the graph, and what is no data. */
export interface Blueprint {
  readonly graph: SagaGraph;
  /** By the policy of the node, where the `@Retry` that it was made from has a `retryIf`. */
  readonly retryIf: ReadonlyMap<RetryPolicy, (error: unknown) => boolean>;
  /** Every sub-saga and every step class, one within another too; a sub-saga stands before its own. */
  readonly parts: readonly Part[];
  /** The path of a step that is recorded in the transaction of an execution log, and so cannot do without one; `null`: there is none. */
  readonly transactionalStep: string | null;
}

/** A class that a step of the saga uses, and whose instance is supplied for that step (R24). */
export interface Part {
  /** That of the step. */
  readonly path: string;
  readonly class: AnyClass;
}
