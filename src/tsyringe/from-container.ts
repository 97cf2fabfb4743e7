import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { SagaResolverError } from '../errors/runtime-errors.js';
import type { Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { disposeChild } from './dispose-child.js';

/**
 * Resolves each execution's saga, and what it needs, in a child container of its own: `ContainerScoped` dependencies are shared within
 * an execution and not across, singletons are the container's. At the end what was made for the execution alone is disposed, the last
 * made first.
 *
 * @throws SagaResolverError from `run` and `settle`, before anything began, when a dependency is not registered
 */
export function fromContainer(container: DependencyContainer): Resolver {
  return {
    open(saga: SagaClass): Scope | Promise<Scope> {
      const child = container.createChildContainer();
      const dispose = (): Promise<void> => disposeChild(child, container);
      try {
        return { saga: child.resolve(saga as InjectionToken<object>), dispose };
      } catch (error) {
        const failure = new SagaResolverError(saga.name, `${messageOf(error)} Register it in the container, or decorate its class with @injectable().`, error);
        return dispose().then(() => Promise.reject(failure), () => Promise.reject(failure));
      }
    },
  };
}

/** tsyringe's message names the parameter and the class; it ends without a full stop. */
function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : String(error);
}
