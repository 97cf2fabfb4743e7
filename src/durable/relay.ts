import { Alarms } from '../runtime/alarms.js';
import type { Environment } from '../runtime/options.js';
import type { ExecutionRef, Report } from '../runtime/ports.js';
import { idsOf } from '../runtime/publishing.js';
import { withinGrace } from '../runtime/within-grace.js';
import { answerWithin } from './asking.js';
import type { Codec } from './codec/codec.js';
import type { ExecutionLog, OutboxRow } from './execution-log.js';
import { decodeMetadata, refOf } from './stored-metadata.js';

/** Executions whose events are taken at once. */
const batch = 20;
const longestRetryMs = 300_000;

/**
 * Publishes what lies in the outbox: at least once, each event under the same id every time (R20; durability.md, guarantee 9). What cannot
 * be published stays, and is tried again later, by whichever worker.
 */
export class Relay {
  readonly #log: ExecutionLog;
  readonly #codec: Codec;
  readonly #environment: Environment;
  readonly #holdMs: number;
  readonly #report: (report: Report, execution: ExecutionRef) => void;

  constructor(
    log: ExecutionLog,
    codec: Codec,
    environment: Environment,
    holdMs: number,
    report: (report: Report, execution: ExecutionRef) => void,
  ) {
    this.#log = log;
    this.#codec = codec;
    this.#environment = environment;
    this.#holdMs = holdMs;
    this.#report = report;
  }

  get isWanted(): boolean {
    return this.#environment.publish !== null;
  }

  /** All that waits; of `id` alone, where given. Rejects where the store cannot be reached. */
  async publishAll(id?: string): Promise<void> {
    if (!this.isWanted) return;
    let taken: readonly OutboxRow[];
    const limit = id === undefined ? batch : 1;
    // One after another may take up to its grace: meanwhile nobody else is to have them.
    const holdMs = this.#holdMs + limit * this.#environment.graceMs;
    do {
      taken = await this.#ask(() => this.#log.takeOutbox(limit, holdMs, id));
      for (const rows of byExecution(taken)) await this.#publish(rows);
    } while (taken.length > 0 && id === undefined);
  }

  async #publish(rows: readonly OutboxRow[]): Promise<void> {
    const { execution, saga, metadata, failures } = rows[0]!;
    const { publish, graceMs, clock } = this.#environment;
    let events: readonly unknown[] = [];
    try {
      // Where it cannot be read nothing is published: it may say for whom that would be.
      const ref: ExecutionRef = { id: execution, saga, metadata: decodeMetadata(this.#codec, metadata) };
      events = rows.map(({ data }) => this.#codec.decode(data));
      await withinGrace('publish of the runner', graceMs, () => publish!(events, ref, idsOf(events, ref)), new Alarms(clock));
    } catch (error) {
      this.#report({ type: 'publish-failed', events, error }, refOf(this.#codec, { id: execution, saga, metadata }));
      await this.#ask(() => this.#log.unpublished(execution, Math.min(longestRetryMs, 1_000 * 2 ** failures)));
      return;
    }
    await this.#ask(() => this.#log.published([execution]));
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return answerWithin(this.#holdMs / 3, this.#environment.clock, question);
  }
}

function byExecution(rows: readonly OutboxRow[]): OutboxRow[][] {
  const groups = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const group = groups.get(row.execution);
    if (group === undefined) groups.set(row.execution, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
