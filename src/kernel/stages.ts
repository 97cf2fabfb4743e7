import type { ExecutionState } from './state.js';
import { isDone } from './state.js';

// Forward order (R1, R2): stage after stage; within one, a step may begin when the siblings it needs are done.

/** Makes this the stage to work on, or the first after it that has something left to do. */
export function enterStage(state: ExecutionState, stage: number): void {
  const { firstOfStage, siblingsNeeded } = state.layout;
  state.agenda = [];
  state.agendaAt = 0;
  state.stage = stage;
  state.unfinished = 0;
  while (state.stage < firstOfStage.length - 1) {
    const end = firstOfStage[state.stage + 1]!;
    for (let index = firstOfStage[state.stage]!; index < end; index++) {
      if (isDone(state.steps[index]!)) continue;
      state.unfinished += 1;
      if (siblingsNeeded[index] === 0 || countAwaited(state, index) === 0) state.agenda.push(index);
    }
    if (state.unfinished > 0) return;
    state.stage += 1;
  }
}

/** Moves on to what this step's being done makes possible. */
export function moveOnAfter(state: ExecutionState, index: number): void {
  state.unfinished -= 1;
  if (state.failures.length > 0) return;
  for (const dependent of state.layout.dependentSiblings[index]!) {
    state.siblingsAwaited[dependent]! -= 1;
    if (state.siblingsAwaited[dependent] === 0) putOnAgenda(state, dependent);
  }
  if (state.unfinished === 0) enterStage(state, state.stage + 1);
}

/** Something can be ordered for this step: to begin, to wait for its next attempt, or that attempt. After a failure, nothing can (R7). */
export function putOnAgenda(state: ExecutionState, index: number): void {
  if (state.failures.length === 0) state.agenda.push(index);
}

/** Whether this step is the next that something is ordered for. */
export function isNext(state: ExecutionState, index: number): boolean {
  return state.agenda[state.agendaAt] === index;
}

export function takeFromAgenda(state: ExecutionState): void {
  state.agendaAt += 1;
}

/** After a failure nothing begins (R7); going forward enters the stage anew. */
export function giveUpWhatHasNotBegun(state: ExecutionState): void {
  state.agenda = [];
  state.agendaAt = 0;
}

function countAwaited(state: ExecutionState, index: number): number {
  const { graph, indexOf } = state.layout;
  const { needs, stage } = graph.steps[index]!;
  let awaited = 0;
  for (const name of needs) {
    const needed = indexOf.get(name)!;
    if (graph.steps[needed]!.stage === stage && !isDone(state.steps[needed]!)) awaited += 1;
  }
  state.siblingsAwaited[index] = awaited;
  return awaited;
}
