import { isDeepStrictEqual } from 'node:util';
import { effectsWithin } from '../../../src/kernel/effects.js';
import { evolve } from '../../../src/kernel/evolve.js';
import { remainingSteps } from '../../../src/kernel/outcome.js';
import { plan } from '../../../src/kernel/plan.js';
import type { Observation } from '../observation.js';
import { eventsOf } from '../observation.js';
import { copyOf, stateAfter } from '../replay.js';
import { UnderWay } from '../under-way.js';

/** After any prefix of its events the execution has an order to give, awaits something, or has ended; and `plan` changes nothing. */
export function* everyPrefixHasAPlan(seen: Observation): Iterable<string> {
  const state = stateAfter(seen, []);
  const underWay = new UnderWay();
  const events = eventsOf(seen);
  for (const [place, event] of events.entries()) {
    evolve(state, event);
    underWay.see(event);
    const before = copyOf(state);
    const order = plan(state);
    if (!isDeepStrictEqual(plan(state), order)) yield `two plans after event ${place} differ`;
    if (!isDeepStrictEqual(state, before)) yield `the plan after event ${place} changes the state`;
    if (order === undefined && !underWay.isAwaited && state.end === null) {
      yield `nothing is ordered, awaited or over after event ${place}, ${event.type}`;
    }
    if (order !== undefined && place === events.length - 1) yield `${order.event.type} is ordered after the last event`;
  }
}

/** The events alone give the same end again, and the same state, however often they are added up. */
export function* eventsGiveTheSameEnd(seen: Observation): Iterable<string> {
  const { settled } = seen;
  const events = eventsOf(seen);
  const state = stateAfter(seen, events);
  if (!isDeepStrictEqual(stateAfter(seen, events), state)) yield 'the same events give another state';
  if (state.end !== settled.status) yield `the events end ${state.end}, and the execution ${settled.status}`;
  if (settled.status === 'completed' && !isDeepStrictEqual(effectsWithin(state, ''), settled.effects)) {
    yield 'the events give other effects';
  }
  const isSame = settled.status !== 'stuck'
    || isDeepStrictEqual(remainingSteps(stateAtTheEnd(seen)).map(summary), settled.remaining.map(summary));
  if (!isSame) yield 'the events say that others remain';
}

function stateAtTheEnd(seen: Observation) {
  const events = eventsOf(seen);
  return stateAfter(seen, events.slice(0, events.findIndex(({ type }) => type === 'execution-ended') + 1));
}

function summary({ step, effect, outcome }: { readonly step: string; readonly effect: unknown; readonly outcome: string }): unknown {
  return { step, effect, outcome };
}
