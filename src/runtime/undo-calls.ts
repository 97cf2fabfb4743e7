import { CompensationTimeoutError } from '../errors/runtime-errors.js';
import type { CompensationNode, FallbackNode, StepNode } from '../graph/saga-graph.js';
import type { CompensationBegun, CompensationErrorAnswer, CompensationRef, FallbackBegun } from '../kernel/events.js';
import { compensationThrew, fallbackThrew } from '../kernel/judge.js';
import { remainingAtFailure } from '../kernel/outcome.js';
import { undoCallOf } from '../kernel/undo-call.js';
import type { UndoFacts } from '../kernel/undo-facts.js';
import { compensationFacts, fallbackFacts } from '../kernel/undo-facts.js';
import { isSkip } from '../saga/verdicts.js';
import type { AdoptedCompensation } from './adopted-call.js';
import { readAnswer } from './answers.js';
import { callUndo } from './calls.js';
import type { UndoCallRef } from './contexts.js';
import type { RunningStepContext } from './contexts.js';
import { RunningCompensationContext, SpecialStepContext } from './contexts.js';
import { answerOf } from './error-handler.js';
import { calling } from './invoke.js';
import type { LiveExecution } from './live-execution.js';
import { remainingStep } from './results.js';
import type { RetryIf } from './retry-if.js';
import type { OpenScope } from './scopes.js';
import { disposeScope, openScope } from './scopes.js';
import { timedCall } from './timed-call.js';
import { warnOfLateEffect } from './warnings.js';

// The calls of an execution's compensations and fallbacks, and what to do about a compensation that failed for good.

export function compensate(execution: LiveExecution, call: CompensationBegun, adopted: AdoptedCompensation | null = null): void {
  const node = execution.nodeOf(call.step);
  const { state, environment } = execution;
  const { step, round, undo, attempt } = call;
  const facts = compensationFacts(state, call);
  callTimed(execution, node, node.compensation!, [call.effect], call, facts, adopted, {
    returned: (value) => {
      execution.happened(() => {
        const { answer, ignoredBecause } = readAnswer(state, value, environment.random);
        if (ignoredBecause !== null) execution.report({ type: 'answer-ignored', step, answer: value, because: ignoredBecause });
        return { type: 'compensation-succeeded', step, round, undo, answer };
      });
    },
    threw: (error, retryIf) => execution.happened(() => compensationThrew(state, call, attempt, execution.rejection(error, retryIf))),
  });
}

export function askFallback(execution: LiveExecution, { step, attempt }: FallbackBegun): void {
  const node = execution.nodeOf(step);
  const { state } = execution;
  const { round } = state.steps[state.layout.indexOf.get(step)!]!;
  callTimed(execution, node, node.fallback!, [], { step, round, attempt }, fallbackFacts(state, step), null, {
    returned: (value) => execution.happened(() => ({ type: 'fallback-succeeded', step, effect: isSkip(value) ? undefined : value })),
    threw: (error, retryIf) => execution.happened(() => fallbackThrew(state, step, attempt, execution.rejection(error, retryIf))),
  });
}

interface OnSettled {
  returned(value: unknown): void;
  threw(error: unknown, retryIf: RetryIf | null | undefined): void;
}

/** Calls a compensation or a fallback; what it does after its time-out and grace means nothing any more (R15). */
function callTimed(
  execution: LiveExecution,
  node: StepNode,
  answer: CompensationNode | FallbackNode,
  effect: readonly [unknown] | readonly [],
  call: UndoCallRef,
  facts: UndoFacts,
  adopted: AdoptedCompensation | null,
  settled: OnSettled,
): void {
  const { identity, environment } = execution;
  const input = node.within === '' ? execution.input : facts.input;
  const context = adopted?.context ?? new RunningCompensationContext(identity, node.within, call, facts, input, facts.needs);
  const { transactionHandle } = execution;
  const contextOfStep = (): RunningStepContext => new SpecialStepContext(identity, call, input, facts.needs, transactionHandle, false);
  const callIn = (scope: OpenScope): unknown => callUndo(execution.blueprint, scope, node, answer, effect, context, contextOfStep);
  const retryIf = answer.retry === null ? environment.compensationRetryIf : execution.retryIfOf(answer.retry);
  const timeoutError = (): CompensationTimeoutError => new CompensationTimeoutError(identity.saga, answer.method, answer.timeoutMs!);
  let givenUp = false;
  const limit = adopted === null ? answer : { timeoutMs: adopted.timeoutMs, graceMs: answer.graceMs };
  const settling = adopted?.settling ?? calling(() => inScope(execution, node, callIn, () => givenUp));
  timedCall(execution.alarms, limit, settling, {
    returned: (value) => {
      if (!givenUp) settled.returned(value);
    },
    threw: (error) => {
      if (!givenUp) settled.threw(error, retryIf);
    },
    timedOut: () => context.abort(timeoutError()),
    graceEnded: () => {
      givenUp = true;
      settled.threw(timeoutError(), retryIf);
    },
  });
}

/** After the end the execution's own instances are gone with its scope: a late compensation gets fresh ones (R5a). */
function inScope(execution: LiveExecution, node: StepNode, call: (scope: OpenScope) => unknown, isGivenUp: () => boolean): unknown {
  return execution.state.phase === 'ended' ? inFreshScope(execution, node, call, isGivenUp) : call(execution.scope);
}

async function inFreshScope(
  { environment, sagaClass, blueprint, identity, report }: LiveExecution,
  { name, within }: StepNode,
  call: (scope: OpenScope) => unknown,
  isGivenUp: () => boolean,
): Promise<unknown> {
  const parts = blueprint.parts.filter(({ path }) => path === within || path === name);
  const scope = await openScope(environment.resolver, sagaClass, parts, identity);
  try {
    return isGivenUp() ? undefined : await call(scope);
  } finally {
    await disposeScope(scope, report);
  }
}

export function askErrorHandler(execution: LiveExecution, ref: CompensationRef): void {
  const { step, round, undo } = ref;
  errorHandlersAnswer(execution, ref).then(
    (answer) => execution.happened(() => ({ type: 'compensation-error-answered', step, round, undo, answer })),
    execution.onDefect,
  );
}

async function errorHandlersAnswer(execution: LiveExecution, { step, round, undo }: CompensationRef): Promise<CompensationErrorAnswer> {
  const { state, identity, environment } = execution;
  const call = undoCallOf(state, state.layout.indexOf.get(step)!, { of: 'compensation', round, undo })!;
  const handler = environment.onCompensationError;
  if (handler === null) {
    if (call.late) warnOfLateEffect(identity.saga, step);
    return 'stop';
  }
  const { error, late } = call;
  const { failure } = compensationFacts(state, { step, round, late });
  const remaining = remainingAtFailure(state, call).map((one) => remainingStep(one, identity));
  return answerOf(handler, { execution: identity, step, error, failure, remaining, late }, execution.report);
}
