import { SagaStuckError } from '../errors/runtime-errors.js';
import { blueprintOf } from '../graph/compile.js';
import type { RunArguments } from '../saga/inference.js';
import type { RunOptions } from '../saga/run-options.js';
import type { Completed, Settled } from '../saga/settled.js';
import { cancelRequestOf } from './cancellation.js';
import { ExecutionIds } from './execution-ids.js';
import { Execution } from './execution.js';
import { rememberOrigin } from './failure-registry.js';
import { callFinallyHandlers, finallyHandlersOf } from './finally.js';
import type { Environment, SagaRunnerOptions } from './options.js';
import { environmentOf } from './options.js';
import type { ExecutionRef, SagaClass } from './ports.js';
import { publishEvents } from './publishing.js';
import { settledOf } from './results.js';
import { runSettingsOf, withoutTransaction } from './run-settings.js';
import { disposeScope, openScope } from './scopes.js';

/** Runs sagas in memory, any number at once; they share nothing but the compiled graph of their class (R23). */
export class SagaRunner {
  readonly #environment: Environment;
  readonly #ids = new ExecutionIds();

  /** @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when an option is unknown or of the wrong type */
  constructor(options: SagaRunnerOptions = {}) {
    this.#environment = environmentOf(options);
  }

  /**
   * Runs a saga to its end, with its input and, behind it, the options of this run. Resolves with its effects. Rejects, once everything is
   * undone, with the very value that the failing step threw (R16), with {@link SagaCancelledError} where it was cancelled (R19), or with
   * what the commit failed with (R21); with {@link SagaStuckError} when a compensation failed for good (R15); with a `SagaError` when
   * nothing could begin: the options are wrong, the id is taken, the saga could not be resolved, the transaction could not begin.
   */
  async run<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S>): Promise<Completed<S>> {
    const [identity, settled] = await this.#execute(saga, args);
    if (settled.status === 'completed') return settled as Completed<S>;
    const error = settled.status === 'stuck' ? new SagaStuckError(identity.saga, settled) : settled.error;
    rememberOrigin(settled.error, identity, settled.failedStep);
    rememberOrigin(error, identity, settled.failedStep);
    throw error;
  }

  /**
   * Runs a saga to its end and tells how it ended: `completed`, `compensated` or `stuck`. Never rejects for the saga's own failure, only
   * with a `SagaError` when nothing could begin.
   */
  async settle<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S>): Promise<Settled<S>> {
    const [identity, settled] = await this.#execute(saga, args);
    if (settled.status !== 'completed') rememberOrigin(settled.error, identity, settled.failedStep);
    return settled as Settled<S>;
  }

  async #execute(saga: SagaClass, [input, options]: readonly unknown[]): Promise<Ended> {
    const environment = this.#environment;
    const blueprint = blueprintOf(saga);
    const settings = runSettingsOf(blueprint.graph.saga, options as RunOptions | undefined, environment.clock);
    const { executionId } = settings;
    if (executionId !== null) this.#ids.take(blueprint.graph.saga, executionId);
    let execution: Execution | undefined;
    try {
      const scope = await openScope(environment.resolver, saga, blueprint.parts);
      const cancelledBefore = cancelRequestOf(settings, environment.clock);
      const effective = cancelledBefore === undefined ? settings : withoutTransaction(settings);
      execution = new Execution(saga, blueprint, scope, input, environment, effective);
      await execution.untilEnd(cancelledBefore);
      const settled = settledOf(execution.state, execution.identity);
      if (settled.status === 'completed' && settled.events.length > 0) await publishEvents(settled.events, execution);
      const handlers = finallyHandlersOf(blueprint, scope, environment);
      if (handlers.length > 0) await callFinallyHandlers(handlers, Object.freeze(settled), execution);
      return [execution.identity, settled];
    } finally {
      if (execution?.scope.dispose !== undefined) await disposeScope(execution.scope, execution.report);
      if (executionId !== null) this.#ids.release(executionId, execution?.hasSpentKeys === true);
    }
  }
}

type Ended = [execution: ExecutionRef, settled: Settled<object>];
