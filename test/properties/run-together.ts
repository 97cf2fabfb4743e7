import { isDeepStrictEqual } from 'node:util';
import { SagaRunner } from 'class-saga';
import type { SagaEvent, Settled } from 'class-saga';
import { ManualClock } from '../support/manual-clock.js';
import type { Call, Entry } from './observation.js';
import { Recorder } from './recorder.js';
import { compensationRetryOf, isReport } from './run-scripted.js';
import type { RunnerScript, SagaScript } from './script.js';
import { scriptedClass } from './scripted-class.js';

/** What one execution among others did, told so that it can be compared: times from its own begin, nothing that names this execution. */
export type Story = readonly unknown[];

/** The same steps are the same class, so that executions share all that they may share. */
export type ScriptedRun = Pick<SagaScript, 'steps' | 'cancel'>;

interface Participant {
  readonly recorder: Recorder;
  readonly beganAtMs: number;
  readonly settling: Promise<Settled<object>>;
}

/**
 * Runs sagas with one runner on one clock, each begun a millisecond after the one before it, and all until the last straggler has
 * settled. No jitter: who draws when is no execution's own affair.
 */
export async function storiesOf(sagas: readonly ScriptedRun[], script: RunnerScript): Promise<readonly Story[]> {
  const clock = new ManualClock();
  const events = new Map<string, { readonly atMs: number; readonly event: SagaEvent }[]>();
  const participants: Participant[] = [];
  let ids = 0;
  const runner = new SagaRunner({
    clock,
    ...compensationRetryOf(script),
    ...(script.onCompensationError !== null && {
      onCompensationError: (about) => {
        const { recorder } = participants.find((one) => idOf(one.recorder) === about.execution.id)!;
        return recorder.errorHandler!(about);
      },
    }),
    random: () => 0.5,
    newId: () => `execution-${++ids}`,
    observers: [
      (event, { id }) => {
        if (isReport(event)) return;
        if (!events.has(id)) events.set(id, []);
        events.get(id)!.push({ atMs: clock.monotonicMs(), event });
      },
    ],
  });

  const classes = new Map(sagas.map(({ steps }) => [steps, scriptedClass({ steps })]));
  for (const { steps, cancel } of sagas) {
    const recorder = new Recorder({ steps, cancel, runner: script, seed: 0 }, clock);
    const settling = runner.settle(classes.get(steps)!, recorder, recorder.canceller.begin());
    participants.push({ recorder, beganAtMs: clock.monotonicMs(), settling });
    await clock.advance(1);
  }
  while (clock.nextMs !== undefined) await clock.advance(clock.nextMs - clock.monotonicMs());

  return Promise.all(
    participants.map(async ({ recorder, beganAtMs, settling }) => {
      const { id, ...settled } = await settling;
      const calls = recorder.log.map((entry) => told(entry, beganAtMs));
      const observed = (events.get(id) ?? []).map(({ atMs, event }) => ({ atMs: atMs - beganAtMs, event }));
      return anonymous([calls, observed, settled], id) as Story;
    }),
  );
}

export function areSame(some: Story, others: Story): boolean {
  return isDeepStrictEqual(some, others);
}

/** An execution is known by the keys of its calls. */
function idOf({ log }: Recorder): string | undefined {
  const called = log.find((entry) => entry.type === 'called');
  return called?.type === 'called' ? called.call.key.split(':')[0] : undefined;
}

function told({ atMs, ...entry }: Entry, beganAtMs: number): unknown {
  const at = atMs - beganAtMs;
  switch (entry.type) {
    case 'called':
      return { at, ...toldCall(entry.call) };
    case 'settled':
      return { at, ...toldCall(entry.call), result: entry.how === 'returned' ? entry.value : entry.error };
    case 'error-handled': {
      const { step, error, failure, remaining, late } = entry.about;
      return { at, step, error, failure, remaining, late, means: entry.means };
    }
    default:
      return { at, type: entry.type };
  }
}

function toldCall(call: Call): object {
  const { of, step, n, key, attempt, needs, play } = call;
  const told = { of, step, n, key, attempt, needs, play };
  return call.of === 'step' ? told : { ...told, undone: call.undone, failure: call.failure };
}

/** Without the execution's id, and errors and effects by what they say. */
function anonymous(value: unknown, id: string): unknown {
  if (typeof value === 'string') return value.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), 'execution');
  if (Array.isArray(value)) return value.map((one) => anonymous(one, id));
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, anonymous(one, id)]));
}
