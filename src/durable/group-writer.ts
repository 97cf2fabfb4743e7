import type { Clock } from '../runtime/ports.js';
import { answerWithin, isUnavailable, pause, pauseBeforeAsking } from './asking.js';
import type { ExecutionLog, Head, Write, WriteResult } from './execution-log.js';

/** More in one statement than this gains nothing, and keeps its first waiting. */
const largestBatch = 500;
/** Less in a statement of its own, beside another, would cost the store more flushes than it would save anybody time. */
const worthAnother = 28;

interface Queued {
  readonly write: Write;
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
  /** Sent more than once, it may be found written by its own earlier sending. */
  sendings: number;
  isGivenUp: boolean;
}

/**
 * Writes what many executions have to write in as few flushes as there can be: what is queued while one is in flight is the next. Where the
 * log can do several at once, and there is enough to write, it does: so this process and the store work at the same time, and not in turns.
 * Where the answer is lost, it reads back what became of it, by the nonce, and sends again what did not land: for as long as the store
 * cannot be reached, or until it is told to give up.
 */
export class GroupWriter {
  readonly #log: ExecutionLog;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #answerWithinMs: number;
  readonly #mostInFlight: number;
  #queue: Queued[] = [];
  readonly #inFlight = new Set<readonly Queued[]>();
  #isDue = false;

  constructor(log: ExecutionLog, clock: Clock, random: () => number, answerWithinMs: number) {
    this.#log = log;
    this.#clock = clock;
    this.#random = random;
    this.#answerWithinMs = answerWithinMs;
    this.#mostInFlight = log.writesAtOnce ?? 1;
  }

  /**
   * Resolves once it is durable, or refused. Nothing else of the same execution may be queued meanwhile.
   *
   * Rejects with what the store cannot take of it, or with what the writer gave up for.
   */
  write(write: Write): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject, sendings: 0, isGivenUp: false });
      this.#flushSoon();
    });
  }

  /** Rejects all that is queued or in flight: nobody knows what of the latter is done. */
  giveUp(error: unknown): void {
    const all = [...this.#inFlight, this.#queue].flat();
    this.#queue = [];
    for (const queued of all) {
      queued.isGivenUp = true;
      queued.reject(error);
    }
  }

  #flushSoon(): void {
    if (this.#isDue || this.#inFlight.size === this.#mostInFlight) return;
    this.#isDue = true;
    // What the other executions of this turn have to write goes along.
    setImmediate(() => {
      this.#isDue = false;
      this.#flushQueued();
    });
  }

  #flushQueued(): void {
    for (let length = this.#nextLength(); length > 0; length = this.#nextLength()) {
      const batch = this.#queue.splice(0, length);
      this.#inFlight.add(batch);
      void this.#flush(batch).then(() => {
        this.#inFlight.delete(batch);
        this.#flushQueued();
      });
    }
  }

  /** How much of what is queued is to be flushed now; 0: nothing. */
  #nextLength(): number {
    const queued = this.#queue.length;
    const free = this.#mostInFlight - this.#inFlight.size;
    const isAlone = this.#inFlight.size === 0;
    if (free === 0 || (!isAlone && queued < worthAnother)) return 0;
    const shares = Math.max(1, Math.min(free, Math.floor(queued / worthAnother)));
    return Math.min(largestBatch, Math.ceil(queued / shares));
  }

  async #flush(batch: readonly Queued[]): Promise<void> {
    let left = batch.filter(isWanted);
    for (let sendings = 0; left.length > 0; sendings++) {
      try {
        if (sendings > 0) left = await this.#notLanded(left);
        await this.#send(left);
        return;
      } catch (error) {
        if (!isUnavailable(error)) return this.#bisect(left, error);
        await pause(this.#clock, pauseBeforeAsking(sendings + 1, this.#random));
      }
      left = left.filter(isWanted);
    }
  }

  async #send(batch: readonly Queued[]): Promise<void> {
    if (batch.length === 0) return;
    for (const queued of batch) queued.sendings += 1;
    const results = await this.#ask(() => this.#log.write(batch.map(({ write }) => write)));
    const doubtful: Queued[] = [];
    batch.forEach((queued, index) => {
      const result = results[index]!;
      if (result.type === 'fenced' && queued.sendings > 1) doubtful.push(queued);
      else queued.resolve(ownCreation(queued.write, result) ?? result);
    });
    // An earlier sending may have landed after it was read back: then it is that which stands in the way.
    if (doubtful.length > 0) await this.#resolveByNonce(doubtful);
  }

  async #resolveByNonce(doubtful: readonly Queued[]): Promise<void> {
    const heads = await this.#heads(doubtful);
    for (const queued of doubtful) {
      const head = heads.get(queued.write.id);
      queued.resolve(head?.nonce === queued.write.nonce ? writtenAs(head) : { type: 'fenced' });
    }
  }

  /** Settles what landed and what no longer can; answers the rest. */
  async #notLanded(batch: readonly Queued[]): Promise<Queued[]> {
    const heads = await this.#heads(batch);
    return batch.filter((queued) => {
      const result = whatBecameOf(queued.write, heads.get(queued.write.id));
      if (result !== null) queued.resolve(result);
      return result === null;
    });
  }

  /** One of them cannot be stored: halves until it stands alone, so that the others are written. */
  async #bisect(batch: readonly Queued[], error: unknown): Promise<void> {
    if (batch.length === 1) {
      batch[0]!.reject(error);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.#flush(batch.slice(0, middle));
    await this.#flush(batch.slice(middle));
  }

  async #heads(batch: readonly Queued[]): Promise<ReadonlyMap<string, Head>> {
    const heads = await this.#ask(() => this.#log.heads(batch.map(({ write }) => write.id)));
    return new Map(heads.map((head) => [head.id, head]));
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return answerWithin(this.#answerWithinMs, this.#clock, question);
  }
}

function isWanted({ isGivenUp }: Queued): boolean {
  return !isGivenUp;
}

/** After a lost answer; `null`: it did not land, and still can. */
function whatBecameOf(write: Write, head: Head | undefined): WriteResult | null {
  if (head === undefined) return write.type === 'create' ? null : { type: 'fenced' };
  if (head.nonce === write.nonce) return writtenAs(head);
  if (write.type === 'create') return { type: 'exists', head };
  return head.epoch === write.epoch && head.seq === write.fromSeq ? null : { type: 'fenced' };
}

function ownCreation(write: Write, result: WriteResult): WriteResult | null {
  return result.type === 'exists' && result.head.nonce === write.nonce ? writtenAs(result.head) : null;
}

function writtenAs({ updatedAtMs, hasInbox }: Head): WriteResult {
  return { type: 'written', atMs: updatedAtMs, hasInbox };
}
