import type { DoubtfulRound, ExecutionState } from './state.js';

/** The round, if an attempt of it was given up in doubt (R5a). */
export function doubtfulRound(state: ExecutionState, step: number, round: number): DoubtfulRound | undefined {
  return state.doubtful.find((doubtful) => doubtful.step === step && doubtful.round === round);
}

/** Distinct effects that this round's compensation was called for: the step counts its own round's, a past round keeps its count. */
export function undosOf(state: ExecutionState, doubtful: DoubtfulRound): number {
  const step = state.steps[doubtful.step]!;
  return step.round === doubtful.round ? step.undos : doubtful.undos;
}

/** Its compensation was called: whatever the step does next is under a new key (R11, R25). */
export function beginNewRound(state: ExecutionState, index: number): void {
  const step = state.steps[index]!;
  const past = doubtfulRound(state, index, step.round);
  if (past !== undefined) past.undos = step.undos;
  step.round += 1;
  step.attempt = 0;
  step.undos = 0;
  step.inDoubt = false;
}
