// Facts, in the past tense: the only thing that is ever persisted, and all that an execution's state is made of.
// Steps are named by their path. Waits, errors and effects come in with the event that needs them.

/**
 * How a step ended that is to be undone (R9). `timed-out`: it timed out, and its effect is known. `in-doubt`: nobody knows what it did.
 */
export type Outcome = 'succeeded' | 'continued' | 'failed' | 'aborted' | 'cancelled' | 'timed-out' | 'in-doubt';

/** What a compensation answered (R10), with the wait of a retry already drawn. */
export type Answer =
  | { readonly type: 'compensated' }
  | { readonly type: 'abort' }
  | { readonly type: 'retry'; readonly passes: number; readonly delayMs: number }
  | { readonly type: 'continue'; readonly effect: unknown };

/** What `onCompensationError` answered (R15). */
export type CompensationErrorAnswer = 'stop' | 'continue' | 'resolved';

export type EndStatus = 'completed' | 'compensated' | 'stuck';

/** An attempt rejected, and another follows after `delayMs`. */
interface AttemptFailed {
  readonly step: string;
  readonly attempt: number;
  readonly error: unknown;
  readonly delayMs: number;
}

export interface StepBegun {
  readonly type: 'step-begun';
  readonly step: string;
  readonly round: number;
  /** Counts the runs of this round, from 1: those of an earlier pass that was not compensated included. */
  readonly attempt: number;
}
export type StepEvent =
  | StepBegun
  /** `effect`: of a step that opens a sub-saga, the input of that (R24). `events`: what it emitted, where it did (R20). */
  | { readonly type: 'step-succeeded'; readonly step: string; readonly effect: unknown; readonly events?: readonly unknown[] }
  /** By itself, or, where it was not begun, with the whole sub-saga that it belongs to (R4, R24). */
  | { readonly type: 'step-skipped'; readonly step: string; readonly events?: readonly unknown[] }
  /** The step is tried again in place (R6). */
  | (AttemptFailed & { readonly type: 'step-attempt-failed' })
  /** `effect`: it settled with one that could not be recorded, and fails after the fact; its compensation gets it (R6). */
  | {
      readonly type: 'step-failed';
      readonly step: string;
      readonly error: unknown;
      readonly outcome: 'failed' | 'aborted' | 'cancelled';
      readonly effect?: unknown;
    }
  /** The step has failed; its attempt may still settle within the grace (R5). */
  | { readonly type: 'step-timed-out'; readonly step: string; readonly error: unknown }
  /**
   * The worker that ran it is gone, and nobody knows what it did. The step is run again, or, where nothing goes forward any more, is in
   * doubt. `error`: it may be entered once only, and has failed with this (R26).
   */
  | { readonly type: 'step-interrupted'; readonly step: string; readonly error?: unknown }
  /** A timed-out attempt settled with an effect within the grace. */
  | { readonly type: 'step-landed'; readonly step: string; readonly effect: unknown }
  /**
   * A timed-out attempt gave no effect within the grace, or a cancelled one did not settle in it (R5, R19), or an interrupted one is not
   * run again (R26). `settled`: it rejected, so none comes late; `aborts`: by an `AbortSaga` (R14).
   */
  | { readonly type: 'step-in-doubt'; readonly step: string; readonly settled: boolean; readonly aborts?: boolean }
  /** An attempt that was in doubt settled with an effect after all (R5a). */
  | { readonly type: 'late-effect'; readonly step: string; readonly round: number; readonly attempt: number; readonly effect: unknown };

/** One compensation of one effect: `undo` counts, from 1, the distinct effects that a round's compensation was called for (R25). */
export interface CompensationRef {
  readonly step: string;
  readonly round: number;
  readonly undo: number;
}
export interface CompensationBegun extends CompensationRef {
  readonly type: 'compensation-begun';
  readonly attempt: number;
  /** What the compensation is given: the effect, or `undefined` where it is unknown. */
  readonly effect: unknown;
  /** Whether the effect came after its compensation was called without it, or was passed over (R5a). */
  readonly late: boolean;
}
export type CompensationEvent =
  | CompensationBegun
  | (CompensationRef & { readonly type: 'compensation-succeeded'; readonly answer: Answer })
  | (CompensationRef & AttemptFailed & { readonly type: 'compensation-attempt-failed' })
  /** No attempt is left (R15). */
  | (CompensationRef & { readonly type: 'compensation-failed'; readonly error: unknown })
  | (CompensationRef & { readonly type: 'compensation-error-asked' })
  | (CompensationRef & { readonly type: 'compensation-error-answered'; readonly answer: CompensationErrorAnswer })
  /** The worker that called it, or asked about its failure, is gone: it is called, or asked, again (R26). */
  | (CompensationRef & { readonly type: 'compensation-interrupted' });

