import { NoTransactionError } from '../errors/log-errors.js';
import type { Blueprint } from '../graph/blueprint.js';
import { blueprintOf, declarationsSoFar } from '../graph/compile.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { RunOptions } from '../saga/run-options.js';
import type { TellEnd } from './caller.js';
import { Caller } from './caller.js';
import { cancelRequestOf } from './cancellation.js';
import { conclusionOf } from './conclusion.js';
import { ExecutionIds } from './execution-ids.js';
import { metadataOf } from './execution-metadata.js';
import { Execution } from './execution.js';
import type { Identity } from './identity.js';
import { identityOf } from './identity.js';
import type { Environment } from './options.js';
import type { SagaClass } from './ports.js';
import type { RunSettings } from './run-settings.js';
import { hasNoSettings, plainRun, runSettingsOf, withoutTransaction } from './run-settings.js';
import type { OpenScope } from './scopes.js';
import { openScope } from './scopes.js';
import type { Route } from './straight/route.js';
import { routeOf } from './straight/route.js';
import { StraightRun } from './straight/straight-run.js';

interface KnownSaga {
  readonly blueprint: Blueprint;
  /** `null`: its executions have no straight course. */
  readonly route: Route | null;
  /** How many there were when this was so. */
  readonly declarations: number;
}

/** Executions in memory, any number at once; they share nothing but the compiled graph of their class (R23). */
export class MemoryRuns {
  readonly #environment: Environment;
  readonly #ids = new ExecutionIds();
  readonly #known = new WeakMap<SagaClass, KnownSaga>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Rejects where nothing could begin; else settles as `tellEnd` says. */
  run(saga: SagaClass, input: unknown, options: RunOptions | undefined, tellEnd: TellEnd): Promise<unknown> {
    const environment = this.#environment;
    try {
      const { blueprint, route: ofSaga } = this.#knownAs(saga);
      const settings = runSettingsOf(blueprint.graph.saga, options, environment.clock);
      const metadata = metadataOf(environment, options?.metadata);
      const route = settings === plainRun || hasNoSettings(settings) ? ofSaga : null;
      if (route === null) return this.#runOffCourse(saga, blueprint, input, settings, metadata, tellEnd);
      const identity = identityOf(blueprint.graph.saga, environment.newId, metadata);
      const scope = openScope(environment.resolver, saga, blueprint.parts, identity);
      if (scope instanceof Promise) return runWhenOpen(scope, route, input, identity, tellEnd);
      return runOnCourse(route, scope, input, identity, tellEnd);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a SagaError, or what the resolver threw
      return Promise.reject(error);
    }
  }

  /** Looked up once for each run: that costs as much as to run a step. */
  #knownAs(saga: SagaClass): KnownSaga {
    const before = this.#known.get(saga);
    const declarations = declarationsSoFar();
    if (before?.declarations === declarations) return before;
    const blueprint = blueprintOf(saga);
    // Something else was declared, perhaps: the route is the same where the saga is.
    const route = before?.blueprint === blueprint ? before.route : routeOf(saga, blueprint, this.#environment);
    const known = { blueprint, route, declarations };
    this.#known.set(saga, known);
    return known;
  }

  async #runOffCourse(
    saga: SagaClass,
    blueprint: Blueprint,
    input: unknown,
    settings: RunSettings,
    metadata: ExecutionMetadata,
    tellEnd: TellEnd,
  ): Promise<unknown> {
    const environment = this.#environment;
    const { executionId } = settings;
    if (blueprint.transactionalStep !== null) throw new NoTransactionError(blueprint.graph.saga, blueprint.transactionalStep);
    if (executionId !== null) this.#ids.take(blueprint.graph.saga, executionId);
    const identity = identityOf(blueprint.graph.saga, executionId === null ? environment.newId : () => executionId, metadata);
    let execution: Execution | undefined;
    try {
      const scope = await openScope(environment.resolver, saga, blueprint.parts, identity);
      const cancelledBefore = cancelRequestOf(settings, environment.clock);
      const effective = cancelledBefore === undefined ? settings : withoutTransaction(settings);
      execution = new Execution(saga, blueprint, scope, input, environment, effective, identity);
      const settled = await conclusionOf(execution, execution.untilEnd(cancelledBefore));
      return new Promise((resolve, reject) => tellEnd(settled, identity, { resolve, reject }));
    } finally {
      if (executionId !== null) this.#ids.release(executionId, execution?.hasSpentKeys === true);
    }
  }
}

function runWhenOpen(opening: Promise<OpenScope>, route: Route, input: unknown, identity: Identity, tellEnd: TellEnd): Promise<unknown> {
  return opening.then((scope) => runOnCourse(route, scope, input, identity, tellEnd));
}

function runOnCourse(route: Route, scope: OpenScope, input: unknown, identity: Identity, tellEnd: TellEnd): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Nothing of the user's runs within the call of `run`: his stack, and his asynchronous context, stay his own.
    void atOnce.then(new StraightRun(route, scope, input, identity, new Caller(tellEnd, resolve, reject)).begin);
  });
}

const atOnce = Promise.resolve();
