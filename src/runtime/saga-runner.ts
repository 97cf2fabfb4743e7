import { SagaStuckError } from '../errors/runtime-errors.js';
import { blueprintOf } from '../graph/compile.js';
import type { RunArguments } from '../saga/inference.js';
import type { Completed, Settled } from '../saga/settled.js';
import { Execution } from './execution.js';
import { rememberOrigin } from './failure-registry.js';
import { callFinallyHandlers, finallyHandlersOf } from './finally.js';
import type { Environment, SagaRunnerOptions } from './options.js';
import { environmentOf } from './options.js';
import type { ExecutionRef, SagaClass } from './ports.js';
import { settledOf } from './results.js';
import { openScope } from './scopes.js';

/** Runs sagas in memory, any number at once; they share nothing but the compiled graph of their class (R23). */
export class SagaRunner {
  readonly #environment: Environment;

  /** @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when an option is unknown or of the wrong type */
  constructor(options: SagaRunnerOptions = {}) {
    this.#environment = environmentOf(options);
  }

  /**
   * Runs a saga to its end. Resolves with its effects. Rejects, once everything is undone, with the very value that the failing step
   * threw (R16); with {@link SagaStuckError} when a compensation failed for good (R15); with a `SagaError` when nothing could begin.
   */
  async run<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S, never>): Promise<Completed<S>> {
    const [identity, settled] = await this.#execute(saga, args[0]);
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
  async settle<S extends object>(saga: SagaClass<S>, ...args: RunArguments<S, never>): Promise<Settled<S>> {
    const [identity, settled] = await this.#execute(saga, args[0]);
    if (settled.status !== 'completed') rememberOrigin(settled.error, identity, settled.failedStep);
    return settled as Settled<S>;
  }

  async #execute(saga: SagaClass, input: unknown): Promise<[ExecutionRef, Settled<object>]> {
    const environment = this.#environment;
    const blueprint = blueprintOf(saga);
    const scope = await openScope(environment.resolver, saga);
    const execution = new Execution(saga, blueprint, scope, input, environment);
    try {
      await execution.untilEnd();
      const settled = settledOf(execution.state, execution.identity);
      const handlers = finallyHandlersOf(blueprint.graph, scope.saga, environment);
      if (handlers.length > 0) await callFinallyHandlers(handlers, Object.freeze(settled), execution);
      return [execution.identity, settled];
    } finally {
      if (scope.dispose !== undefined) await execution.dispose(scope);
    }
  }
}
