import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import { noMetadata } from './execution-metadata.js';
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

  /** Most have none, and no field for it: one is made for each execution. */
  get metadata(): ExecutionMetadata {
    return noMetadata;
  }
}

class IdentityWithMetadata extends Identity {
  readonly #metadata: ExecutionMetadata;

  constructor(saga: string, newId: () => string, metadata: ExecutionMetadata) {
    super(saga, newId);
    this.#metadata = metadata;
  }

  override get metadata(): ExecutionMetadata {
    return this.#metadata;
  }
}

export function identityOf(saga: string, newId: () => string, metadata: ExecutionMetadata): Identity {
  return metadata === noMetadata ? new Identity(saga, newId) : new IdentityWithMetadata(saga, newId, metadata);
}
