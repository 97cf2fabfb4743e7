import type { SagaGraph } from '../graph/saga-graph.js';
import type { Settled } from '../saga/settled.js';
import type { Alarms } from './alarms.js';
import type { Execution } from './execution.js';
import { invoke } from './invoke.js';
import type { Methods } from './methods.js';
import { methodOf } from './methods.js';
import type { Environment } from './options.js';

interface NamedHandler {
  readonly name: string;
  readonly graceMs: number;
  call(outcome: Settled<object>, input: unknown): unknown;
}

/** The class's `@Finally` methods, base class first, then the runner's handlers (R17). */
export function finallyHandlersOf(graph: SagaGraph, instance: object, { finallyHandlers, graceMs }: Environment): NamedHandler[] {
  const methods = graph.finally.map((node) => ({
    name: `${graph.saga}.${node.method}`,
    graceMs: node.graceMs,
    call: (outcome: Settled<object>, input: unknown) =>
      methodOf(graph.saga, instance as Methods, node.method).call(instance, outcome, input),
  }));
  return [...methods, ...finallyHandlers.map((call, index) => ({ name: `finally[${index}] of the runner`, graceMs, call }))];
}

/** Calls them one by one, each awaited for at most its grace. What they throw is reported and ignored (R17). */
export async function callFinallyHandlers(
  handlers: readonly NamedHandler[],
  outcome: Settled<object>,
  execution: Execution,
): Promise<void> {
  for (const handler of handlers) {
    try {
      await withinGrace(handler, () => handler.call(outcome, execution.input), execution.alarms);
    } catch (error) {
      execution.report({ type: 'finally-failed', handler: handler.name, error });
    }
  }
}

function withinGrace({ name, graceMs }: NamedHandler, call: () => unknown, alarms: Alarms): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLate = (): void => reject(new Error(`${name} did not settle within ${graceMs} ms; the execution ends without it`));
    const alarm = alarms.set(graceMs, tooLate);
    invoke(
      call,
      () => {
        alarms.takeBack(alarm);
        resolve();
      },
      (error) => {
        alarms.takeBack(alarm);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the very value that the handler threw is reported
        reject(error);
      },
    );
  });
}
