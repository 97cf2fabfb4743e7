import type { ExecutionStatus } from '../durable/execution-log.js';
import type { Completed, Settled } from '../saga/settled.js';

/** An execution on a log, wherever it runs: of this process, of another, or long ended. */
export interface ExecutionHandle<Saga extends object> {
  readonly id: string;
  /** Resolves with the effects, or rejects as `run` does (R16). */
  result(): Promise<Completed<Saga>>;
  /**
   * Resolves with how it ended, or with what it is stuck with; asked again after a repair, with what came of that. Waits for as long as the
   * log cannot be reached.
   */
  settled(): Promise<Settled<Saga>>;
  /**
   * Asks for the execution to be cancelled (R19), and resolves when that is durable: whoever runs it hears of it within a fifth of its
   * lease. What has ended, or is stuck, stays so. @param reason becomes the `reason` of the `SagaCancelledError`
   */
  cancel(reason?: unknown): Promise<void>;
  /** Where it is by now. */
  status(): Promise<ExecutionStatus>;
}
