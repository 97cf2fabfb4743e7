import { SagaError } from '../errors/saga-error.js';
import type { Blueprint } from '../graph/blueprint.js';
import type { CompensationNode, FallbackNode, StepNode } from '../graph/saga-graph.js';
import { isSkip } from '../saga/verdicts.js';
import type { RunningCompensationContext, RunningStepContext } from './contexts.js';
import { isObject } from './is-object.js';
import { instanceAt, methodOf } from './methods.js';
import type { OpenScope } from './scopes.js';

// Which method of which instance a step, its compensation and its fallback are. Where the step uses a step class, the saga's own method
// computes the input, each time anew, and the rest is the step class's (R24).

export function callStep(blueprint: Blueprint, scope: OpenScope, node: StepNode, context: RunningStepContext): unknown {
  const returned = callMethodOfSaga(blueprint, scope, node, context);
  if (node.stepClass === null) return returned;
  return withInput(returned, (input) => {
    if (isSkip(input)) return input;
    context.enterStepClass(input);
    const instance = instanceAt(scope, node.name);
    return methodOf(blueprint, node.name, instance, 'execute').call(instance, context);
  });
}

/** Calls a compensation with the effect, or a fallback with nothing before its context. */
export function callUndo(
  blueprint: Blueprint,
  scope: OpenScope,
  node: StepNode,
  { method }: CompensationNode | FallbackNode,
  effect: readonly [unknown] | readonly [],
  context: RunningCompensationContext,
  contextOfStep: () => RunningStepContext,
): unknown {
  if (node.stepClass === null) {
    const instance = instanceAt(scope, node.within);
    return methodOf(blueprint, node.within, instance, method).call(instance, ...effect, context);
  }
  return withInput(callMethodOfSaga(blueprint, scope, node, contextOfStep()), (input) => {
    if (isSkip(input)) throw skippedWhenUndone(blueprint.graph.saga, node.name);
    context.enterStepClass(input);
    const instance = instanceAt(scope, node.name);
    return methodOf(blueprint, node.name, instance, method).call(instance, ...effect, context);
  });
}

function callMethodOfSaga(blueprint: Blueprint, scope: OpenScope, { within, method }: StepNode, context: RunningStepContext): unknown {
  const instance = instanceAt(scope, within);
  return methodOf(blueprint, within, instance, method).call(instance, context);
}

function skippedWhenUndone(saga: string, step: string): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_OTHER_INPUT',
    problem: `${saga}.${step} computed an input for its step class, and skipped when it was called again to undo that.`,
    remedy: 'Compute the input from `input` and `needs` alone, so that it is the same each time.',
  });
}

/** The compiler sees to it that an input is computed at once; from JavaScript it may be promised. */
function withInput(input: unknown, call: (input: unknown) => unknown): unknown {
  return isObject(input) && 'then' in input && typeof input.then === 'function' ? Promise.resolve(input).then(call) : call(input);
}
