import { isAbortSaga } from '../errors/abort-saga.js';
import { CompensationTimeoutError, StepTimeoutError } from '../errors/runtime-errors.js';
import { unreachable } from '../errors/unreachable.js';
import type { Blueprint } from '../graph/compile.js';
import type { CompensationNode, FallbackNode, StepNode } from '../graph/saga-graph.js';
import type { Command } from '../kernel/commands.js';
import type {
  CompensationBegun, CompensationErrorAnswer, CompensationRef, FallbackBegun, SagaEvent, StepBegun, WaitBegun,
} from '../kernel/events.js';
import { evolve } from '../kernel/evolve.js';
import type { Rejection } from '../kernel/judge.js';
import { compensationThrew, fallbackThrew, stepGraceEnded, stepReturned, stepSkipped, stepThrew, stepTimedOut } from '../kernel/judge.js';
import { remainingAtFailure } from '../kernel/outcome.js';
import { plan } from '../kernel/plan.js';
import type { ExecutionState } from '../kernel/state.js';
import { initialState } from '../kernel/state.js';
import { undoCallOf } from '../kernel/undo-call.js';
import { compensationFacts, effectOf, fallbackFacts } from '../kernel/undo-facts.js';
import { isSkip } from '../saga/verdicts.js';
import type { Alarm } from './alarms.js';
import { Alarms } from './alarms.js';
import { readAnswer } from './answers.js';
import { RunningCompensationContext, RunningStepContext } from './contexts.js';
import { answerOf } from './error-handler.js';
import { Identity } from './identity.js';
import type { Methods } from './methods.js';
import { methodOf } from './methods.js';
import { tellObservers } from './observers.js';
import type { Environment } from './options.js';
import { ownRecord, setOwn } from './own-property.js';
import type { ExecutionRef, Report, SagaClass, Scope } from './ports.js';
import { remainingStep } from './results.js';
import type { RetryIf } from './retry-if.js';
import { accepts } from './retry-if.js';
import { openScope } from './scopes.js';
import type { TimeLimit } from './timed-call.js';
import { timedCall } from './timed-call.js';
import { warnOfLateEffect } from './warnings.js';

/**
 * One execution in memory: asks the kernel what to do, does it, and feeds back what happened, until nothing is left to do. It decides
 * nothing itself.
 */
export class Execution {
  readonly identity: ExecutionRef;
  readonly state: ExecutionState;
  readonly alarms: Alarms;
  readonly #instance: Methods;
  readonly #stepWaits = new Map<string, Alarm>();
  #proceeding = false;
  #onEnd: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #isDefect = false;

  constructor(
    readonly sagaClass: SagaClass,
    readonly blueprint: Blueprint,
    scope: Scope,
    readonly input: unknown,
    readonly environment: Environment,
  ) {
    this.identity = new Identity(blueprint.graph.saga, environment.newId);
    this.#instance = scope.saga as Methods;
    this.state = initialState(blueprint.graph, environment);
    this.alarms = new Alarms(environment.clock);
  }

