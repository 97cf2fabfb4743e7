import type { Environment } from '../runtime/options.js';
import type { ExecutionRef, Report } from '../runtime/ports.js';
import { warnOfLog } from '../runtime/warnings.js';
import { answerWithin, isUnavailable } from './asking.js';
import type { Codec } from './codec/codec.js';
import type { LogSettings } from './options.js';
import { Periodic } from './periodic.js';
import type { Registry } from './registry.js';
import type { Relay } from './relay.js';
import { refOf } from './stored-metadata.js';

export interface MaintenanceParts {
  readonly settings: LogSettings;
  readonly environment: Environment;
  readonly codec: Codec;
  readonly registry: Registry;
  readonly relay: Relay;
  readonly report: (report: Report, execution: ExecutionRef) => void;
  /** Looks which graphs the executions in the log have. */
  readonly compareGraphs: () => Promise<void>;
}

const deletedAtOnce = 500;
const toldOfAtOnce = 100;
/** Told of once, as long as they are among the last of so many. */
const toldOfAtMost = 10_000;
const longestPauseMs = 60_000;
const defaults = { pollMs: 1_000, leaseMs: 15_000 };

/** What a worker does beside running executions: it publishes, deletes what is too old, and tells of what nobody can run. */
export class Maintenance {
  readonly #parts: MaintenanceParts;
  readonly #tasks: readonly Periodic[];
  readonly #told = new Set<string>();

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    const { settings, environment, relay } = parts;
    const { clock, random } = environment;
    const { pollMs, leaseMs } = settings.worker ?? defaults;
    const every = (everyMs: number, what: string, task: () => Promise<void>): Periodic =>
      new Periodic(clock, random, everyMs, () => this.#attempt(what, task));
    this.#tasks = [
      ...(relay.isWanted ? [every(pollMs, 'The outbox could not be published', () => relay.publishAll())] : []),
      ...(settings.retentionMs === Infinity
        ? []
        : [every(Math.min(settings.retentionMs, longestPauseMs), 'Old executions could not be deleted', () => this.#deleteOld())]),
      every(leaseMs, 'Executions that nobody can run could not be looked for', () => this.#tellOfIncompatible()),
    ];
  }

  start(): void {
    for (const task of this.#tasks) task.start();
  }

  stop(): void {
    for (const task of this.#tasks) task.stop();
  }

  async #deleteOld(): Promise<void> {
    const { log, retentionMs } = this.#parts.settings;
    while ((await this.#ask(() => log.deleteEnded(retentionMs, deletedAtOnce))) === deletedAtOnce);
  }

  async #tellOfIncompatible(): Promise<void> {
    const { settings, codec, report, compareGraphs } = this.#parts;
    await compareGraphs();
    const { leaseMs } = settings.worker ?? defaults;
    const heads = await this.#ask(() => settings.log.unclaimable(leaseMs, toldOfAtOnce));
    for (const head of heads) {
      const { id, fingerprint } = head;
      if (this.#told.has(id)) continue;
      if (this.#told.size >= toldOfAtMost) this.#told.clear();
      this.#told.add(id);
      report({ type: 'incompatible', fingerprint }, refOf(codec, head));
    }
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    const { settings, environment } = this.#parts;
    return answerWithin((settings.worker ?? defaults).leaseMs / 3, environment.clock, question);
  }

  async #attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!isUnavailable(error)) warnOfLog(what, error);
    }
  }
}
