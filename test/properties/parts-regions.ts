import { compile } from 'class-saga';
import type { SagaGraph } from 'class-saga';
import type { Observation } from './observation.js';
import { eventsOf } from './observation.js';

/** Where the rules about sub-sagas and step classes get interesting (R24). */
export type PartsRegion = keyof typeof partsRegions;

/** Whether a split execution was there. */
export const partsRegions = {
  'completed with a sub-saga': (seen: Observation) => seen.settled.status === 'completed' && opensAny(seen),
  'three deep': (seen: Observation) => graphOf(seen).steps.some(({ name }) => depthOf(name) === 3),
  'one effect for the whole': (seen: Observation) => graphOf(seen).steps.some(({ opens }) => opens !== null && opens.effect !== null),
  'a sub-saga needed by a later step': (seen: Observation) => {
    const { steps } = graphOf(seen);
    return steps.some(({ needs }) => needs.some((need) => steps.find(({ name }) => name === need)!.opens !== null));
  },
  'a sub-saga that needs something': (seen: Observation) =>
    graphOf(seen).steps.some(({ opens, needs }) => opens !== null && needs.length > 0),
  'a sub-saga skipped': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'step-skipped' && isOpening(event.step)),
  'an opening that failed': (seen: Observation) => eventsOf(seen).some((event) => event.type === 'step-failed' && isOpening(event.step)),
  'a failure in a sub-saga': (seen: Observation) =>
    eventsOf(seen).some((event) => (event.type === 'step-failed' || event.type === 'step-timed-out') && depthOf(event.step) > 0),
  'a sub-saga begun anew from within': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.anew.length > 0 && event.anew.every(isInSubSaga)),
  'a sub-saga begun anew as a whole': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'forward-resumed' && event.anew.some(isOpening)),
  'a late compensation in a sub-saga': (seen: Observation) =>
    eventsOf(seen).some((event) => event.type === 'compensation-begun' && event.late && depthOf(event.step) > 0),
  'cancelled in a sub-saga': (seen: Observation) =>
    eventsOf(seen).some(({ type }, place, events) => type === 'execution-cancelled' && isWithin(events[place - 1])),
  'a step class in a sub-saga': (seen: Observation) =>
    graphOf(seen).steps.some(({ stepClass, within }) => stepClass !== null && within !== ''),
  'a step class undone': (seen: Observation) => isOfStepClass(seen, 'compensation-begun'),
  'a fallback of a step class': (seen: Observation) => isOfStepClass(seen, 'fallback-begun'),
  'events published from a sub-saga': ({ log, ...seen }: Observation) => opensAny(seen) && log.some(({ type }) => type === 'published'),
} as const satisfies Record<string, (seen: Observation) => boolean>;

function graphOf({ saga }: Pick<Observation, 'saga'>): SagaGraph {
  return compile(saga);
}

function opensAny(seen: Pick<Observation, 'saga'>): boolean {
  return graphOf(seen).subSagas.length > 0;
}

function depthOf(path: string): number {
  return path.split('/').length - 1;
}

function isInSubSaga(path: string): boolean {
  return depthOf(path) > 0;
}

function isOpening(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('g');
}

function isWithin(event: object | undefined): boolean {
  return event !== undefined && 'step' in event && depthOf(event.step as string) > 0;
}

function isOfStepClass(seen: Observation, type: 'compensation-begun' | 'fallback-begun'): boolean {
  const { steps } = graphOf(seen);
  return eventsOf(seen).some((event) => event.type === type && steps.find(({ name }) => name === event.step)!.stepClass !== null);
}
