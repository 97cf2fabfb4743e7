import { describe, expect, it } from 'vitest';
import { SagaRunner } from 'class-saga';
import type { Observer } from 'class-saga';
import type { Call, Reason, Stage } from './scenario.js';
import { readScenarios, reasonOf, scriptedSaga } from './scenario.js';

type RemainingInFile = readonly (readonly [string, Reason])[];
type TraceEntry =
  | readonly ['tx', string, number]
  | readonly ['async', readonly (readonly [string, number])[]]
  | readonly ['comp', string, number, Reason]
  | readonly ['handler', Reason, RemainingInFile]
  | readonly ['final', 'ok' | 'error' | 'stuck'];

interface Scenario {
  readonly id: number;
  readonly handler: boolean;
  readonly stages: readonly Stage[];
  readonly trace: readonly TraceEntry[];
  readonly result:
    | readonly ['ok', Readonly<Record<string, Reason>>]
    | readonly ['failed', string, Reason]
    | readonly ['stuck', Reason, Reason, RemainingInFile];
}

const scenarios = readScenarios<Scenario>('rules.jsonl');
const finals = { completed: 'ok', compensated: 'error', stuck: 'stuck' } as const;

describe('sagas of plain and async steps, after the rules', () => {
  it('are all there', () => {
    expect(scenarios).toHaveLength(1_000);
  });

  it.each(scenarios)('scenario $id runs, undoes and ends as scripted', async ({ handler, stages, trace, result }) => {
    const { settled, traced } = await traceOf(stages, handler);
    expect(traced).toEqual(trace);
    expect(resultOf(settled)).toEqual(result);
  });
});

async function traceOf(stages: readonly Stage[], handler: boolean) {
  const asyncSteps = new Set(stages.filter(({ kind }) => kind === 'async').map(({ name }) => name));
  const calls: Call[] = [];
  const traced: unknown[] = [];
  let siblings: [string, number][] = [];
  // Siblings that begin together have nothing between them.
  const observe: Observer = (event) => {
    if (event.type !== 'step-begun') siblings = [];
  };
  const record = (call: Call): void => {
    if (call.of === 'comp') traced.push(['comp', call.name, call.n, call.effect]);
    else if (!asyncSteps.has(call.name)) traced.push(['tx', call.name, call.n]);
    else {
      if (siblings.length === 0) traced.push(['async', siblings]);
      siblings.push([call.name, call.n]);
    }
  };
  calls.push = (...made) => {
    made.forEach(record);
    return 0;
  };
  const runner = new SagaRunner({
    observers: [observe],
    finally: ({ status }) => traced.push(['final', finals[status]]),
    ...(handler && {
      onCompensationError: ({ error, remaining }) => {
        traced.push(['handler', reasonOf(error), remaining.map(({ step, effect }) => [step, effect ?? null])]);
        return 'stop';
      },
    }),
  });
  const settled = await runner.settle(scriptedSaga(stages, calls));
  return { settled, traced };
}

function resultOf(settled: Awaited<ReturnType<SagaRunner['settle']>>): unknown {
  switch (settled.status) {
    case 'completed':
      return ['ok', settled.effects];
    case 'compensated':
      return ['failed', settled.failedStep, reasonOf(settled.error)];
    case 'stuck':
      return [
        'stuck',
        reasonOf(settled.compensationError),
        reasonOf(settled.error),
        settled.remaining.map(({ step, effect }) => [step, effect ?? null]),
      ];
  }
}
