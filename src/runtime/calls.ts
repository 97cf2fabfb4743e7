import type { CompensationNode, FallbackNode, StepNode } from '../graph/saga-graph.js';
import { isSkip } from '../saga/verdicts.js';
import type { RunningCompensationContext, RunningStepContext } from './contexts.js';
import { isObject } from './is-object.js';
import type { Methods } from './methods.js';
import { methodOf } from './methods.js';
import type { OpenScope } from './scopes.js';
import { instanceAt } from './scopes.js';

// Which method of which instance a step, its compensation and its fallback are. Where the step uses a step class, the saga's own method
// computes the input, each time anew, and the rest is the step class's (R24).

export function callStep(saga: string, scope: OpenScope, node: StepNode, context: RunningStepContext): unknown {
  const returned = callOwn(saga, scope, node, context);
  if (node.stepClass === null) return returned;
  return withInput(returned, (input) => {
    if (isSkip(input)) return input;
    context.enterStepClass(input);
    const instance = instanceAt(scope, node.name);
    return methodOf(node.stepClass!, instance, 'execute').call(instance, context);
  });
}

/** Calls a compensation with the effect, or a fallback with nothing before its context. */
export function callUndo(
  saga: string,
  scope: OpenScope,
  node: StepNode,
  { method }: CompensationNode | FallbackNode,
  effect: readonly [unknown] | readonly [],
  context: RunningCompensationContext,
  contextOfStep: () => RunningStepContext,
): unknown {
  if (node.stepClass === null) {
    const instance = instanceAt(scope, node.within);
    return methodOf(saga, instance, method).call(instance, ...effect, context);
  }
  return withInput(callOwn(saga, scope, node, contextOfStep()), (input) => {
    context.enterStepClass(input);
    const instance = instanceAt(scope, node.name);
    return methodOf(node.stepClass!, instance, method).call(instance, ...effect, context);
  });
}

function callOwn(saga: string, scope: OpenScope, { within, method }: StepNode, context: RunningStepContext): unknown {
  const instance: Methods = instanceAt(scope, within);
  return methodOf(saga, instance, method).call(instance, context);
}

/** The compiler sees to it that an input is computed at once; from JavaScript it may be promised. */
function withInput(input: unknown, call: (input: unknown) => unknown): unknown {
  return isObject(input) && 'then' in input && typeof input.then === 'function' ? Promise.resolve(input).then(call) : call(input);
}
