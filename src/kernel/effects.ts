import { subPath } from '../graph/paths.js';
import type { StepNode } from '../graph/saga-graph.js';
import { setOwn } from './own-property.js';
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
  return opens.effect === null ? effectsWithin(state, name) : effectAt(state, subPath(name, opens.effect));
}

export function effectAt(state: ExecutionState, path: string): unknown {
  return effectOf(state, state.layout.indexOf.get(path)!);
}

/** The effects of a completed saga, or of one of its sub-sagas, by name; of steps that returned nothing there are none. */
export function effectsWithin(state: ExecutionState, within: string): Record<string, unknown> {
  const effects: Record<string, unknown> = {};
  for (const index of state.layout.stepsWithin.get(within)!) {
    const effect = effectOf(state, index);
    if (effect !== undefined) setOwn(effects, state.layout.localNames[index]!, effect);
  }
  return effects;
}

/** What a method named in its needs, by the names that these steps have in its own saga; frozen, for a round keeps what it saw. */
export function effectsNeeded(state: ExecutionState, needs: readonly string[]): Readonly<Record<string, unknown>> {
  const effects: Record<string, unknown> = {};
  for (const path of needs) {
    const index = state.layout.indexOf.get(path)!;
    setOwn(effects, state.layout.localNames[index]!, effectOf(state, index));
  }
  return Object.freeze(effects);
}

/** The input of the sub-saga that the step belongs to; `undefined` for a step of the saga itself. */
export function subSagaInput(state: ExecutionState, { within }: StepNode): unknown {
  return within === '' ? undefined : state.steps[state.layout.indexOf.get(within)!]!.effect;
}

/** What the runs emitted whose effects stand, in declaration order: those of the sub-saga at `within`, or with `''` all (R20). */
export function emittedEvents(state: ExecutionState, within: string): readonly unknown[] {
  if (!state.hasEmitted) return none;
  const events = state.steps.flatMap((step, index) => {
    const isWithin = within === '' || nodeAt(state, index).name.startsWith(`${within}/`);
    return isWithin && isDone(step) && step.outcome === 'succeeded' ? step.events : [];
  });
  return Object.freeze(events);
}
