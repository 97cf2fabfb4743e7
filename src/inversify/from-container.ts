import type { Container, ContainerModule, ServiceIdentifier } from 'inversify';
import { executionScope } from '../containers/execution-scope.js';
import { unresolved } from '../containers/unresolved.js';
import { SagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { executionContainer } from './execution-container.js';

/**
 * Resolves each execution's saga, and what it needs, in a child container of its own, into which `ofExecution` are loaded: what they bind
 * in singleton scope is shared within an execution and not across, what the container itself binds so is shared by all. At the end what
 * was made for the execution is deactivated (`onDeactivation`, `@preDestroy`), one by one, the last made first. The sagas and step classes
 * need no binding: each is made for the execution, whatever the container says, unless a module binds it. Request scope means one class
 * here: a saga and its sub-saga are two requests. No singleton of the container may need what the modules bind; inversify does not see it.
 *
 * @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when this is no container of inversify. From `run` and `settle`, before anything began:
 * SagaResolverError when a dependency cannot be resolved
 */
export function fromContainer(container: Container, ...ofExecution: readonly ContainerModule[]): Resolver {
  if (typeof (container as Partial<Container> | undefined)?.getAsync !== 'function') {
    throw new SagaError({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: 'fromContainer(container) was given no container of inversify.',
      remedy: 'Pass one:  new Container().',
    });
  }
  return {
    open(saga: SagaClass): Scope | Promise<Scope> {
      const { loaded, dispose } = executionContainer(container, ofExecution);
      return executionScope(saga, { resolve: async (wanted) => resolvedIn(await loaded, wanted), dispose });
    },
  };
}

async function resolvedIn(child: Container, wanted: SagaClass): Promise<object> {
  const service = wanted as ServiceIdentifier<object>;
  try {
    if (!child.isCurrentBound(service)) child.bind(service).toSelf().inTransientScope();
    return await child.getAsync(service);
  } catch (error) {
    throw unresolved(wanted, error, remedyFor);
  }
}

function remedyFor(message: string): string | undefined {
  if (message.startsWith('No bindings found')) return 'Bind it in the container or, where each execution has its own, in a module of it.';
  if (message.includes('missing metadata')) return 'esbuild and tsx emit none.';
  return undefined;
}
