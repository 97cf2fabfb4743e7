import { SagaError } from '../errors/saga-error.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { OptionRules } from '../runtime/option-rules.js';
import { problemsOf } from '../runtime/option-rules.js';
import { isExecutionId } from '../runtime/run-settings.js';
import type { Codec } from './codec/codec.js';
import type { ExecutionLog, ExecutionStatus, Head, ListKey, LogHealth } from './execution-log.js';
import { loadEvents } from './history.js';
import { checkId, unknownExecution } from './results.js';
import { decodeMetadata } from './stored-metadata.js';
import { isStorableText } from './texts.js';

// What operators ask of a log: which executions there are, what has happened to one of them, and whether all is well.

/** One execution, as a list shows it. */
export interface ExecutionSummary {
  readonly id: string;
  /** The saga's name. */
  readonly saga: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  /** When it is due, where it waits or is to be claimed; `null`: never. */
  readonly wakesAt: Date | null;
  /** The worker that has it; `null`: nobody. */
  readonly owner: string | null;
  /** Of the graph that it runs by. */
  readonly fingerprint: string;
}

/** One execution with everything that is known of it. */
export interface ExecutionDetails extends ExecutionSummary {
  readonly input: unknown;
  /** What goes along with it and is no input; `{}` where there is nothing. */
  readonly metadata: ExecutionMetadata;
  /** How it ended, or what it is stuck with: what `settled()` answers; `null`: neither. */
  readonly output: unknown;
  /** In order; none where they are not kept (`history: 'failures'`). */
  readonly events: readonly RecordedEvent[];
}
export interface RecordedEvent {
  /** From 1, without a gap. */
  readonly seq: number;
  readonly at: Date;
  readonly type: string;
  /** The step's path; `null`: it is of the execution as a whole. */
  readonly step: string | null;
  /** Everything else that the event says. */
  readonly data: unknown;
}

export interface ListOptions {
  /** Of this saga, by its name. @defaultValue of all */
  readonly saga?: string;
  /** Only these. @defaultValue all */
  readonly status?: ExecutionStatus | readonly ExecutionStatus[];
  /** Started at this time or later. @defaultValue any time */
  readonly from?: Date;
  /** Started before this time. @defaultValue any time */
  readonly to?: Date;
  /** The `next` of the page before. @defaultValue the first page */
  readonly after?: string;
  /** From 1 to 1,000. @defaultValue 50 */
  readonly limit?: number;
}
export interface ExecutionPage {
  /** The newest first. */
  readonly executions: readonly ExecutionSummary[];
  /** For `after`, to have the next page; `null`: this is the last. */
  readonly next: string | null;
}

export interface Health {
  /** Executions that wait for a person. */
  readonly stuck: number;
  /** When the oldest execution was started that has neither ended nor is stuck; `null`: there is none. */
  readonly oldestUnfinishedAt: Date | null;
  /** Events that are not published yet. */
  readonly unpublished: number;
  /** Executions that have been due for a while and that no live worker can run: they lack the saga, or have another graph of it. */
  readonly incompatible: readonly ExecutionSummary[];
}

export class Executions {
  readonly #log: () => Promise<ExecutionLog>;
  readonly #codec: Codec;
  readonly #sinceMs: number;

  /** `log`: when it is ready. `sinceMs`: how long an execution may be due before that is told of. */
  constructor(log: () => Promise<ExecutionLog>, codec: Codec, sinceMs: number) {
    this.#log = log;
    this.#codec = codec;
    this.#sinceMs = sinceMs;
  }

  /** A page of them. @throws SagaError `SAGA_LOG_BAD_OPTIONS` */
  async list(options: ListOptions = {}): Promise<ExecutionPage> {
    const problems = problemsOf(options, rules);
    if (problems.length > 0) throw badList(problems.join('; '));
    const { saga, status, from, to, after, limit = 50 } = options;
    const log = await this.#log();
    const heads = await log.list({
      limit: limit + 1,
      ...(saga !== undefined && { saga }),
      ...(status !== undefined && { status: typeof status === 'string' ? [status] : status }),
      ...(from !== undefined && { fromMs: from.getTime() }),
      ...(to !== undefined && { toMs: to.getTime() }),
      ...(after !== undefined && { after: keyIn(after) }),
    });
    const page = heads.slice(0, limit);
    const last = page[page.length - 1];
    return { executions: page.map(summaryOf), next: heads.length > limit && last ? `${last.startedAtMs}:${last.id}` : null };
  }

  /** One of them, with its events. @throws SagaError `SAGA_LOG_UNKNOWN_EXECUTION`, `SAGA_LOG_UNREADABLE` */
  async show(id: string): Promise<ExecutionDetails> {
    checkId(id);
    const log = await this.#log();
    const [head] = await log.heads([id]);
    if (head === undefined) throw unknownExecution(id);
    const isDropped = (await log.events(id, 0, 1)).length === 0;
    const events = isDropped ? [] : await loadEvents(log, id, head.seq);
    return {
      ...summaryOf(head),
      input: this.#codec.decode(head.input),
      metadata: decodeMetadata(this.#codec, head.metadata),
      output: head.output === null ? null : this.#codec.decode(head.output),
      events: events.map(({ seq, atMs, type, step, data }) => ({ seq, at: new Date(atMs), type, step, data: this.#codec.decode(data) })),
    };
  }

  async health(): Promise<Health> {
    const log = await this.#log();
    const [{ stuck, oldestUnfinishedAtMs, unpublished }, incompatible] = await Promise.all([
      log.health(),
      log.unclaimable(this.#sinceMs, 100),
    ]);
    return { stuck, oldestUnfinishedAt: dateOf(oldestUnfinishedAtMs), unpublished, incompatible: incompatible.map(summaryOf) };
  }
}

const statuses: readonly unknown[] = [
  'pending', 'running', 'compensating', 'stuck', 'completed', 'compensated', 'abandoned',
] satisfies readonly ExecutionStatus[];
const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

const rules: OptionRules<ListOptions> = {
  saga: { mustBe: 'the name of a saga', holds: (value) => typeof value === 'string' && isStorableText(value) },
  status: {
    mustBe: `one or several of ${statuses.join(', ')}`,
    holds: (value) => (Array.isArray(value) ? value : [value]).every((one) => statuses.includes(one)),
  },
  from: { mustBe: 'a valid Date', holds: isDate },
  to: { mustBe: 'a valid Date', holds: isDate },
  after: { mustBe: 'the `next` of a page', holds: (value) => typeof value === 'string' },
  limit: {
    mustBe: 'a whole number from 1 to 1,000',
    holds: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000,
  },
};

function summaryOf({ id, saga, status, startedAtMs, updatedAtMs, endedAtMs, wakeAtMs, owner, fingerprint }: Head): ExecutionSummary {
  const [startedAt, updatedAt] = [new Date(startedAtMs), new Date(updatedAtMs)];
  return { id, saga, status, startedAt, updatedAt, endedAt: dateOf(endedAtMs), wakesAt: dateOf(wakeAtMs), owner, fingerprint };
}

function dateOf(atMs: LogHealth['oldestUnfinishedAtMs']): Date | null {
  return atMs === null ? null : new Date(atMs);
}

function keyIn(after: string): ListKey {
  const [, startedAtMs, id] = /^(\d{1,16}):([^]*)$/.exec(after) ?? [];
  if (startedAtMs === undefined || !isExecutionId(id)) throw badList("'after' is not the `next` of a page");
  return { startedAtMs: Number(startedAtMs), id };
}

function badList(problem: string): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `Executions cannot be listed: ${problem}.`,
    remedy: 'Correct it, or leave it out.',
  });
}