export interface FallbackBegun {
  readonly type: 'fallback-begun';
  readonly step: string;
  readonly attempt: number;
}
export type FallbackEvent =
  | FallbackBegun
  | { readonly type: 'fallback-succeeded'; readonly step: string; readonly effect: unknown }
  | (AttemptFailed & { readonly type: 'fallback-attempt-failed' })
  /** No attempt is left: the step stays failed (R12a). */
  | { readonly type: 'fallback-failed'; readonly step: string; readonly error: unknown; readonly aborted: boolean }
  /** The worker that asked it is gone: it is asked again (R26). */
  | { readonly type: 'fallback-interrupted'; readonly step: string };

/** What a wait is for: the next attempt of a call, or the next pass of the execution. */
export type WaitFor =
  | { readonly of: 'step'; readonly step: string }
  | { readonly of: 'fallback'; readonly step: string }
  | (CompensationRef & { readonly of: 'compensation' })
  | { readonly of: 'pass' };

export interface WaitBegun {
  readonly type: 'wait-begun';
  readonly for: WaitFor;
  readonly delayMs: number;
}
export interface SavepointBegun {
  readonly type: 'savepoint-begun';
  readonly stage: number;
  /** Set before the stage begins, or restored before the execution goes forward again from it. */
  readonly does: 'set' | 'restore';
}
/** Of an execution whose steps run in a database transaction (R21). */
export type TransactionEvent =
  | SavepointBegun
  | { readonly type: 'savepoint-succeeded' }
  | { readonly type: 'savepoint-failed'; readonly error: unknown }
  | { readonly type: 'commit-begun' }
  | { readonly type: 'commit-succeeded' }
  | { readonly type: 'commit-failed'; readonly error: unknown }
  | { readonly type: 'rollback-begun' }
  | { readonly type: 'rollback-ended' };

/** What a person does about an execution that is halted (R27). */
export type Repair =
  /** Go on: from where it was; of a stuck one, with every compensation that failed for good, called again. */
  | { readonly kind: 'retry'; readonly reason?: string }
  /** The step was undone by hand. */
  | { readonly kind: 'skip'; readonly step: string; readonly reason: string }
  /** The step's effect was found out: its compensation is called with it. */
  | { readonly kind: 'resolve'; readonly step: string; readonly effect: unknown }
  /** Nothing more is undone. */
  | { readonly kind: 'abandon'; readonly reason: string };

/** Of an execution on a log, which a person can repair (R27). */
export type RepairEvent =
  /** A compensation failed for good, and nothing else is to be undone. */
  | { readonly type: 'execution-halted'; readonly because: 'stuck' }
  /** Nobody can run it: what was logged cannot be read, or its workers die of it. */
  | { readonly type: 'execution-halted'; readonly because: 'poisoned'; readonly error: unknown }
  | { readonly type: 'execution-repaired'; readonly repair: Repair; readonly by: string };

export type ExecutionEvent =
  | { readonly type: 'execution-begun' }
  /** By its caller or its deadline (R19), or because its transaction was lost (R21): nothing goes forward from here on. */
  | { readonly type: 'execution-cancelled'; readonly error: unknown }
  /** Backward recovery began: from here on, what stands is undone (R8). `undefined`: no step failed. */
  | { readonly type: 'unwinding-begun'; readonly failedStep: string | undefined }
  /** It was the step's turn to be undone, and there was nothing (more) to call: no compensation, no effect for it, a skipped step (R9). */
  | { readonly type: 'step-passed-over'; readonly step: string }
  /** Forward again: the steps of `anew` are begun anew, those of `continued` count as done (R11, R12). */
  | {
      readonly type: 'forward-resumed';
      readonly pass: number;
      readonly anew: readonly string[];
      readonly continued: readonly string[];
      readonly delayMs: number;
    }
  | WaitBegun
  | { readonly type: 'wait-ended'; readonly for: WaitFor }
  | TransactionEvent
  | RepairEvent
  | { readonly type: 'execution-ended'; readonly status: EndStatus };

export type SagaEvent = StepEvent | CompensationEvent | FallbackEvent | ExecutionEvent;
