import { SagaResolverError } from '../errors/runtime-errors.js';
import { codeOf } from '../errors/saga-error.js';
import { isObject } from './is-object.js';
import type { Resolver, SagaClass, Scope } from './ports.js';

/**
 * Opens a scope for one instance of the saga.
 *
 * @throws SagaResolverError when the resolver fails or supplies no instance
 */
export function openScope(resolver: Resolver, saga: SagaClass): Scope | Promise<Scope> {
  try {
    const opened = resolver.open(saga);
    if (!isThenable(opened)) return checked(saga, opened);
    return Promise.resolve(opened).then((scope) => checked(saga, scope), (error: unknown) => fail(saga, error));
  } catch (error) {
    return fail(saga, error);
  }
}

function checked(saga: SagaClass, scope: Scope): Scope | Promise<Scope> {
  // Read once: it is the execution's instance from here on (R22).
  const instance: unknown = scope?.saga;
  if (!isObject(instance)) return refused(saga, scope);
  return scope.dispose === undefined ? { saga: instance } : { saga: instance, dispose: () => scope.dispose!() };
}

async function refused(saga: SagaClass, scope: Scope | undefined): Promise<never> {
  await scope?.dispose?.();
  throw new SagaResolverError(saga.name, 'Its open(saga) must return { saga: the instance, dispose?: … }, or a promise of that.', scope);
}

function fail(saga: SagaClass, error: unknown): never {
  if (codeOf(error) === 'SAGA_RUNTIME_NO_RESOLVER' || codeOf(error) === 'SAGA_RUNTIME_RESOLVER_FAILED') throw error;
  const namely = error instanceof Error ? `, namely: ${error.message}` : '';
  throw new SagaResolverError(saga.name, `See \`cause\`: what the resolver threw${namely}.`, error);
}

function isThenable(opened: Scope | PromiseLike<Scope>): opened is PromiseLike<Scope> {
  return isObject(opened) && 'then' in opened && typeof opened.then === 'function';
}
