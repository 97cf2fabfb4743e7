import type { RetryPolicy, SagaGraph, StepNode } from '../graph/saga-graph.js';
import type { EndStatus, Outcome } from './events.js';
import type { Layout } from './layout.js';
import { layoutOf } from './layout.js';

// One execution's state: what its events add up to. `evolve` alone changes it, in place, because a copy per event would make an
// execution quadratic in its steps. Everything else reads it.

/** Where a step is in its life; transitions.ts says which event leads where. */
export type StepStatus =
  /** Not begun in this pass. */
  | 'idle'
  | 'running'
  /** An attempt failed, and the wait for the next is not begun. */
  | 'retry-owed'
  | 'retry-waiting'
  | 'retry-due'
  /** Begun by a worker that is gone, and to be run again (R26). */
  | 'interrupted'
  /** Timed out, its attempt may still settle within the grace. */
  | 'overdue'
  | 'succeeded'
  | 'skipped'
  /** Failed, settled, and not undone yet; its effect may be known. */
  | 'failed'
  /** Its compensation or its fallback has been called. */
  | 'undoing'
  /** Undone, or passed over where there was nothing to call. */
  | 'undone'
  /** Its compensation failed for good. */
  | 'remaining';

export interface StepState {
  status: StepStatus;
  /** From 1; raised when it is begun anew after its compensation was called (R11). */
  round: number;
  /** Runs of this round so far. */
  attempt: number;
  /** Runs of this round that do not count as in-place retries: those before it was last begun anew, and interrupted ones (R6, R26). */
  uncounted: number;
  /** Whether an earlier run of this round may have done something that nobody knows: it was interrupted, or given up in doubt. */
  inDoubt: boolean;
  outcome: Outcome;
  effect: unknown;
  effectKnown: boolean;
  error: unknown;
  /** Wait before the next attempt, where one is owed. */
  delayMs: number;
  /** Distinct effects that this round's compensation was called for. */
  undos: number;
  /** What the run that made its effect emitted (R20). */
  events: readonly unknown[];
}

/** A compensation or a fallback under way. */
export interface UndoCall {
  readonly of: 'compensation' | 'fallback';
  readonly step: number;
  readonly round: number;
  readonly undo: number;
  readonly effect: unknown;
  readonly late: boolean;
  /** Of a late one: the attempt whose effect it undoes (R5a); else 0. */
  readonly lateAttempt: number;
  /** 0: it is to be called for the first time. */
  attempt: number;
  /** Attempts that do not count against its retries: interrupted ones, and those before a repair had it called again (R26, R27). */
  uncounted: number;
  status: 'running' | 'retry-owed' | 'retry-waiting' | 'retry-due' | 'failed' | 'asked';
  delayMs: number;
  error: unknown;
}

export interface SagaFailure {
  /** `undefined`: no step failed, but the execution was cancelled (R19), or its transaction failed (R21). */
  readonly step: string | undefined;
  readonly error: unknown;
}
export interface StepFailure extends SagaFailure {
  readonly step: string;
}

/** A round of a step with attempts that were given up in doubt and may still settle with an effect (R5a). */
export interface DoubtfulRound {
  readonly step: number;
  readonly round: number;
  /** By attempt, what undoing its effect would take. More than one, where the round was passed over and begun anew under its key. */
  readonly attempts: Map<number, DoubtfulAttempt>;
  /** Late effects that no compensation was called for yet. */
  effects: LateEffect[];
  /** Effects that a compensation was called with: the same one, should it come late, is not compensated again (R25). */
  readonly undone: unknown[];
  /** Of a past round: how many distinct effects its compensation was called for. */
  undos: number;
  call: UndoCall | null;
  /** Late ones that failed for good, to be called again when that call is over (R27). */
  readonly again: UndoCall[];
}
export interface DoubtfulAttempt {
  readonly error: unknown;
  /** How it ended, should its effect come. */
  readonly lateOutcome: Outcome;
  /** `undefined`: nothing has failed yet (R26). */
  failure: SagaFailure | undefined;
  /** What the compensation needs, as this attempt saw it: by the time of a late effect those steps may have run anew (R9). */
  readonly needs: Readonly<Record<string, unknown>>;
  /** The input of the sub-saga that the step belongs to, as this attempt saw it (R24). */
  readonly input: unknown;
  /** Whether its effect came. */
  landed: boolean;
}
export interface LateEffect {
  readonly attempt: number;
  readonly effect: unknown;
}

