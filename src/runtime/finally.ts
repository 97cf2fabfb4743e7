import type { Blueprint } from '../graph/blueprint.js';
import { subPath } from '../graph/paths.js';
import { endOfSubSaga } from '../kernel/outcome.js';
import type { Settled } from '../saga/settled.js';
import type { EndedRun } from './ended-run.js';
import { instanceAt, methodOf } from './methods.js';
import type { Environment } from './options.js';
import { settledWithin } from './results.js';
import type { OpenScope } from './scopes.js';
import { withinGrace } from './within-grace.js';

interface NamedHandler {
  readonly name: string;
  readonly graceMs: number;
  readonly call: (outcome: Settled<object>, execution: EndedRun) => unknown;
}

/** The `@Finally` methods of sub-sagas, innermost first, then the class's own, then the runner's handlers (R17, R24). */
export function finallyHandlersOf(blueprint: Blueprint, scope: OpenScope, { finallyHandlers, graceMs }: Environment): NamedHandler[] {
  const { graph } = blueprint;
  const methods = graph.finally.map((node) => ({
    name: `${graph.saga}.${subPath(node.within, node.method)}`,
    graceMs: node.graceMs,
    call: (outcome: Settled<object>, execution: EndedRun) => {
      const instance = instanceAt(scope, node.within);
      const method = methodOf(blueprint, node.within, instance, node.method);
      if (node.within === '') return method.call(instance, outcome, execution.input);
      const { state, identity } = execution;
      const end = state && endOfSubSaga(state, node.within);
      return end && method.call(instance, settledWithin(node.within, outcome, { state, identity }), end.input);
    },
  }));
  const handlers = finallyHandlers.map((call, index) => ({
    name: `finally[${index}] of the runner`,
    graceMs,
    call: (outcome: Settled<object>, { input, identity }: EndedRun) => call(outcome, input, identity),
  }));
  return [...methods, ...handlers];
}

/** Calls them one by one, each awaited for at most its grace. What they throw is reported and ignored (R17). */
export async function callFinallyHandlers(
  handlers: readonly NamedHandler[],
  outcome: Settled<object>,
  execution: EndedRun,
): Promise<void> {
  for (const { name, graceMs, call } of handlers) {
    try {
      await withinGrace(name, graceMs, () => call(outcome, execution), execution.alarms);
    } catch (error) {
      execution.report({ type: 'finally-failed', handler: name, error });
    }
  }
}