  /** Runs until the end is recorded. Rejects only for a defect, of this library or of what was injected into the runner. */
  untilEnd(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onEnd = resolve;
      this.#reject = reject;
      this.#proceed();
    });
  }

  report(report: Report): void {
    if (this.environment.observers.length > 0) tellObservers(this.environment.observers, report, this.identity);
  }

  /** Takes in what happened outside. What goes wrong in that, as an injected `random` that throws, is a defect, and ends the run. */
  #happened(judge: () => SagaEvent | null): void {
    if (this.#isDefect) return;
    try {
      const event = judge();
      if (event === null) return;
      this.#record(event);
      this.#proceed();
    } catch (error) {
      this.#onDefect(error);
    }
  }

  readonly #onDefect = (error: unknown): void => {
    this.#isDefect = true;
    this.alarms.takeAllBack();
    this.#reject(error);
  };

  #record(event: SagaEvent): void {
    evolve(this.state, event);
    if (this.environment.observers.length > 0) tellObservers(this.environment.observers, event, this.identity);
  }

  /** A loop and not a recursion: a method that settles at once only changes the state, and the loop goes on from there. */
  #proceed(): void {
    if (this.#proceeding) return;
    this.#proceeding = true;
    try {
      for (let command = plan(this.state); command !== undefined; command = plan(this.state)) this.#perform(command);
    } finally {
      this.#proceeding = false;
    }
  }

  #perform(command: Command): void {
    this.#record(command.event);
    switch (command.type) {
      case 'execute-step':
        return this.#executeStep(command.event);
      case 'compensate':
        return this.#compensate(command.event);
      case 'ask-fallback':
        return this.#askFallback(command.event);
      case 'ask-error-handler':
        return this.#askErrorHandler(command.event);
      case 'wait':
        return this.#wait(command.event);
      case 'record':
        if (command.event.type === 'step-failed') this.#takeBackWait(command.event.step);
        if (command.event.type === 'execution-ended') this.#onEnd();
        return;
      default:
        return unreachable(command);
    }
  }

  #executeStep(run: StepBegun): void {
    const node = this.#nodeOf(run.step);
    const context = new RunningStepContext(this.identity, run, this.input, this.#effectsOf(node.needs));
    timedCall(this.alarms, node, () => methodOf(this.identity.saga, this.#instance, node.method).call(this.#instance, context), {
      returned: (value) => this.#happened(() => (isSkip(value) ? stepSkipped(this.state, run) : stepReturned(this.state, run, value))),
      threw: (error) => this.#happened(() => stepThrew(this.state, run, this.#rejection(error, this.blueprint.retryIf.get(node.method)))),
      timedOut: () => {
        const error = new StepTimeoutError(this.identity.saga, run.step, node.timeoutMs!);
        this.#happened(() => stepTimedOut(this.state, run, error));
        context.abort(error);
      },
      graceEnded: () => this.#happened(() => stepGraceEnded(this.state, run)),
    });
  }

  #compensate(call: CompensationBegun): void {
    const node = this.#nodeOf(call.step).compensation!;
    const { step, round, undo, attempt } = call;
    const facts = compensationFacts(this.state, call);
    const context = new RunningCompensationContext(this.identity, call, facts, this.input, ownRecord(facts.needs));
    this.#undo(node, context, (instance) => methodOf(this.identity.saga, instance, node.method).call(instance, call.effect, context), {
      returned: (value) => {
        this.#happened(() => {
          const { answer, ignoredBecause } = readAnswer(this.state, value, this.environment.random);
          if (ignoredBecause !== null) this.report({ type: 'answer-ignored', step, answer: value, because: ignoredBecause });
          return { type: 'compensation-succeeded', step, round, undo, answer };
        });
      },
      threw: (error) => {
        this.#happened(() => compensationThrew(this.state, call, attempt, this.#rejection(error, this.#retryIfOfUndo(node))));
      },
    });
  }

  #askFallback({ step, attempt }: FallbackBegun): void {
    const node = this.#nodeOf(step).fallback!;
    const { round } = this.state.steps[this.state.layout.indexOf.get(step)!]!;
    const facts = fallbackFacts(this.state, step);
    const context = new RunningCompensationContext(this.identity, { step, round, attempt }, facts, this.input, {});
    this.#undo(node, context, (instance) => methodOf(this.identity.saga, instance, node.method).call(instance, context), {
      returned: (value) => this.#happened(() => ({ type: 'fallback-succeeded', step, effect: isSkip(value) ? undefined : value })),
      threw: (error) =>
        this.#happened(() => fallbackThrew(this.state, step, attempt, this.#rejection(error, this.#retryIfOfUndo(node)))),
    });
  }

  /** Calls a compensation or a fallback; what it does after its time-out and grace means nothing any more (R15). */
  #undo(
    node: TimeLimit & { readonly method: string },
    context: RunningCompensationContext,
    call: (instance: Methods) => unknown,
    settled: { returned(value: unknown): void; threw(error: unknown): void },
  ): void {
    let givenUp = false;
    const timeoutError = (): CompensationTimeoutError => new CompensationTimeoutError(this.identity.saga, node.method, node.timeoutMs!);
    timedCall(this.alarms, node, () => this.#withInstance(call, () => givenUp), {
      returned: (value) => {
        if (!givenUp) settled.returned(value);
      },
      threw: (error) => {
        if (!givenUp) settled.threw(error);
      },
      timedOut: () => context.abort(timeoutError()),
      graceEnded: () => {
        givenUp = true;
        settled.threw(timeoutError());
      },
    });
  }

  /** After the end the execution's own instance is gone with its scope: a late compensation gets a fresh one (R5a). */
  #withInstance(call: (instance: Methods) => unknown, isGivenUp: () => boolean): unknown {
    return this.state.phase === 'ended' ? this.#withFreshInstance(call, isGivenUp) : call(this.#instance);
  }

  async #withFreshInstance(call: (instance: Methods) => unknown, isGivenUp: () => boolean): Promise<unknown> {
    const scope = await openScope(this.environment.resolver, this.sagaClass);
    try {
      return isGivenUp() ? undefined : await call(scope.saga as Methods);
    } finally {
      await this.dispose(scope);
    }
  }

  async dispose(scope: Scope): Promise<void> {
    try {
      await scope.dispose?.();
    } catch (error) {
      this.report({ type: 'disposal-failed', error });
    }
  }

  #askErrorHandler(ref: CompensationRef): void {
    const { step, round, undo } = ref;
    this.#errorHandlersAnswer(ref).then(
      (answer) => this.#happened(() => ({ type: 'compensation-error-answered', step, round, undo, answer })),
      this.#onDefect,
    );
  }

  async #errorHandlersAnswer({ step, round, undo }: CompensationRef): Promise<CompensationErrorAnswer> {
    const handler = this.environment.onCompensationError;
    const call = undoCallOf(this.state, this.state.layout.indexOf.get(step)!, { of: 'compensation', round, undo })!;
    if (handler === null) {
      if (call.late) warnOfLateEffect(this.identity.saga, step);
      return 'stop';
    }
    const { error, late } = call;
    const { failure } = compensationFacts(this.state, { step, round, late });
    const remaining = remainingAtFailure(this.state, call).map((one) => remainingStep(one, this.identity));
    return answerOf(handler, { execution: this.identity, step, error, failure, remaining, late }, (report) => this.report(report));
  }

  #wait({ for: what, delayMs }: WaitBegun): void {
    const alarm = this.alarms.set(delayMs, () => {
      if (what.of === 'step') this.#stepWaits.delete(what.step);
      this.#happened(() => ({ type: 'wait-ended', for: what }));
    });
    if (what.of === 'step') this.#stepWaits.set(what.step, alarm);
  }

  #takeBackWait(step: string): void {
    const alarm = this.#stepWaits.get(step);
    if (alarm === undefined) return;
    this.#stepWaits.delete(step);
    this.alarms.takeBack(alarm);
  }

  #rejection(error: unknown, retryIf: RetryIf | null | undefined): Rejection {
    return { error, aborts: isAbortSaga(error), retryable: accepts(retryIf, error), sample: this.environment.random() };
  }

  #retryIfOfUndo({ method, retry }: CompensationNode | FallbackNode): RetryIf | null | undefined {
    return retry === null ? this.environment.compensationRetryIf : this.blueprint.retryIf.get(method);
  }

  #effectsOf(steps: readonly string[]): Record<string, unknown> {
    const effects: Record<string, unknown> = {};
    for (const step of steps) setOwn(effects, step, effectOf(this.state, step));
    return effects;
  }

  #nodeOf(step: string): StepNode {
    return this.blueprint.graph.steps[this.state.layout.indexOf.get(step)!]!;
  }
}
