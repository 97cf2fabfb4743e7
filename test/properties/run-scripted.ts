import { SagaRunner } from 'class-saga';
import type { ObservedEvent, Observer, Report, Resolver, RunOptions, SagaClass, SagaEvent, SagaRunnerOptions, Scope } from 'class-saga';
import { ManualClock, settled } from '../support/manual-clock.js';
import type { Observation } from './observation.js';
import { Recorder } from './recorder.js';
import type { RunnerScript, SagaScript } from './script.js';
import { scriptedClass } from './scripted-class.js';

/** More stops of the clock than any of these sagas can make. */
const maxStops = 20_000;

const unhandledRejections: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandledRejections.push(reason));

export interface Manner {
  /** Whether anybody is told of events: if not, there are none in the log. */
  readonly isObserved: boolean;
  /** Whether it might be cancelled, which nobody does: then it is not run on its straight course. */
  readonly isCancellable: boolean;
}

/** Runs a scripted saga through the public runner, to its end and until the last straggler has settled. */
export async function runScripted(
  script: SagaScript,
  saga = scriptedClass(script),
  random = randomFrom(script.seed),
  manner: Manner = { isObserved: true, isCancellable: false },
): Promise<Observation> {
  const clock = new ManualClock();
  const recorder = new Recorder(script, clock);
  const { errorHandler } = recorder;
  const heard: SagaEvent[] = [];
  const runner = new SagaRunner({
    clock,
    ...compensationRetryOf(script.runner),
    ...(errorHandler !== null && { onCompensationError: errorHandler }),
    random,
    publish: (events) => recorder.note({ type: 'published', events }),
    newId: () => 'execution',
    resolver: recordingResolver(recorder),
    observers: manner.isObserved ? observersOf(recorder, heard) : [],
  });
  const options = manner.isCancellable ? { signal: new AbortController().signal } : {};
  return { ...(await observe(runner, clock, saga, recorder, options)), heard };
}

export function compensationRetryOf({ compensationRetry }: RunnerScript): Pick<SagaRunnerOptions, 'compensationRetry'> {
  return compensationRetry === null ? {} : { compensationRetry };
}

function observersOf(recorder: Recorder, heard: SagaEvent[]): readonly Observer[] {
  return [
    (event) => {
      recorder.note(isReport(event) ? { type: 'report', report: event } : { type: 'event', event });
      recorder.canceller.told();
    },
    (event) => {
      if (!isReport(event)) heard.push(event);
    },
  ];
}

async function observe(
  runner: SagaRunner,
  clock: ManualClock,
  saga: SagaClass,
  recorder: Recorder,
  options: RunOptions,
): Promise<Omit<Observation, 'heard'>> {
  const unhandledBefore = unhandledRejections.length;
  let isOver = false;
  let listenersLeft = 0;
  const { canceller } = recorder;
  const settling = runner.settle(saga, recorder, { ...options, ...canceller.begin() }).finally(() => {
    isOver = true;
    listenersLeft = canceller.listeners;
  });
  settling.catch(() => {});
  let timersAtRest = 0;
  await settled();
  for (let stop = 0; clock.nextMs !== undefined; stop++) {
    if (isOver && recorder.awaitsNothing) timersAtRest = clock.pending - canceller.timers;
    if (stop === maxStops) throw new Error('the execution does not come to rest');
    await clock.advance(clock.nextMs - clock.monotonicMs());
  }
  if (!isOver) throw new Error('the execution waits for nothing and has not ended');
  await settled();
  return {
    script: recorder.script,
    saga,
    log: recorder.log,
    input: recorder,
    settled: await settling,
    cancelReason: canceller.reason,
    listenersLeft,
    timersAtRest,
    unhandledRejections: unhandledRejections.slice(unhandledBefore),
  };
}

const reports: Readonly<Record<Report['type'], true>> = {
  'answer-ignored': true,
  'publish-failed': true,
  'rollback-unconfirmed': true,
  incompatible: true,
  'not-taken-up': true,
  'late-effect-lost': true,
  'finally-failed': true,
  'error-handler-failed': true,
  'disposal-failed': true,
  'observer-failed': true,
};

export function isReport(event: ObservedEvent): event is Report {
  return event.type in reports;
}

function recordingResolver(recorder: Recorder): Resolver {
  return {
    open(saga: SagaClass): Scope {
      const instance = new (saga)();
      recorder.note({ type: 'scope-opened', instance });
      return { saga: instance, dispose: () => recorder.note({ type: 'scope-disposed', instance }) };
    },
  };
}

/** The mulberry32 generator: the same seed, the same draws. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