/** One backward recovery, from the failure to its end or to the next time the execution goes forward. */
export interface Unwinding {
  /** The steps of the stage that failed, last declared first: undone before everything else (R8). */
  readonly failed: readonly number[];
  nextFailed: number;
  /** Then every step that stands, from here down. */
  nextBelow: number;
  /** The step whose turn it is; −1: none is left. */
  target: number;
  /** Its compensation has answered, and with nothing that is granted: what is left is its fallback. */
  compensationAnswered: boolean;
  /** The compensation or fallback under way. */
  call: UndoCall | null;
  /** Those that failed for good, to be called again when that call is over (R27). */
  again: UndoCall[];
  /** Steps undone or passed over so far: a granted retry begins them anew (R11). */
  readonly passed: number[];
  readonly continued: { readonly step: number; readonly effect: unknown }[];
  retryGranted: boolean;
  /** The longest wait among the retries granted. */
  delayMs: number;
  /** Whether a failed step with a compensation to call answered with nothing that is granted (R12). */
  vetoed: boolean;
  /** Whether a failed step had nothing to answer with (R12). */
  unanswered: boolean;
  /** Whether all failed steps had their turn. */
  failedStepsDone: boolean;
  /** Whether the execution is to go forward again. */
  resume: boolean;
  /** A compensation failed for good and the answer was to stop. */
  stopped: boolean;
  /** The failed steps cannot go forward: to restore their stage's savepoint would take back what stands beside them (R21). */
  readonly besideWhatStands: boolean;
}

/** A wait for the next pass: what cancelling it takes back (R19). */
export interface PassWait {
  /** What the pass before ended with. */
  readonly failure: SagaFailure;
  /** Steps that are done only because it was granted that they continue. */
  readonly continued: readonly number[];
}

/** The savepoints of a transaction (R21). */
export interface Savepoints {
  /** The stage whose savepoint was set last, or restored since; −1: none. */
  stage: number;
  /** The stage whose savepoint is to be restored before anything else; `null`: none. */
  toRestore: number | null;
  /** What the execution goes forward again from, until that savepoint is restored: it is told of, should that fail. */
  goneForwardFrom: SagaFailure | null;
}

export interface Poison {
  readonly error: unknown;
}

export interface Settings {
  /** For compensations and fallbacks without a `@Retry` of their own. `null`: one attempt (R15). */
  readonly compensationRetry: RetryPolicy | null;
  /** Whether the forward steps run in a database transaction, and whether that has savepoints (R21). */
  readonly transaction: 'none' | 'plain' | 'savepoints';
  /** Whether to be stuck is a halt, which a person can repair, and no end: on a log (R27). */
  readonly haltsWhenStuck: boolean;
}

export type Phase =
  | 'new'
  | 'forward'
  | 'unwinding'
  /** Going forward again, after a wait that is not begun; then, one that is. */
  | 'pass-owed'
  | 'pass-waiting'
  /** A savepoint is being set or restored, on the way forward. */
  | 'at-savepoint'
  | 'committing'
  | 'rolling-back'
  /** Stuck, until a person repairs it. */
  | 'halted'
  | 'ended';

export interface ExecutionState {
  readonly layout: Layout;
  readonly settings: Settings;
  phase: Phase;
  readonly steps: StepState[];
  /** The stage that is being worked on; the number of stages when all are done. */
  stage: number;
  /** Steps of this stage that are not done. */
  unfinished: number;
  /** Steps of this stage that run, wait for their next attempt, or are overdue. */
  unsettled: number;
  /** How many siblings each step of this stage still waits for; filled where a stage has such needs. */
  readonly siblingsAwaited: number[];
  /** Steps that something can be ordered for, first come first served; `agendaAt` is its head. Emptied by a failure. */
  agenda: number[];
  agendaAt: number;
  /** Steps between two attempts. */
  readonly retrying: Set<number>;
  /** Steps to be run again because a worker is gone. */
  readonly interrupted: Set<number>;
  /** Passes of the execution so far, this one included (R11). */
  passes: number;
  /** Failures of steps since the execution last went forward, in the order they were recorded (R7). */
  failures: SagaFailure[];
  /** Errors of fallbacks since then, kept beside the failures (R12a). */
  fallbackErrors: StepFailure[];
  /** A step or a compensation aborted: every later retry and continue is void (R14). */
  aborted: boolean;
  /** Every later retry and continue is void (R19). */
  cancelled: boolean;
  /** Whether any step emitted anything (R20). */
  hasEmitted: boolean;
  /** What each sub-saga that was opened was last opened with, by path; `null`: none was (R24). */
  openedWith: Map<string, unknown> | null;
  /** Compensations that failed for good, in that order (R15). */
  leftovers: UndoCall[];
  /** It was stuck before: every later retry and continue is void (R27). */
  wasStuck: boolean;
  /** Nobody can run it: nothing is ordered until it is repaired, and its phase stays what it was (R27). `null`: it can be run. */
  poison: Poison | null;
  /** It is to end as it is (R27). */
  abandoned: boolean;
  unwinding: Unwinding | null;
  /** The wait before this pass, in milliseconds. */
  passDelayMs: number;
  /** Where there is one, until it is over. */
  passWait: PassWait | null;
  /** `over`: it was committed or rolled back. */
  transaction: 'none' | 'open' | 'over';
  /** Nothing that goes forward may be committed any more: an attempt in doubt may still write, or the transaction failed (R21). */
  transactionSpoilt: boolean;
  readonly savepoints: Savepoints;
  readonly doubtful: DoubtfulRound[];
  end: EndStatus | null;
}

