import { disposeAll } from '../containers/dispose-all.js';
import { executionScope } from '../containers/execution-scope.js';
import { unresolved } from '../containers/unresolved.js';
import { SagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from '../runtime/ports.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as awilix has it
type AwilixClass<T> = new (...dependencies: any[]) => T;

/** The part of awilix's container that is needed, stated here so that it is no dependency. */
export interface AwilixContainerLike {
  createScope(): AwilixScopeLike;
}

/** A container that `createScope` made. */
export interface AwilixScopeLike {
  /** What was made in it and lives as long, by name, in the order in which it was made. */
  readonly cache: Map<string | symbol, { readonly resolver: object; readonly value: unknown }>;
  /** An instance of a class, with what its constructor takes; it is not kept. */
  build<T>(constructor: AwilixClass<T>): T;
}

/**
 * Builds each execution's saga in a scope of its own: what is `scoped()` is shared within an execution and not across, singletons are the
 * container's. At the end the `disposer` of whatever is scoped is called, one by one, the last made first (a scope's own `dispose` calls
 * them all at once). The sagas and step classes themselves need no registration: they are built, as a class given to `build` is. Give the
 * container `strict: true`; without it a singleton is made in the scope that first needs it, and keeps what is scoped there.
 *
 * @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when this is no container of awilix. From `run` and `settle`, before anything began:
 * SagaResolverError when a dependency cannot be resolved
 */
export function fromContainer(container: AwilixContainerLike): Resolver {
  if (typeof (container as Partial<AwilixContainerLike> | undefined)?.createScope !== 'function') {
    throw new SagaError({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: 'fromContainer(container) was given no container of awilix.',
      remedy: 'Pass one:  createContainer({ strict: true }).',
    });
  }
  return {
    open(saga: SagaClass): Scope | Promise<Scope> {
      const scope = container.createScope();
      return executionScope(saga, { resolve: (wanted) => builtIn(scope, wanted), dispose: () => disposeOf(scope) });
    },
  };
}

function builtIn(scope: AwilixScopeLike, wanted: SagaClass): object {
  try {
    return scope.build(wanted as AwilixClass<object>);
  } catch (error) {
    throw unresolved(wanted, error, remedyFor);
  }
}

function remedyFor(message: string): string | undefined {
  return /^Could not resolve '.*'\. Resolution path/.test(message) ? 'Register it in the container.' : undefined;
}

/** At once, where there is nothing. */
function disposeOf({ cache }: AwilixScopeLike): void | Promise<void> {
  if (cache.size === 0) return;
  const made = [...cache.values()] as { readonly resolver: { readonly dispose?: (value: unknown) => unknown }; readonly value: unknown }[];
  cache.clear();
  return disposeAll(made.map(({ resolver, value }) => () => resolver.dispose?.(value)));
}
