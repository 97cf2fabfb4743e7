import type { StepShape } from './shape.js';

/** Something that was done outside, under a key. */
export interface Receipt {
  readonly id: string;
  readonly key: string;
  readonly number: number;
  /** The runs that were given it. */
  readonly runs: RunOutside[];
}
export interface RunOutside {
  readonly run: string;
  readonly isGone: () => boolean;
  /** Whether the effect was returned to the process that asked for it, and not lost in a failure on the way. */
  isReturned: boolean;
}

/** What is outside of all processes: what steps did there, and compensations undid, by idempotency key. */
export class World {
  readonly #standing = new Map<string, Receipt[]>();
  readonly #closed = new Set<string>();
  /** What was published, by its id. */
  readonly published = new Map<string, string>();
  #numbers = 0;

  /** @throws Error where nothing is done under this key any more */
  perform(id: string, key: string, { provider }: StepShape, run: RunOutside): Receipt {
    if (provider === 'closed' && this.#closed.has(key)) throw new Error(`${key} was cancelled`);
    const standing = this.#standing.get(key) ?? [];
    const known = provider === 'fresh' ? undefined : standing[0];
    if (known !== undefined) {
      known.runs.push(run);
      return known;
    }
    this.#numbers += 1;
    const receipt = { id, key, number: this.#numbers, runs: [run] };
    this.#standing.set(key, [...standing, receipt]);
    return receipt;
  }

  /** Everything under this key, whether there is anything or not. */
  undo(key: string): void {
    this.#closed.add(key);
    this.#standing.delete(key);
  }

  /** All that a step did, in whatever round. */
  undoByHand(id: string, step: string): void {
    for (const key of [...this.#standing.keys()]) if (key.startsWith(`${id}:${step}:`)) this.undo(key);
  }

  has(key: string): boolean {
    return this.#standing.has(key);
  }

  standingOf(id: string): readonly Receipt[] {
    return [...this.#standing.values()].flat().filter((receipt) => receipt.id === id);
  }
}
