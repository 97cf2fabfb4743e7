import type { SagaEvent } from '../kernel/events.js';
import type { StepRun } from '../kernel/judge.js';
import { stepReturned } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import type { Codec } from './codec/codec.js';

// Effects that came to a worker when it had lost the execution (R5a): it puts them into the inbox, and whoever owns the execution by then
// records them. They have lost their identity on the way, so the same effect is known by its text.

export interface LateEffectReport extends StepRun {
  readonly effect: unknown;
}

/** What is to be told of an event that can no longer be recorded: an effect that somebody may have to undo; `null`: nothing. */
export function lateEffectIn(state: ExecutionState, event: SagaEvent | null): LateEffectReport | null {
  switch (event?.type) {
    case 'late-effect':
      return { step: event.step, round: event.round, attempt: event.attempt, effect: event.effect };
    case 'step-succeeded':
    case 'step-landed': {
      const { round, attempt } = state.steps[state.layout.indexOf.get(event.step)!]!;
      return { step: event.step, round, attempt, effect: event.effect };
    }
    default:
      return null;
  }
}

/** The event that such a report is; `null`: it means nothing, because the outcome of that very run is known. */
export function judgeLateEffect(state: ExecutionState, { effect, ...run }: LateEffectReport): SagaEvent | null {
  if (!state.layout.indexOf.has(run.step)) return null;
  const event = stepReturned(state, run, effect);
  return event?.type === 'late-effect' ? event : null;
}

/** The event with the very object that the execution holds already, where that is the same effect: so it is compensated once (R25). */
export function withKnownEffect(state: ExecutionState, codec: Codec, event: SagaEvent): SagaEvent {
  if (event.type !== 'late-effect' && event.type !== 'step-succeeded' && event.type !== 'step-landed') return event;
  if (typeof event.effect !== 'object' || event.effect === null || state.doubtful.length === 0) return event;
  const index = state.layout.indexOf.get(event.step)!;
  const step = state.steps[index]!;
  const round = event.type === 'late-effect' ? event.round : step.round;
  const doubtful = state.doubtful.find((one) => one.step === index && one.round === round);
  if (doubtful === undefined) return event;
  const standing = step.round === round && step.effectKnown ? [step.effect] : [];
  const text = codec.encode(event.effect, Infinity);
  const known = [...standing, ...doubtful.undone, ...doubtful.effects.map(({ effect }) => effect)];
  const same = known.find((one) => typeof one === 'object' && one !== null && codec.encode(one, Infinity) === text);
  return same === undefined ? event : { ...event, effect: same };
}
