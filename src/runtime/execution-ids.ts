import { SagaError } from '../errors/saga-error.js';

/** Ids that are remembered as spent; the oldest is forgotten first. */
const remembered = 10_000;

/**
 * The ids that were given to a runner's executions (R25). An id is part of the keys that providers see, so two executions never share
 * one, nor is one given again that is spent: its keys belong to effects that were cancelled.
 */
export class ExecutionIds {
  readonly #inUse = new Set<string>();
  readonly #spent = new Set<string>();

  /** @throws SagaError `SAGA_RUNTIME_ID_IN_USE`, `SAGA_RUNTIME_ID_USED` */
  take(saga: string, id: string): void {
    if (this.#inUse.has(id)) {
      throw new SagaError({
        code: 'SAGA_RUNTIME_ID_IN_USE',
        problem: `${saga} cannot be run as '${id}': an execution with this id is running.`,
        remedy: 'Await that one, or give this one another id.',
      });
    }
    if (this.#spent.has(id)) {
      throw new SagaError({
        code: 'SAGA_RUNTIME_ID_USED',
        problem: `${saga} cannot be run as '${id}': an execution with this id has ended, and some of its effects were cancelled.`,
        remedy: 'Give it another id: providers would answer its keys with those effects.',
      });
    }
    this.#inUse.add(id);
  }

  /** `isSpent`: whether something may have been sent under its keys that does not stand. */
  release(id: string, isSpent: boolean): void {
    this.#inUse.delete(id);
    if (!isSpent) return;
    this.#spent.add(id);
    if (this.#spent.size <= remembered) return;
    for (const oldest of this.#spent) {
      this.#spent.delete(oldest);
      return;
    }
  }
}
