import { localName, subPath } from '../graph/paths.js';
import { ownRecord, setOwn } from './own-property.js';
import type { ExecutionState } from './state.js';
import { isDone, nodeAt, none } from './state.js';

// What a step gave, as others see it. A step that opens a sub-saga gave that saga's input: to the steps of the sub-saga that is their
// input, and to everybody else its effect is what the sub-saga came to (R24).

/** The effect that the step stands with. */
export function effectOf(state: ExecutionState, index: number): unknown {
  const { name, opens } = nodeAt(state, index);
  const { status, effect } = state.steps[index]!;
  if (opens === null) return effect;
  if (status === 'skipped') return undefined;
  if (opens.effect !== null) return effectAt(state, subPath(name, opens.effect));
  return ownRecord(definedEffects(state, state.layout.stepsWithin.get(name)!));
}

export function effectAt(state: ExecutionState, path: string): unknown {
  return effectOf(state, state.layout.indexOf.get(path)!);
}

/** By the names that the steps have in their own saga; of those that returned nothing there are none. */
function definedEffects(state: ExecutionState, steps: readonly number[]): [name: string, effect: unknown][] {
  const effects: [string, unknown][] = [];
  for (const index of steps) {
    const effect = effectOf(state, index);
    if (effect !== undefined) effects.push([localName(nodeAt(state, index).name), effect]);
  }
  return effects;
}

/** The effects of a completed saga, or of one of its sub-sagas, by name; of steps that returned nothing there are none. */
export function effectsWithin(state: ExecutionState, within: string): Record<string, unknown> {
  return ownRecord(definedEffects(state, state.layout.stepsWithin.get(within)!));
}

/** What a method named in its needs, by the names that these steps have in its own saga. */
export function effectsNeeded(state: ExecutionState, needs: readonly string[]): Record<string, unknown> {
  const effects: Record<string, unknown> = {};
  for (const path of needs) setOwn(effects, localName(path), effectAt(state, path));
  return effects;
}

/** The input of the sub-saga that the step belongs to; `undefined` for a step of the saga itself. */
export function subSagaInput(state: ExecutionState, index: number): unknown {
  const opening = state.layout.openingOf[index]!;
  return opening < 0 ? undefined : state.steps[opening]!.effect;
}

/** What was emitted by the runs that made the effects that stand, in declaration order (R20). */
export function emittedEvents(state: ExecutionState): readonly unknown[] {
  if (!state.hasEmitted) return none;
  return state.steps.flatMap((step) => (isDone(step) && step.outcome === 'succeeded' ? step.events : []));
}
