import { effectsNeeded, subSagaInput } from './effects.js';
import type { CompensationBegun, Outcome } from './events.js';
import { beginNewRound, doubtfulRound, undosOf } from './rounds.js';
import type { DoubtfulAttempt, DoubtfulRound, ExecutionState, LateEffect, SagaFailure, UndoCall } from './state.js';
import { nodeAt } from './state.js';
import { newCall } from './undo-call.js';

// Effects that come after all (R5a). An attempt that was given up in doubt leaves its round here; when it settles with an effect
// that its compensation did not get, that effect is compensated, beside whatever else the execution does, its end included.

/** The step's attempt was given up in doubt, or its worker, and may still run: keeps what undoing its effect would take. */
export function markDoubtful(state: ExecutionState, index: number, lateOutcome: Outcome): void {
  const node = nodeAt(state, index);
  const { compensation } = node;
  if (compensation === null) return;
  const { round, attempt, error } = state.steps[index]!;
  if (lastAttempt(state, index) !== undefined) return; // it was interrupted
  let doubtful = doubtfulRound(state, index, round);
  if (doubtful === undefined) {
    doubtful = { step: index, round, attempts: new Map(), effects: [], undone: [], undos: 0, call: null, again: [] };
    state.doubtful.push(doubtful);
  }
  const needs = effectsNeeded(state, compensation.needs);
  const input = subSagaInput(state, node);
  doubtful.attempts.set(attempt, { error, lateOutcome, failure: state.failures[0], needs, input, landed: false });
}

/** Attempts that were interrupted when nothing had failed: this is what their effects would be undone for. */
export function failureToTell(state: ExecutionState, failure: SagaFailure): void {
  for (const { attempts } of state.doubtful) for (const attempt of attempts.values()) attempt.failure ??= failure;
}

/** Answers whether such an effect could come; if not, nothing has changed. */
export function lateEffectArrived(state: ExecutionState, index: number, late: LateEffect & { readonly round: number }): boolean {
  const { round, attempt, effect } = late;
  const doubtful = doubtfulRound(state, index, round);
  const doubtfulAttempt = doubtful?.attempts.get(attempt);
  if (doubtful === undefined || doubtfulAttempt === undefined || doubtfulAttempt.landed) return false;
  doubtfulAttempt.landed = true;
  const step = state.steps[index]!;
  const turnIsToCome = step.status === 'failed' && !isLeftStanding(state);
  if (step.round === round && step.attempt === attempt && turnIsToCome && !step.effectKnown) {
    // In time: its compensation was not called yet, and gets it.
    effectFoundOut(state, index, effect);
  } else if (!doubtful.undone.some((undone) => Object.is(undone, effect))) {
    doubtful.effects.push({ attempt, effect });
  }
  return true;
}

/** What the step gave is known now, before its compensation is called: it came late, or a person found it out (R27). */
export function effectFoundOut(state: ExecutionState, index: number, effect: unknown): void {
  const step = state.steps[index]!;
  step.effect = effect;
  step.effectKnown = true;
  // Where nothing of the attempt is kept, it rejected within its grace: it had timed out.
  if (step.outcome === 'in-doubt') step.outcome = lastAttempt(state, index)?.lateOutcome ?? 'timed-out';
}

function lastAttempt(state: ExecutionState, index: number): DoubtfulAttempt | undefined {
  const { round, attempt } = state.steps[index]!;
  return doubtfulRound(state, index, round)?.attempts.get(attempt);
}

/** The step's interrupted attempt is not run again: its effect, where that came since, is in time for the compensation (R26). */
export function takeEffectOfLastAttempt(state: ExecutionState, index: number): void {
  const { round, attempt } = state.steps[index]!;
  const doubtful = doubtfulRound(state, index, round);
  const came = doubtful?.effects.find((late) => late.attempt === attempt);
  if (doubtful === undefined || came === undefined) return;
  doubtful.effects = doubtful.effects.filter((late) => late !== came);
  effectFoundOut(state, index, came.effect);
}

/** The round whose late effect is to be compensated now, if there is one. */
export function roundWithDueEffect(state: ExecutionState): DoubtfulRound | undefined {
  return state.doubtful.find((doubtful) => doubtful.call === null && doubtful.effects.length > 0 && isOver(state, doubtful));
}

/** Whether a late compensation is under way or due: the end waits for it. */
export function hasLateWork(state: ExecutionState): boolean {
  return state.doubtful.some((doubtful) => doubtful.call !== null) || roundWithDueEffect(state) !== undefined;
}

/** Whether a late compensation of the same round is under way: a repaired one awaits it (R27). */
export function isBesideItself(state: ExecutionState, { late, step, round }: UndoCall): boolean {
  return !late && (doubtfulRound(state, step, round)?.call ?? null) !== null;
}

export function lateCompensationBegun(state: ExecutionState, index: number, event: CompensationBegun): boolean {
  const doubtful = roundWithDueEffect(state);
  if (doubtful?.step !== index || doubtful.round !== event.round) return false;
  if (event.undo !== undosOf(state, doubtful) + 1 || event.attempt !== 1) return false;
  const step = state.steps[index]!;
  if (step.round === event.round) step.undos = event.undo;
  else doubtful.undos = event.undo;
  doubtful.call = newCall('compensation', index, event.round, event.undo, event.effect, doubtful.effects[0]!.attempt);
  lateEffectHandled(state, index, event.round, event.effect);
  // Passed over, and to be begun anew under this very key: now that its compensation is called, it needs a new one (R11).
  if (step.round === event.round && step.status === 'idle') beginNewRound(state, index);
  return true;
}

/** The compensation is being called with this effect: the same one, here or still to come, is not compensated again. */
export function lateEffectHandled(state: ExecutionState, index: number, round: number, effect: unknown): void {
  const doubtful = doubtfulRound(state, index, round);
  if (doubtful === undefined) return;
  doubtful.undone.push(effect);
  doubtful.effects = doubtful.effects.filter((late) => !Object.is(late.effect, effect));
}

/**
 * Whether nothing of this round runs or stands any more. A round that was passed over and begun anew under the same key is open
 * again: what comes late then is a duplicate of its effect, and is compensated when the round itself is undone.
 */
function isOver(state: ExecutionState, { step: index, round }: DoubtfulRound): boolean {
  const step = state.steps[index]!;
  if (step.round > round) return true;
  switch (step.status) {
    case 'idle':
    case 'undone':
    case 'remaining':
      return true;
    case 'failed':
      return isLeftStanding(state);
    case 'succeeded':
      // It stands with another effect, or, where a later run skipped, with none that is known.
      return step.outcome === 'continued' || !step.effectKnown;
    default:
      return false;
  }
}

/** A compensation failed for good and nothing else is undone: the turn of what still stands does not come (R15), unless by a repair. */
function isLeftStanding(state: ExecutionState): boolean {
  return state.unwinding?.stopped === true && !state.settings.haltsWhenStuck;
}
