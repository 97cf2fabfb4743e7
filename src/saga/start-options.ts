// What one execution on an execution log is told besides its input.

import type { ExecutionMetadata } from './execution-metadata.js';

/** Options of `start`. They are stored with the execution: they hold in whatever process it goes on. */
export interface StartOptions {
  /**
   * The execution's: 1 to 200 characters of printable ASCII without spaces. All idempotency keys begin with it (R25), so it should be of
   * the request that asks for the execution, such as `order-4711`: `start` under the same id, with the same saga and input, attaches to the
   * execution that there is, running or ended. With another saga or input it is `SAGA_LOG_ID_CONFLICT`.
   * @defaultValue a new one, of the runner's `newId`: every call starts another execution
   */
  readonly id?: string;
  /**
   * Cancels the execution so many milliseconds after its start, above 0 (R19): what stands is undone, which nothing can cancel. Counted by
   * the clock of the log and kept in it, so that no crash and no restart puts it off; where no worker runs, it takes effect when one does.
   * `Infinity`: never. @defaultValue none
   */
  readonly deadlineMs?: number;
  /**
   * What goes along with the execution and is no input, as that of `run`: a tenant, a trace. Two starts that differ in it alone are the
   * same: under an `id` that there is, it attaches, and the metadata of the first one stays. What is no data is refused before anything
   * begins: `SAGA_LOG_NOT_STORABLE`.
   * @defaultValue what the runner's `metadata` says, else none
   */
  readonly metadata?: ExecutionMetadata;
}
