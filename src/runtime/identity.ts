import type { ExecutionRef } from './ports.js';

/** Names an execution, and outlives it: results, errors and observers may keep it without keeping what the execution worked with. */
export class Identity implements ExecutionRef {
  readonly saga: string;
  readonly #newId: () => string;
  #id: string | undefined;

  constructor(saga: string, newId: () => string) {
    this.saga = saga;
    this.#newId = newId;
  }

  get id(): string {
    return (this.#id ??= this.#newId());
  }
}
