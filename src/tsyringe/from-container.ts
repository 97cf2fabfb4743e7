import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { SagaResolverError } from '../errors/runtime-errors.js';
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
      const dispose = (): void | Promise<void> => disposeOf(child);
      const resolve = (part: SagaClass): object => resolveIn(child, part);
      try {
        return { saga: resolve(saga), resolve, dispose };
      } catch (error) {
        return failedToResolve(error, dispose);
      }
    },
  };
}

async function failedToResolve(error: unknown, dispose: () => void | Promise<void>): Promise<never> {
  try {
    await dispose();
  } catch {
    // Why it could not be resolved is what matters now.
  }
  throw error;
}

function resolveIn(container: DependencyContainer, wanted: SagaClass): object {
  try {
    return container.resolve(wanted as InjectionToken<object>);
  } catch (error) {
    throw new SagaResolverError(wanted.name, `${messageOf(error)} ${remedyFor(error)}`, error);
  }
}

/** tsyringe's message names the parameter and the class; it ends without a full stop. */
function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.message}.` : String(error);
}

function remedyFor(error: unknown): string {
  const message = messageOf(error);
  if (message.includes('TypeInfo not known')) {
    return 'Decorate the class with @injectable(), and compile with emitDecoratorMetadata: esbuild and tsx emit none.';
  }
  if (message.includes('unregistered dependency token')) return 'Register it in the container.';
  return 'See `cause`: what was thrown while it was constructed.';
}
