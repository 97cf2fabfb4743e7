import { SagaError } from '../errors/saga-error.js';
import type { RunOptions } from '../saga/run-options.js';
import { metadataRule } from './execution-metadata.js';
import type { OptionRule, OptionRules } from './option-rules.js';
import { isFunction, problemsOf } from './option-rules.js';
import type { Clock } from './ports.js';
import type { TransactionOption } from './transaction.js';

/** The options of one run, checked and complete, but for what only goes along with it. */
export interface RunSettings {
  readonly signal: AbortSignal | null;
  readonly deadlineMs: number | undefined;
  /** On the runner's clock; `null`: none. */
  readonly deadlineAtMs: number | null;
  readonly executionId: string | null;
  readonly transaction: TransactionOption | null;
  readonly savepoint: NonNullable<RunOptions['savepoint']> | null;
}

/** Where no options are given. */
export const plainRun: RunSettings = {
  signal: null,
  deadlineMs: undefined,
  deadlineAtMs: null,
  executionId: null,
  transaction: null,
  savepoint: null,
};

/** Whether it is as if no options were given: metadata changes nothing in how an execution runs. */
export function hasNoSettings({ signal, deadlineAtMs, executionId, transaction }: RunSettings): boolean {
  return signal === null && deadlineAtMs === null && executionId === null && transaction === null;
}

/** @throws SagaError `SAGA_RUNTIME_BAD_RUN_OPTIONS` when an option is unknown or of the wrong type, all of them in one */
export function runSettingsOf(saga: string, options: RunOptions | undefined, clock: Clock): RunSettings {
  if (options === undefined) return plainRun;
  const problems = problemsOf(options, rules);
  if (problems.length === 0 && options.savepoint !== undefined && options.transaction === undefined) {
    problems.push("'savepoint' is given without 'transaction', so there is nothing to set a savepoint in");
  }
  if (problems.length > 0) throw badRunOptions(saga, problems);
  const { signal = null, deadlineMs, executionId = null, transaction = null, savepoint = null } = options;
  const isTimed = deadlineMs !== undefined && deadlineMs !== Infinity;
  return { signal, deadlineMs, deadlineAtMs: isTimed ? clock.monotonicMs() + deadlineMs : null, executionId, transaction, savepoint };
}

/** Of an execution that is cancelled before it begins: no transaction is begun for it. */
export function withoutTransaction(settings: RunSettings): RunSettings {
  return { ...settings, transaction: null, savepoint: null };
}

/** Of printable ASCII, because keys travel as HTTP headers (R25). */
const idPattern = /^[\x21-\x7e]{1,200}$/;

export function isExecutionId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value);
}

export const deadlineRule: OptionRule = {
  mustBe: 'a number of milliseconds above 0, or Infinity for none',
  holds: (value) => typeof value === 'number' && value > 0,
};
export const executionIdRule: OptionRule = {
  mustBe: 'a string of 1 to 200 characters of printable ASCII, without spaces',
  holds: isExecutionId,
};

const rules: OptionRules<RunOptions> = {
  signal: { mustBe: 'an AbortSignal', holds: isAbortSignal },
  deadlineMs: deadlineRule,
  executionId: executionIdRule,
  metadata: metadataRule,
  transaction: { mustBe: 'a function such as (work) => db.transaction(work)', holds: isFunction },
  savepoint: { mustBe: 'a function such as (tx, statement) => tx.query(statement)', holds: isFunction },
};

/** Of any realm: what is used of it is tested. */
function isAbortSignal(value: unknown): boolean {
  const signal = value as Partial<AbortSignal> | null;
  return typeof signal === 'object' && typeof signal?.aborted === 'boolean' && isFunction(signal.addEventListener)
    && isFunction(signal.removeEventListener);
}

function badRunOptions(saga: string, problems: readonly string[]): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS',
    problem: `${saga} cannot be run with these options: ${problems.join('; ')}.`,
    remedy: 'Correct them; nothing has begun.',
  });
}
