import type { CompensationBegun } from './events.js';
import { beginNewRound, doubtfulRound, undosOf } from './rounds.js';
import type { DoubtfulRound, ExecutionState } from './state.js';
import { nodeAt } from './state.js';
import { newCall } from './undo-call.js';

// Effects that come after all (R5a). An attempt that was given up in doubt leaves its round here; when it settles with an effect
// that its compensation did not get, that effect is compensated, beside whatever else the execution does, its end included.

/** The step's attempt was given up in doubt and still runs: keeps what undoing its effect would take. */
export function markDoubtful(state: ExecutionState, index: number): void {
  const { compensation } = nodeAt(state, index);
  const { round, error } = state.steps[index]!;
  if (compensation === null || doubtfulRound(state, index, round) !== undefined) return;
  const needs = new Map(compensation.needs.map((name) => [name, state.steps[state.layout.indexOf.get(name)!]!.effect]));
  state.doubtful.push({ step: index, round, error, failure: state.failures[0]!, needs, effects: [], undos: 0, call: null });
}

/** Answers whether such an effect could come; if not, nothing has changed. */
export function lateEffectArrived(state: ExecutionState, index: number, round: number, effect: unknown): boolean {
  const doubtful = doubtfulRound(state, index, round);
  if (doubtful === undefined) return false;
  const step = state.steps[index]!;
  if (step.round === round && step.status === 'failed' && !step.effectKnown) {
    // In time: its compensation was not called yet, and gets it.
    step.effect = effect;
    step.effectKnown = true;
    if (step.outcome === 'in-doubt') step.outcome = 'timed-out';
  } else {
    doubtful.effects.push(effect);
  }
  return true;
}

/** The round whose late effect is to be compensated now, if there is one. */
export function roundWithDueEffect(state: ExecutionState): DoubtfulRound | undefined {
  return state.doubtful.find((doubtful) => doubtful.call === null && doubtful.effects.length > 0 && isOver(state, doubtful));
}

/** Whether a late compensation is under way or due: the end waits for it. */
export function hasLateWork(state: ExecutionState): boolean {
  return state.doubtful.some((doubtful) => doubtful.call !== null) || roundWithDueEffect(state) !== undefined;
}

export function lateCompensationBegun(state: ExecutionState, index: number, event: CompensationBegun): boolean {
  const doubtful = roundWithDueEffect(state);
  if (doubtful?.step !== index || doubtful.round !== event.round) return false;
  if (event.undo !== undosOf(state, doubtful) + 1 || event.attempt !== 1) return false;
  const step = state.steps[index]!;
  if (step.round === event.round) step.undos = event.undo;
  else doubtful.undos = event.undo;
  lateEffectsHandled(state, index, event.round, event.effect);
  doubtful.call = newCall('compensation', index, event.round, event.undo, event.effect, true);
  // Passed over, and to be begun anew under this very key: now that its compensation is called, it needs a new one (R11).
  if (step.round === event.round && step.status === 'idle') beginNewRound(state, index);
  return true;
}

/** The compensation is being called with this effect: the same one is not compensated again. */
export function lateEffectsHandled(state: ExecutionState, index: number, round: number, effect: unknown): void {
  const doubtful = doubtfulRound(state, index, round);
  if (doubtful === undefined) return;
  const others = doubtful.effects.filter((other) => !Object.is(other, effect));
  doubtful.effects.splice(0, doubtful.effects.length, ...others);
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
    case 'succeeded':
      return step.outcome === 'continued';
    default:
      return false;
  }
}
