import { NoTransactionError } from '../errors/log-errors.js';
import { blueprintOf } from '../graph/compile.js';
import type { RunOptions } from '../saga/run-options.js';
import type { Settled } from '../saga/settled.js';
import { cancelRequestOf } from './cancellation.js';
import { ExecutionIds } from './execution-ids.js';
import { Execution } from './execution.js';
import { callFinallyHandlers, finallyHandlersOf } from './finally.js';
import type { Environment } from './options.js';
import type { ExecutionRef, SagaClass } from './ports.js';
import { publishEvents } from './publishing.js';
import { settledOf } from './results.js';
import { runSettingsOf, withoutTransaction } from './run-settings.js';
import { disposeScope, openScope } from './scopes.js';

/** An execution that has ended, and how. */
export type Ended = readonly [execution: ExecutionRef, settled: Settled<object>];

/** Executions in memory, any number at once; they share nothing but the compiled graph of their class (R23). */
export class MemoryRuns {
  readonly #environment: Environment;
  readonly #ids = new ExecutionIds();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Rejects where nothing could begin. */
  async run(saga: SagaClass, input: unknown, options: RunOptions | undefined): Promise<Ended> {
    const environment = this.#environment;
    const blueprint = blueprintOf(saga);
    const settings = runSettingsOf(blueprint.graph.saga, options, environment.clock);
    const { executionId } = settings;
    if (blueprint.transactionalStep !== null) throw new NoTransactionError(blueprint.graph.saga, blueprint.transactionalStep);
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
