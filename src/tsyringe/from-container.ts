import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { executionScope } from '../containers/execution-scope.js';
import { unresolved } from '../containers/unresolved.js';
import { SagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { disposeOf, executionContainer } from './execution-container.js';

/**
 * Resolves each execution's saga, and what it needs, in a child container of its own: `ContainerScoped` dependencies are shared within
 * an execution and not across, singletons are the container's. At the end what was made for the execution alone is disposed, the last
 * made first. What a factory resolves from the container that it is given is made for the execution: one that caches must not.
 *
 * @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when this is no container of tsyringe. From `run` and `settle`, before anything began:
 * SagaResolverError when a dependency cannot be resolved
 */
export function fromContainer(container: DependencyContainer): Resolver {
  if (typeof (container as Partial<DependencyContainer> | undefined)?.createChildContainer !== 'function') {
    throw new SagaError({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: 'fromContainer(container) was given no container of tsyringe.',
      remedy: "Pass one:  import { container } from 'tsyringe'.",
    });
  }
  return {
    open(saga: SagaClass): Scope | Promise<Scope> {
      const child = executionContainer(container);
      return executionScope(saga, { resolve: (wanted) => resolvedIn(child, wanted), dispose: () => disposeOf(child) });
    },
  };
}

function resolvedIn(child: DependencyContainer, wanted: SagaClass): object {
  try {
    return child.resolve(wanted as InjectionToken<object>);
  } catch (error) {
    throw unresolved(wanted, error, remedyFor);
  }
}

/** tsyringe's message names the parameter and the class. */
function remedyFor(message: string): string | undefined {
  if (message.includes('TypeInfo not known')) {
    return 'Decorate the class with @injectable(), and compile with emitDecoratorMetadata: esbuild and tsx emit none.';
  }
  return message.includes('unregistered dependency token') ? 'Register it in the container.' : undefined;
}
