interface Queued<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One flush at a time, at most one in a turn of the event loop: what is added meanwhile is the next. */
export class GroupFlush<T> {
  readonly #flush: (batch: readonly T[]) => void | Promise<void>;
  #queue: Queued<T>[] = [];
  #isUnderWay = false;

  constructor(flush: (batch: readonly T[]) => void | Promise<void>) {
    this.#flush = flush;
  }

  /** Resolves once it is flushed. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      if (!this.#isUnderWay) this.#next();
    });
  }

  #next(): void {
    this.#isUnderWay = true;
    setImmediate(() => void this.#flushQueue());
  }

  async #flushQueue(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    try {
      await this.#flush(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    if (this.#queue.length > 0) this.#next();
    else this.#isUnderWay = false;
  }
}
