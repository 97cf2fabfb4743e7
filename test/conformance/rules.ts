import { SagaRunner } from 'class-saga';
import type { LogOptions, Observer, Settled } from 'class-saga';
import type { Call, Reason, Stage } from './scenario.js';
import { readScenarios, reasonOf, scriptedSaga, Scripted } from './scenario.js';

// The scenarios of rules.jsonl, and what a runner makes of them.

type RemainingInFile = readonly (readonly [string, Reason])[];
type TraceEntry =
  | readonly ['tx', string, number]
  | readonly ['async', readonly (readonly [string, number])[]]
  | readonly ['comp', string, number, Reason]
  | readonly ['handler', Reason, RemainingInFile]
  | readonly ['final', 'ok' | 'error' | 'stuck'];

export interface RulesScenario {
  readonly id: number;
  readonly handler: boolean;
  readonly stages: readonly Stage[];
  readonly trace: readonly TraceEntry[];
  readonly result:
    | readonly ['ok', Readonly<Record<string, Reason>>]
    | readonly ['failed', string, Reason]
    | readonly ['stuck', Reason, Reason, RemainingInFile];
}
export type Played = Pick<RulesScenario, 'trace' | 'result'>;

export const rulesScenarios = readScenarios<RulesScenario>('rules.jsonl');

const finals = { completed: 'ok', compensated: 'error', stuck: 'stuck' } as const;

/** In memory, or on the log that is given. */
export async function playRules({ stages, handler }: RulesScenario, log?: LogOptions['log']): Promise<Played> {
  const asyncSteps = new Set(stages.filter(({ kind }) => kind === 'async').map(({ name }) => name));
  const trace: TraceEntry[] = [];
  let siblings: [string, number][] = [];
  // Siblings that begin together have nothing between them.
  const observe: Observer = (event) => {
    if (event.type !== 'step-begun') siblings = [];
  };
  const called = (call: Call): void => {
    if (call.of === 'comp') trace.push(['comp', call.name, call.n, call.effect as Reason]);
    else if (!asyncSteps.has(call.name)) trace.push(['tx', call.name, call.n]);
    else {
      if (siblings.length === 0) trace.push(['async', siblings]);
      siblings.push([call.name, call.n]);
    }
  };
  const runner = new SagaRunner({
    observers: [observe],
    finally: ({ status }) => trace.push(['final', finals[status]]),
    ...(handler && {
      onCompensationError: ({ error, remaining }) => {
        trace.push(['handler', reasonOf(error), remaining.map(({ step, effect }) => [step, (effect ?? null) as Reason])]);
        return 'stop';
      },
    }),
    ...(log && { log, payloads: { classes: [Scripted] } }),
  });
  const settled = await runner.settle(scriptedSaga(stages, called));
  await runner.close();
  return { trace, result: resultOf(settled) };
}

function resultOf(settled: Settled<object>): RulesScenario['result'] {
  switch (settled.status) {
    case 'completed':
      return ['ok', settled.effects as Readonly<Record<string, Reason>>];
    case 'compensated':
      return ['failed', settled.failedStep!, reasonOf(settled.error)];
    case 'stuck':
      return [
        'stuck',
        reasonOf(settled.compensationError),
        reasonOf(settled.error),
        settled.remaining.map(({ step, effect }) => [step, (effect ?? null) as Reason]),
      ];
  }
}
