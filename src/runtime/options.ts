import { SagaError } from '../errors/saga-error.js';
import { defaultGraceMs, defaultMaxMs } from '../graph/defaults.js';
import type { RetryPolicy } from '../graph/saga-graph.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { RetryOptions } from '../saga/policies.js';
import { instanceResolver } from './instance-resolver.js';
import type { OptionRules } from './option-rules.js';
import { hasMethods, isFunction, isFunctions, isMilliseconds, isRecord, problemsOf } from './option-rules.js';
import type { Clock, CompensationErrorHandler, FinallyHandler, Observer, Publisher, Resolver } from './ports.js';
import { newUuid, systemClock, systemRandom } from './system.js';

export interface SagaRunnerOptions {
  /** Supplies each execution's instance. @defaultValue constructs the class itself, where its constructor takes no arguments */
  readonly resolver?: Resolver;
  /** @defaultValue Node's timers and `performance.now` */
  readonly clock?: Clock;
  /** Draws jitter, uniformly from [0, 1). @defaultValue `Math.random` */
  readonly random?: () => number;
  /**
   * Makes the ids of executions: unique strings of 1 to 200 characters of printable ASCII, as they travel in keys (R25). On a log, best
   * such that grow with time. @defaultValue UUIDs of version 7, which do
   */
  readonly newId?: () => string;
  /**
   * What goes along with every execution and is no input: a tenant, a trace. Asked at each `run`, `settle` and `start`, in the asynchronous
   * context of the call, and so of an `AsyncLocalStorage`; the `metadata` that the call itself gives stands over it, name by name. What it
   * throws the call rejects with, and nothing begins. @defaultValue none
   */
  readonly metadata?: () => ExecutionMetadata;
  /** Told every event of every execution (R18). */
  readonly observers?: readonly Observer[];
  /** Called once with the events of each completed execution that emitted any (R20). @defaultValue they are in the result alone */
  readonly publish?: Publisher;
  /** Called one by one after the end of every execution, behind the class's `@Finally` methods (R17). */
  readonly finally?: FinallyHandler | readonly FinallyHandler[];
  /** Answers what to do about a compensation that failed for good (R15). @defaultValue `'stop'` */
  readonly onCompensationError?: CompensationErrorHandler;
  /** For compensations and fallbacks without a `@Retry` of their own (R15). @defaultValue one attempt */
  readonly compensationRetry?: RetryOptions;
  /**
   * How long `publish`, each handler of `finally`, and a savepoint of a cancelled execution, is awaited, in milliseconds, at least 0.
   * @defaultValue 1_000
   */
  readonly graceMs?: number;
}

/** The options of a runner, checked and complete. */
export interface Environment {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  /** As it was given: what it returns is not judged yet. */
  readonly metadata: (() => unknown) | null;
  readonly observers: readonly Observer[];
  readonly publish: Publisher | null;
  readonly finallyHandlers: readonly FinallyHandler[];
  readonly onCompensationError: CompensationErrorHandler | null;
  readonly compensationRetry: RetryPolicy | null;
  readonly compensationRetryIf: ((error: unknown) => boolean) | null;
  readonly graceMs: number;
}

/**
 * The `others` of the options are for others to judge.
 *
 * @throws SagaError when an option is unknown or of the wrong type, all of them in one
 */
export function environmentOf(options: SagaRunnerOptions, others: readonly string[] = []): Environment {
  const problems = problemsOf(options, rules, others);
  if (problems.length > 0) throw badOptions(problems);
  const { finally: handlers = [], compensationRetry } = options;
  return {
    resolver: options.resolver ?? instanceResolver,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    newId: options.newId ?? newUuid,
    metadata: options.metadata ?? null,
    observers: [...(options.observers ?? [])],
    publish: options.publish ?? null,
    finallyHandlers: typeof handlers === 'function' ? [handlers] : [...handlers],
    onCompensationError: options.onCompensationError ?? null,
    compensationRetry: compensationRetry === undefined ? null : policyOf(compensationRetry),
    compensationRetryIf: compensationRetry?.retryIf ?? null,
    graceMs: options.graceMs ?? defaultGraceMs,
  };
}

const rules: OptionRules<SagaRunnerOptions> = {
  resolver: { mustBe: 'an object with a method open(saga)', holds: (value) => hasMethods(value, 'open') },
  clock: {
    mustBe: 'an object with methods monotonicMs() and schedule(delayMs, callback)',
    holds: (value) => hasMethods(value, 'monotonicMs', 'schedule'),
  },
  random: { mustBe: 'a function that returns a number from 0 to 1', holds: isFunction },
  newId: { mustBe: 'a function that returns a string', holds: isFunction },
  metadata: { mustBe: 'a function that returns a plain object', holds: isFunction },
  observers: { mustBe: 'an array of functions', holds: isFunctions },
  publish: { mustBe: 'a function', holds: isFunction },
  finally: { mustBe: 'a function or an array of functions', holds: (value) => isFunction(value) || isFunctions(value) },
  onCompensationError: { mustBe: 'a function', holds: isFunction },
  compensationRetry: {
    mustBe: '{ attempts, baseMs?, maxMs?, jitter?, retryIf? } with attempts a whole number from 1 and milliseconds from 0',
    holds: isRetryOptions,
  },
  graceMs: { mustBe: 'a finite number of milliseconds, at least 0', holds: isMilliseconds },
};

function isRetryOptions(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { attempts, baseMs = 0, maxMs = 0, jitter = true, retryIf, ...unknown } = value;
  return Number.isInteger(attempts) && (attempts as number) >= 1 && isMilliseconds(baseMs) && isMilliseconds(maxMs)
    && typeof jitter === 'boolean' && (retryIf === undefined || isFunction(retryIf)) && Object.keys(unknown).length === 0;
}

function policyOf({ attempts, baseMs, maxMs = defaultMaxMs, jitter = true, retryIf }: RetryOptions): RetryPolicy {
  return { attempts, baseMs: baseMs ?? null, maxMs, jitter, conditional: retryIf !== undefined };
}

function badOptions(problems: readonly string[]): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_BAD_OPTIONS',
    problem: `new SagaRunner(options) cannot take these options: ${problems.join('; ')}.`,
    remedy: 'Correct them, or leave them out to have the defaults.',
  });
}
