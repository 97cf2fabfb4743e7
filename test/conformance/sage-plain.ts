import { SagaRunner } from 'class-saga';
import type { LogOptions } from 'class-saga';
import type { Call, Reason, Stage } from './scenario.js';
import { readScenarios, reasonOf, scriptedSaga, Scripted } from './scenario.js';

// The scenarios of sage-plain.jsonl, and what a runner makes of them.

export interface SageScenario {
  readonly id: number;
  readonly stages: readonly Stage[];
  readonly calls: readonly (readonly ['tx' | 'comp', string, number])[];
  readonly result: readonly ['ok', Readonly<Record<string, Reason>>] | readonly ['failed', Reason];
}

export const sageScenarios = readScenarios<SageScenario>('sage-plain.jsonl');

/** In memory, or on the log that is given. */
export async function playSage({ stages }: SageScenario, log?: LogOptions['log']): Promise<Pick<SageScenario, 'calls' | 'result'>> {
  const made: Call[] = [];
  const runner = new SagaRunner(log && { log, payloads: { classes: [Scripted] } });
  const settled = await runner.settle(scriptedSaga(stages, (call) => made.push(call)));
  await runner.close();
  const calls = made.map(({ of, name, n }) => [of, name, n] as const);
  if (settled.status === 'completed') return { calls, result: ['ok', settled.effects as Readonly<Record<string, Reason>>] };
  return { calls, result: ['failed', reasonOf(settled.error)] };
}