export function initialState(graph: SagaGraph, settings: Settings): ExecutionState {
  return {
    layout: layoutOf(graph),
    settings,
    phase: 'new',
    steps: graph.steps.map(newStep),
    stage: 0,
    unfinished: 0,
    unsettled: 0,
    siblingsAwaited: [],
    agenda: [],
    agendaAt: 0,
    retrying: new Set(),
    interrupted: new Set(),
    passes: 1,
    failures: [],
    fallbackErrors: [],
    aborted: false,
    cancelled: false,
    hasEmitted: false,
    openedWith: null,
    leftovers: [],
    wasStuck: false,
    poison: null,
    abandoned: false,
    unwinding: null,
    passDelayMs: 0,
    passWait: null,
    transaction: settings.transaction === 'none' ? 'none' : 'open',
    transactionSpoilt: false,
    savepoints: { stage: -1, toRestore: null, goneForwardFrom: null },
    doubtful: [],
    end: null,
  };
}

function newStep(): StepState {
  return {
    status: 'idle',
    round: 1,
    attempt: 0,
    uncounted: 0,
    inDoubt: false,
    outcome: 'succeeded',
    effect: undefined,
    effectKnown: false,
    error: undefined,
    delayMs: 0,
    undos: 0,
    events: none,
  };
}

/** What emitted nothing. One for all: there is one for each step. */
export const none: readonly never[] = Object.freeze([]);

export function nodeAt(state: ExecutionState, step: number): StepNode {
  return state.layout.graph.steps[step]!;
}

export function isDone(step: StepState): boolean {
  return step.status === 'succeeded' || step.status === 'skipped';
}

/** Begun, and neither undone nor begun anew since. */
export function stands(step: StepState): boolean {
  return isDone(step) || step.status === 'failed';
}

/** Whether it is skipped with the whole sub-saga that it belongs to (R24). */
export function isOfSkippedSubSaga(state: ExecutionState, step: number): boolean {
  const opening = state.layout.openingOf[step]!;
  return opening >= 0 && state.steps[opening]!.status === 'skipped';
}

/** Whether undoing this step calls its compensation (R4, R9). */
export function hasCompensationToCall(state: ExecutionState, step: number): boolean {
  const { compensation } = nodeAt(state, step);
  const { status, effectKnown } = state.steps[step]!;
  return compensation !== null && status !== 'skipped' && (effectKnown || !compensation.requiresEffect);
}

/** Whether a compensation failed for good: from then on nothing goes forward again (R15). */
export function isStuck(state: ExecutionState): boolean {
  return state.leftovers.length > 0;
}

/** Whether nothing goes on until a person repairs it (R27). */
export function isHalted({ phase, poison }: ExecutionState): boolean {
  return phase === 'halted' || poison !== null;
}

/** Whether a retry or a continue can be granted at all, from here on (R14, R15, R19, R21, R27). */
export function mayGoForward(state: ExecutionState): boolean {
  if (state.aborted || state.cancelled || state.wasStuck || isStuck(state)) return false;
  return state.transaction === 'none' || canBeTakenBack(state);
}

/** What went through the transaction since a stage began can be taken back, and what then goes forward be committed (R21). */
function canBeTakenBack({ settings, transaction, transactionSpoilt }: ExecutionState): boolean {
  return settings.transaction === 'savepoints' && transaction === 'open' && !transactionSpoilt;
}
