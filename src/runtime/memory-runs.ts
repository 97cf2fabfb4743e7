import { NoTransactionError } from '../errors/log-errors.js';
import { blueprintOf } from '../graph/compile.js';
import type { RunOptions } from '../saga/run-options.js';
import type { Settled } from '../saga/settled.js';
import { Alarms } from './alarms.js';
import { cancelRequestOf } from './cancellation.js';
import { conclude } from './conclusion.js';
import { ExecutionIds } from './execution-ids.js';
import { Execution } from './execution.js';
import { Identity } from './identity.js';
import type { Environment } from './options.js';
import type { ExecutionRef, Report, SagaClass } from './ports.js';
import { settledOf } from './results.js';
import { runSettingsOf, withoutTransaction } from './run-settings.js';
import type { OpenScope } from './scopes.js';
import { disposeScope, openScope } from './scopes.js';
import type { Route } from './straight/route.js';
import { routeOf } from './straight/route.js';
import type { RunEnd } from './straight/straight-run.js';
import { StraightRun } from './straight/straight-run.js';

/** Tells a caller how an execution ended, by resolving or rejecting what he awaits. */
export type TellEnd = (
  settled: Settled<object>,
  execution: ExecutionRef,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
) => void;

/** Executions in memory, any number at once; they share nothing but the compiled graph of their class (R23). */
export class MemoryRuns {
  readonly #environment: Environment;
  readonly #ids = new ExecutionIds();
  readonly #routes = new WeakMap<SagaClass, Route>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Rejects where nothing could begin; else settles as `tellEnd` says. */
  run(saga: SagaClass, input: unknown, options: RunOptions | undefined, tellEnd: TellEnd): Promise<unknown> {
    try {
      const route = options === undefined ? this.#routeOf(saga) : null;
      return route === null ? this.#runOffCourse(saga, input, options, tellEnd) : this.#runStraight(route, input, tellEnd);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a SagaError, or what the resolver threw
      return Promise.reject(error);
    }
  }

  /** `null`: its executions have no straight course. */
  #routeOf(saga: SagaClass): Route | null {
    const blueprint = blueprintOf(saga);
    let route: Route | null | undefined = this.#routes.get(saga);
    if (route?.blueprint !== blueprint) {
      route = routeOf(saga, blueprint, this.#environment);
      if (route !== null) this.#routes.set(saga, route);
    }
    return route;
  }

  #runStraight(route: Route, input: unknown, tellEnd: TellEnd): Promise<unknown> {
    const begin = (scope: OpenScope): Promise<unknown> => {
      const identity = new Identity(route.blueprint.graph.saga, this.#environment.newId);
      return new Promise((resolve, reject) => {
        new StraightRun(route, scope, input, identity, new Caller(tellEnd, resolve, reject)).begin();
      });
    };
    const scope = openScope(this.#environment.resolver, route.sagaClass, route.blueprint.parts);
    return scope instanceof Promise ? scope.then(begin) : begin(scope);
  }

  async #runOffCourse(saga: SagaClass, input: unknown, options: RunOptions | undefined, tellEnd: TellEnd): Promise<unknown> {
    const environment = this.#environment;
    const blueprint = blueprintOf(saga);
    const settings = runSettingsOf(blueprint.graph.saga, options, environment.clock);
    const { executionId } = settings;
    if (blueprint.transactionalStep !== null) throw new NoTransactionError(blueprint.graph.saga, blueprint.transactionalStep);
    if (executionId !== null) this.#ids.take(blueprint.graph.saga, executionId);
    const identity = new Identity(blueprint.graph.saga, executionId === null ? environment.newId : () => executionId);
    let execution: Execution | undefined;
    try {
      const scope = await openScope(environment.resolver, saga, blueprint.parts);
      const cancelledBefore = cancelRequestOf(settings, environment.clock);
      const effective = cancelledBefore === undefined ? settings : withoutTransaction(settings);
      execution = new Execution(saga, blueprint, scope, input, environment, effective, identity);
      const settled = await endOf(execution, execution.untilEnd(cancelledBefore));
      return new Promise((resolve, reject) => tellEnd(settled, identity, resolve, reject));
    } finally {
      if (executionId !== null) this.#ids.release(executionId, execution?.hasSpentKeys === true);
    }
  }
}

/** Whoever awaits a straight run. */
class Caller implements RunEnd {
  readonly #tellEnd: TellEnd;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(tellEnd: TellEnd, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.#tellEnd = tellEnd;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  ended(run: StraightRun, settled: Settled<object>): void {
    const hasEmitted = settled.status === 'completed' && settled.events.length > 0;
    if (run.scope.dispose === undefined && !hasEmitted && !run.route.hasFinally) this.#tell(settled, run.identity);
    else concluded(run, settled).then(() => this.#tell(settled, run.identity), this.#reject);
  }

  takenOver(execution: Execution, untilEnd: Promise<void>): void {
    endOf(execution, untilEnd).then((settled) => this.#tell(settled, execution.identity), this.#reject);
  }

  failed(run: StraightRun, error: unknown): void {
    void disposeScope(run.scope, reportOf(run)).then(() => this.#reject(error));
  }

  #tell(settled: Settled<object>, execution: ExecutionRef): void {
    this.#tellEnd(settled, execution, this.#resolve, this.#reject);
  }
}

async function endOf(execution: Execution, untilEnd: Promise<void>): Promise<Settled<object>> {
  try {
    await untilEnd;
    const settled = settledOf(execution.state, execution.identity);
    await conclude(execution, settled);
    return settled;
  } finally {
    if (execution.scope.dispose !== undefined) await disposeScope(execution.scope, execution.report);
  }
}

async function concluded(run: StraightRun, settled: Settled<object>): Promise<void> {
  const { identity, input, scope, route } = run;
  const { blueprint, environment } = route;
  const report = reportOf(run);
  const alarms = new Alarms(environment.clock);
  await conclude({ identity, blueprint, scope, input, environment, alarms, report, state: null }, settled);
  await disposeScope(scope, report);
}

function reportOf(run: StraightRun): (report: Report) => void {
  return (report) => run.tell(report);
}
