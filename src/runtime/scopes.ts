import { SagaResolverError } from '../errors/runtime-errors.js';
import { isSagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from './ports.js';

/**
 * Opens a scope for one instance of the saga.
 *
 * @throws SagaResolverError when the resolver fails or supplies no instance
 */
export function openScope(resolver: Resolver, saga: SagaClass): Scope | Promise<Scope> {
  try {
    const opened = resolver.open(saga);
    return opened instanceof Promise ? opened.then((scope) => checked(saga, scope), (error: unknown) => fail(saga, error)) : checked(saga, opened);
  } catch (error) {
    return fail(saga, error);
  }
}

function checked(saga: SagaClass, scope: Scope): Scope {
  if (typeof scope?.saga === 'object' && scope.saga !== null) return scope;
  throw new SagaResolverError(saga.name, 'Its open(saga) must return { saga: the instance, dispose?: … }, or a promise of that.', scope);
}

function fail(saga: SagaClass, error: unknown): never {
  if (isSagaError(error)) throw error;
  throw new SagaResolverError(saga.name, `See \`cause\`: what the resolver threw${error instanceof Error ? `, namely: ${error.message}` : ''}.`, error);
}
