import type { CompensationBegun, CompensationRef, FallbackBegun, SagaEvent, SavepointBegun, StepBegun, WaitBegun } from './events.js';

// Orders, in the imperative: never persisted. Each carries the event that says it was taken up. The runtime records that event
// first (on a log: durably), so that the next plan no longer holds the order, and then does what the order says.

export type Command =
  /** Run the step's method; report how it settles, or that it timed out. */
  | { readonly type: 'execute-step'; readonly event: StepBegun }
  | { readonly type: 'compensate'; readonly event: CompensationBegun }
  | { readonly type: 'ask-fallback'; readonly event: FallbackBegun }
  | { readonly type: 'ask-error-handler'; readonly event: CompensationRef & { readonly type: 'compensation-error-asked' } }
  /** Wait for `event.delayMs`, then record `wait-ended`. */
  | { readonly type: 'wait'; readonly event: WaitBegun }
  /** Set or restore the savepoint of a stage in the transaction; report how that went (R21). */
  | { readonly type: 'savepoint'; readonly event: SavepointBegun }
  | { readonly type: 'commit'; readonly event: { readonly type: 'commit-begun' } }
  | { readonly type: 'roll-back'; readonly event: { readonly type: 'rollback-begun' } }
  /** Nothing to do but to record what follows from what is known. */
  | { readonly type: 'record'; readonly event: SagaEvent };
