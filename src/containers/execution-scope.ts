// What the adapters of containers share: the scope of an execution is a container's, made for it and disposed of with it.

import type { SagaClass, Scope } from '../runtime/ports.js';

/** What a container has made for one execution, and makes. */
export interface ExecutionContainer {
  /** @throws SagaResolverError when it cannot be made */
  readonly resolve: (wanted: SagaClass) => object | Promise<object>;
  /** Everything that was made for the execution, whatever of it cannot be disposed. */
  readonly dispose: () => void | Promise<void>;
}

/**
 * The scope of an execution of this saga, at once where the container takes no time. A saga that cannot be made leaves nothing behind: what
 * was made for it is disposed by the time that this rejects.
 */
export function executionScope(saga: SagaClass, { resolve, dispose }: ExecutionContainer): Scope | Promise<Scope> {
  try {
    const made = resolve(saga);
    if (made instanceof Promise) return scopeLater(made, { resolve, dispose });
    return { saga: made, resolve, dispose };
  } catch (error) {
    return failed(error, dispose);
  }
}

async function scopeLater(made: Promise<object>, { resolve, dispose }: ExecutionContainer): Promise<Scope> {
  try {
    return { saga: await made, resolve, dispose };
  } catch (error) {
    return failed(error, dispose);
  }
}

async function failed(error: unknown, dispose: ExecutionContainer['dispose']): Promise<never> {
  try {
    await dispose();
  } catch {
    // Why it could not be resolved is what matters now.
  }
  throw error;
}
