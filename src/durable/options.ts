import { SagaError } from '../errors/saga-error.js';
import type { OptionRules } from '../runtime/option-rules.js';
import { hasMethods, isRecord, problemsOf } from '../runtime/option-rules.js';
import type { SagaClass } from '../runtime/ports.js';
import type { CodecOptions } from './codec/codec.js';
import type { ExecutionLog } from './execution-log.js';

/** What a runner takes besides, where its executions are kept in a log. */
export interface LogOptions {
  /** Where executions are kept: `sqliteLog(…)`, `postgresLog(…)`. @defaultValue none: executions are in memory alone */
  readonly log?: ExecutionLog;
  /** The sagas that this process can go on with, besides those that it starts itself. @defaultValue none */
  readonly sagas?: readonly SagaClass[];
  /** `false`: this process starts executions and asks for them, and others run them. @defaultValue `{}` */
  readonly worker?: false | WorkerOptions;
  /** How inputs, effects and errors become text. */
  readonly payloads?: CodecOptions;
  /** How long an execution is kept after its end, in milliseconds, above 0. `Infinity`: for ever. @defaultValue 604_800_000, 7 days */
  readonly retentionMs?: number;
  /** `'failures'`: the events of completed executions are dropped at once, their results are kept. @defaultValue `'all'` */
  readonly history?: 'all' | 'failures';
}

export interface WorkerOptions {
  /** Executions at once in this process, from 1; more are left to others, or to later. @defaultValue 200 */
  readonly concurrency?: number;
  /**
   * How long others wait for a sign of life before they take over, in milliseconds, from 100: as long as this process may be paused without
   * losing what it runs. It gives a sign every fifth of that. @defaultValue 15_000
   */
  readonly leaseMs?: number;
  /** How often it looks for executions that are due, in milliseconds, above 0. @defaultValue 1_000 */
  readonly pollMs?: number;
  /**
   * `'compatible-prefix'`: it also goes on with executions of another version of a saga, if all stages up to the last that they have begun
   * are the same in both. @defaultValue `'exact'`
   */
  readonly upgrade?: 'exact' | 'compatible-prefix';
  /** Workers that may die over an execution, without its getting anywhere, before it is stuck; from 1. @defaultValue 5 */
  readonly deaths?: number;
}

export interface LogSettings {
  readonly log: ExecutionLog;
  readonly sagas: readonly SagaClass[];
  readonly worker: Required<WorkerOptions> | null;
  readonly payloads: CodecOptions;
  readonly retentionMs: number;
  readonly history: 'all' | 'failures';
}

const workerDefaults: Required<WorkerOptions> = { concurrency: 200, leaseMs: 15_000, pollMs: 1_000, upgrade: 'exact', deaths: 5 };
const sevenDaysMs = 604_800_000;

/**
 * What a runner's options say of its log; `null`: it has none. The other options are for others to judge.
 *
 * @throws SagaError `SAGA_LOG_BAD_OPTIONS` when one of them is of the wrong type, all of them in one
 */
export function logSettingsOf(options: LogOptions): LogSettings | null {
  const { log, sagas = [], worker = {}, payloads = {}, retentionMs = sevenDaysMs, history = 'all' } = options;
  const said = Object.fromEntries(logOptionNames.filter((name) => name in options).map((name) => [name, options[name]]));
  const problems = problemsOf(said, rules);
  if (isRecord(worker)) problems.push(...problemsOf(worker, workerRules).map((problem) => `worker: ${problem}`));
  // With `log: undefined` it is said on purpose that there is none.
  const isForgotten = !('log' in options) && Object.keys(said).length > 0;
  if (isForgotten) problems.push(`'${Object.keys(said).join("', '")}' is said of a log, and no 'log' is given`);
  if (problems.length > 0) throw badLogOptions(problems);
  if (log === undefined) return null;
  return { log, sagas, worker: worker === false ? null : { ...workerDefaults, ...defined(worker) }, payloads, retentionMs, history };
}

function defined(worker: WorkerOptions): WorkerOptions {
  return Object.fromEntries(Object.entries(worker).filter(([, value]) => value !== undefined));
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
const isDuration = (value: unknown): boolean => typeof value === 'number' && value > 0;

const rules: OptionRules<LogOptions> = {
  log: { mustBe: 'an execution log: sqliteLog(…) or postgresLog(…)', holds: (value) => hasMethods(value, 'open', 'write', 'claim') },
  sagas: {
    mustBe: 'an array of saga classes',
    holds: (value) => Array.isArray(value) && value.every((saga) => typeof saga === 'function'),
  },
  worker: {
    mustBe: 'false, or { concurrency?, leaseMs?, pollMs?, upgrade?, deaths? }',
    holds: (value) => value === false || isRecord(value),
  },
  payloads: { mustBe: '{ classes?, maxPayloadBytes?, transform? }', holds: isRecord },
  retentionMs: { mustBe: 'a number of milliseconds above 0, or Infinity', holds: isDuration },
  history: { mustBe: "'all' or 'failures'", holds: (value) => value === 'all' || value === 'failures' },
};

export const logOptionNames = Object.keys(rules) as (keyof LogOptions)[];

const workerRules: OptionRules<WorkerOptions> = {
  concurrency: { mustBe: 'a whole number from 1', holds: isCount },
  leaseMs: {
    mustBe: 'a finite number of milliseconds, at least 100',
    holds: (value) => typeof value === 'number' && value >= 100 && Number.isFinite(value),
  },
  pollMs: { mustBe: 'a finite number of milliseconds above 0', holds: (value) => isDuration(value) && Number.isFinite(value) },
  upgrade: { mustBe: "'exact' or 'compatible-prefix'", holds: (value) => value === 'exact' || value === 'compatible-prefix' },
  deaths: { mustBe: 'a whole number from 1', holds: isCount },
};

function badLogOptions(problems: readonly string[]): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `new SagaRunner(options) cannot take these options: ${problems.join('; ')}.`,
    remedy: 'Correct them, or leave them out to have the defaults.',
  });
}
