import type { SagaGraph } from '../graph/saga-graph.js';
import type { Settled } from '../saga/settled.js';
import type { Execution } from './execution.js';
import { methodOf } from './methods.js';
import type { Environment } from './options.js';
import { settledWithin } from './results.js';
import type { OpenScope } from './scopes.js';
import { instanceAt } from './scopes.js';
import { withinGrace } from './within-grace.js';

interface NamedHandler {
  readonly name: string;
  readonly graceMs: number;
  readonly call: (outcome: Settled<object>, execution: Execution) => unknown;
}

/** The `@Finally` methods of sub-sagas, innermost first, then the class's own, then the runner's handlers (R17, R24). */
export function finallyHandlersOf(graph: SagaGraph, scope: OpenScope, { finallyHandlers, graceMs }: Environment): NamedHandler[] {
  const methods = graph.finally.map((node) => ({
    name: [graph.saga, ...(node.within === '' ? [] : [node.within]), node.method].join('.'),
    graceMs: node.graceMs,
    call: (outcome: Settled<object>, execution: Execution) => {
      const instance = instanceAt(scope, node.within);
      const method = methodOf(graph.saga, instance, node.method);
      if (node.within === '') return method.call(instance, outcome, execution.input);
      // A sub-saga that was never opened has no end to tell of.
      if (!execution.steps.inputsOfSubSagas.has(node.within)) return undefined;
      return method.call(instance, settledWithin(node.within, outcome, execution), execution.steps.inputsOfSubSagas.get(node.within));
    },
  }));
  const handlers = finallyHandlers.map((call, index) => ({
    name: `finally[${index}] of the runner`,
    graceMs,
    call: (outcome: Settled<object>, { input }: Execution) => call(outcome, input),
  }));
  return [...methods, ...handlers];
}

/** Calls them one by one, each awaited for at most its grace. What they throw is reported and ignored (R17). */
export async function callFinallyHandlers(
  handlers: readonly NamedHandler[],
  outcome: Settled<object>,
  execution: Execution,
): Promise<void> {
  for (const { name, graceMs, call } of handlers) {
    try {
      await withinGrace(name, graceMs, () => call(outcome, execution), execution.alarms);
    } catch (error) {
      execution.report({ type: 'finally-failed', handler: name, error });
    }
  }
}
