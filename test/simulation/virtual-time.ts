import type { Chance } from './chance.js';

interface Moment {
  readonly atMs: number;
  /** Drawn: what is to happen at one time happens in any order. */
  readonly order: number;
  readonly run: () => void;
  isTakenBack: boolean;
}

const realImmediate = globalThis.setImmediate;

/** Time that passes only from one thing that is to happen to the next. */
export class VirtualTime {
  nowMs = 0;
  readonly #chance: Chance;
  readonly #heap: Moment[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Calls back in so many milliseconds; returns a function that takes this back. */
  in(delayMs: number, run: () => void): () => void {
    const moment = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#chance.random(), run, isTakenBack: false };
    this.#push(moment);
    return () => void (moment.isTakenBack = true);
  }

  /** Goes on until this is so, or nothing is left to happen; all that needs no time comes to rest in between. */
  async until(isOver: () => boolean): Promise<void> {
    const immediates: (() => void)[] = [];
    const queue = (callback: () => void): void => void immediates.push(callback);
    globalThis.setImmediate = queue as unknown as typeof setImmediate;
    try {
      for (;;) {
        for (;;) {
          await new Promise<void>((resolve) => realImmediate(resolve));
          if (immediates.length === 0) break;
          for (const callback of immediates.splice(0)) callback();
        }
        if (isOver()) return;
        const next = this.#next();
        if (next === undefined) return;
        this.nowMs = Math.max(this.nowMs, next.atMs);
        next.run();
      }
    } finally {
      globalThis.setImmediate = realImmediate;
    }
  }

  #next(): Moment | undefined {
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) if (!next.isTakenBack) return next;
    return undefined;
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!isBefore(moment, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = moment;
  }

  #pop(): Moment | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Moment, other: Moment): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
