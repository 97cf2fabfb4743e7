import { unreachable } from '../errors/unreachable.js';
import { dueEnd } from './end.js';
import type { Repair, RepairEvent, SagaEvent } from './events.js';
import { effectFoundOut, lateEffectHandled } from './late-effects.js';
import { remainingSteps } from './outcome.js';
import { doubtfulRound, undosOf } from './rounds.js';
import type { DoubtfulRound, ExecutionState, UndoCall, Unwinding } from './state.js';
import { isHalted, stands } from './state.js';
import { newCall, toBeCalled } from './undo-call.js';
import { turnToNext } from './unwinding.js';

// Halts and repairs of an execution on a log (R27). Stuck, it waits for a person; poisoned, nobody can run it at all. A repair goes on
// undoing what remains, or ends it as it is; once it was stuck, nothing goes forward any more.

/** Whether it is to halt now, where without a log it would end. */
export function isDueToHalt(state: ExecutionState): boolean {
  return state.settings.haltsWhenStuck && !state.abandoned && state.transaction !== 'open' && dueEnd(state) === 'stuck';
}

/** In a transaction of the caller's it is not: no other process could go on with it. */
export function mayBePoisoned({ settings, transaction, phase, poison, abandoned }: ExecutionState): boolean {
  return settings.haltsWhenStuck && transaction !== 'open' && phase !== 'new' && phase !== 'ended' && poison === null && !abandoned;
}

export function executionHalted(state: ExecutionState, event: Extract<RepairEvent, { type: 'execution-halted' }>): boolean {
  if (event.because === 'poisoned') {
    if (!mayBePoisoned(state)) return false;
    state.poison = { error: event.error };
    return true;
  }
  if (!isDueToHalt(state)) return false;
  state.phase = 'halted';
  state.wasStuck = true;
  return true;
}

/** What only an order makes happen: nothing of it can while the execution is poisoned. */
export function isOrdered({ type }: SagaEvent): boolean {
  return ordered.has(type);
}

const ordered: ReadonlySet<SagaEvent['type']> = new Set<SagaEvent['type']>([
  'step-begun', 'step-passed-over', 'unwinding-begun', 'forward-resumed', 'compensation-begun', 'compensation-error-asked',
  'fallback-begun', 'wait-begun', 'execution-ended',
]);

/** In a sentence, by the names that the saga's author gave; `null`: it can be done. */
export function whyNotRepaired(state: ExecutionState, repair: Repair): string | null {
  const { saga } = state.layout.graph;
  if (state.abandoned || state.phase === 'ended') return `${saga} has ended.`;
  if (!isHalted(state)) return `${saga} is not stuck.`;
  if (repair.kind === 'retry' || repair.kind === 'abandon') return null;
  if (state.poison !== null) return `${saga} cannot be run, which no repair of a step mends: it can be retried or abandoned.`;
  const remaining = new Set(remainingSteps(state).map(({ step }) => step));
  if (remaining.has(repair.step)) return null;
  return `'${repair.step}' does not remain to be undone. What remains: ${[...remaining].join(', ')}.`;
}

export function executionRepaired(state: ExecutionState, repair: Repair): boolean {
  if (whyNotRepaired(state, repair) !== null) return false;
  switch (repair.kind) {
    case 'abandon':
      state.abandoned = true;
      state.poison = null;
      state.phase = 'halted';
      return true;
    case 'retry':
      if (state.poison === null) callLeftoversAgain(state);
      else state.poison = null;
      return true;
    case 'skip':
      undoneByHand(state, state.layout.indexOf.get(repair.step)!);
      return true;
    case 'resolve':
      undoWith(state, state.layout.indexOf.get(repair.step)!, repair.effect);
      return true;
    default:
      return unreachable(repair);
  }
}

function callLeftoversAgain(state: ExecutionState): void {
  const unwinding = state.unwinding!;
  for (const call of state.leftovers.map(toBeCalled)) {
    if (call.late) callLate(doubtfulRound(state, call.step, call.round)!, call);
    else unwinding.again.push(call);
  }
  state.leftovers = [];
  unwinding.stopped = false;
  goOn(state, unwinding);
}

function undoneByHand(state: ExecutionState, index: number): void {
  const step = state.steps[index]!;
  effectIsSeenTo(state, index);
  if (step.status === 'remaining' || (stands(step) && step.status !== 'skipped')) step.status = 'undone';
  state.leftovers = state.leftovers.filter((call) => call.step !== index);
  if (state.leftovers.length === 0) goOn(state, state.unwinding!);
}

/** By hand, or as it is given now: should the effect that the step stands with come late as well, it is not undone again (R25). */
function effectIsSeenTo(state: ExecutionState, index: number): void {
  const { round, effect, effectKnown, outcome } = state.steps[index]!;
  if (effectKnown && outcome !== 'continued') lateEffectHandled(state, index, round, effect);
}

/** Calls its compensation with this effect, in place of what failed for good with another. */
function undoWith(state: ExecutionState, index: number, effect: unknown): void {
  const failed = state.leftovers.find((call) => call.step === index);
  state.leftovers = state.leftovers.filter((call) => call !== failed);
  const step = state.steps[index]!;
  const { round, lateAttempt } = failed ?? { round: step.round, lateAttempt: 0 };
  const doubtful = doubtfulRound(state, index, round);
  const undo = (doubtful === undefined ? step.undos : undosOf(state, doubtful)) + 1;
  if (step.round === round) step.undos = undo;
  else doubtful!.undos = undo;
  effectIsSeenTo(state, index);
  lateEffectHandled(state, index, round, effect);
  const call = toBeCalled({ ...newCall('compensation', index, round, undo, effect, lateAttempt), attempt: 0 });
  if (call.late) {
    callLate(doubtful!, call);
  } else {
    effectFoundOut(state, index, effect);
    state.unwinding!.again.push(call);
  }
  goOn(state, state.unwinding!);
}

function goOn(state: ExecutionState, unwinding: Unwinding): void {
  state.phase = 'unwinding';
  goOnUndoing(state, unwinding);
}

/** First what a repair has to be called, one after another; then, unless it stopped with something left over, what stands (R8). */
export function goOnUndoing(state: ExecutionState, unwinding: Unwinding): void {
  const call = unwinding.again.shift();
  if (call !== undefined) {
    unwinding.call = call;
    return;
  }
  if (state.leftovers.length === 0) unwinding.stopped = false;
  if (!unwinding.stopped) turnToNext(state, unwinding);
}

/** What a repair had called has undone the step. */
export function undoneAfterRepair(state: ExecutionState, unwinding: Unwinding, index: number): void {
  state.steps[index]!.status = 'undone';
  goOnUndoing(state, unwinding);
}

/** A compensation failed for good, and nothing else is undone: what a repair had to be called after it is left over as well. */
export function stop(state: ExecutionState, unwinding: Unwinding): void {
  unwinding.stopped = true;
  unwinding.target = -1;
  state.leftovers.push(...unwinding.again);
  unwinding.again = [];
}

/** One at a time of each round. */
function callLate(doubtful: DoubtfulRound, call: UndoCall): void {
  if (doubtful.call === null) doubtful.call = call;
  else doubtful.again.push(call);
}

export function lateCallIsOver(doubtful: DoubtfulRound): void {
  doubtful.call = doubtful.again.shift() ?? null;
}
