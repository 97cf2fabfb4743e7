import { CompensationTimeoutError } from '../errors/runtime-errors.js';
import type { CompensationNode, FallbackNode, StepNode } from '../graph/saga-graph.js';
import type { CompensationBegun, CompensationErrorAnswer, CompensationRef, FallbackBegun } from '../kernel/events.js';
import { compensationThrew, fallbackThrew } from '../kernel/judge.js';
import { remainingAtFailure } from '../kernel/outcome.js';
import { undoCallOf } from '../kernel/undo-call.js';
import type { UndoFacts } from '../kernel/undo-facts.js';
import { compensationFacts, fallbackFacts } from '../kernel/undo-facts.js';
import { isSkip } from '../saga/verdicts.js';
import { readAnswer } from './answers.js';
import { callUndo } from './calls.js';
import type { UndoCallRef } from './contexts.js';
import { RunningCompensationContext, RunningStepContext } from './contexts.js';
import { answerOf } from './error-handler.js';
import { remainingStep } from './results.js';
import type { RetryIf } from './retry-if.js';
import type { Running } from './running.js';
import { inputFor } from './running.js';
import type { OpenScope } from './scopes.js';
import { disposeScope, openScope } from './scopes.js';
import { timedCall } from './timed-call.js';
import { warnOfLateEffect } from './warnings.js';

// The calls of an execution's compensations and fallbacks, and what to do about a compensation that failed for good.

export function compensate(running: Running, call: CompensationBegun): void {
  const node = running.nodeOf(call.step);
  const { state, environment } = running;
  const { step, round, undo, attempt } = call;
  callTimed(running, node, node.compensation!, [call.effect], call, compensationFacts(state, call), {
    returned: (value) => {
      running.happened(() => {
        const { answer, ignoredBecause } = readAnswer(state, value, environment.random);
        if (ignoredBecause !== null) running.report({ type: 'answer-ignored', step, answer: value, because: ignoredBecause });
        return { type: 'compensation-succeeded', step, round, undo, answer };
      });
    },
    threw: (error, retryIf) => running.happened(() => compensationThrew(state, call, attempt, running.rejection(error, retryIf))),
  });
}

export function askFallback(running: Running, { step, attempt }: FallbackBegun): void {
  const node = running.nodeOf(step);
  const { state } = running;
  const { round } = state.steps[state.layout.indexOf.get(step)!]!;
  callTimed(running, node, node.fallback!, [], { step, round, attempt }, fallbackFacts(state, step), {
    returned: (value) => running.happened(() => ({ type: 'fallback-succeeded', step, effect: isSkip(value) ? undefined : value })),
    threw: (error, retryIf) => running.happened(() => fallbackThrew(state, step, attempt, running.rejection(error, retryIf))),
  });
}

interface Settled {
  returned(value: unknown): void;
  threw(error: unknown, retryIf: RetryIf | null | undefined): void;
}

/** Calls a compensation or a fallback; what it does after its time-out and grace means nothing any more (R15). */
function callTimed(
  running: Running,
  node: StepNode,
  answer: CompensationNode | FallbackNode,
  effect: readonly [unknown] | readonly [],
  call: UndoCallRef,
  facts: UndoFacts,
  settled: Settled,
): void {
  const { identity, environment } = running;
  const input = inputFor(running, node, facts.input);
  const context = new RunningCompensationContext(identity, node.within, call, facts, input, facts.needs);
  const contextOfStep = (): RunningStepContext => new RunningStepContext(identity, call, input, facts.needs, undefined);
  const callIn = (scope: OpenScope): unknown => callUndo(identity.saga, scope, node, answer, effect, context, contextOfStep);
  const retryIf = answer.retry === null ? environment.compensationRetryIf : running.retryIfOf(answer.retry);
  const timeoutError = (): CompensationTimeoutError => new CompensationTimeoutError(identity.saga, answer.method, answer.timeoutMs!);
  let givenUp = false;
  timedCall(running.alarms, answer, () => inScope(running, node, callIn, () => givenUp), {
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
function inScope(running: Running, node: StepNode, call: (scope: OpenScope) => unknown, isGivenUp: () => boolean): unknown {
  return running.state.phase === 'ended' ? inFreshScope(running, node, call, isGivenUp) : call(running.scope);
}

async function inFreshScope(
  { environment, sagaClass, blueprint, report }: Running,
  { name, within }: StepNode,
  call: (scope: OpenScope) => unknown,
  isGivenUp: () => boolean,
): Promise<unknown> {
  const parts = blueprint.parts.filter(({ path }) => path === within || path === name);
  const scope = await openScope(environment.resolver, sagaClass, parts);
  try {
    return isGivenUp() ? undefined : await call(scope);
  } finally {
    await disposeScope(scope, report);
  }
}

export function askErrorHandler(running: Running, ref: CompensationRef): void {
  const { step, round, undo } = ref;
  errorHandlersAnswer(running, ref).then(
    (answer) => running.happened(() => ({ type: 'compensation-error-answered', step, round, undo, answer })),
    running.onDefect,
  );
}

async function errorHandlersAnswer(running: Running, { step, round, undo }: CompensationRef): Promise<CompensationErrorAnswer> {
  const { state, identity, environment } = running;
  const call = undoCallOf(state, state.layout.indexOf.get(step)!, { of: 'compensation', round, undo })!;
  const handler = environment.onCompensationError;
  if (handler === null) {
    if (call.late) warnOfLateEffect(identity.saga, step);
    return 'stop';
  }
  const { error, late } = call;
  const { failure } = compensationFacts(state, { step, round, late });
  const remaining = remainingAtFailure(state, call).map((one) => remainingStep(one, identity));
  return answerOf(handler, { execution: identity, step, error, failure, remaining, late }, running.report);
}
