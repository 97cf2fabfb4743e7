import { SagaResolverError } from '../errors/runtime-errors.js';
import { codeOf } from '../errors/saga-error.js';
import type { Part } from '../graph/blueprint.js';
import { constructedInstance } from './instance-resolver.js';
import { isObject } from './is-object.js';
import type { ExecutionRef, Report, Resolver, SagaClass, Scope } from './ports.js';

/** The scope of one execution, with every instance that it works with (R22, R24). */
export interface OpenScope {
  readonly saga: object;
  /** The instances of sub-sagas and step classes, by path. */
  readonly parts: ReadonlyMap<string, object>;
  /** Left out where there is nothing to dispose. */
  readonly dispose?: () => void | Promise<void>;
}

const noParts: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * Opens a scope of this execution for one instance of the saga, and of each of these parts.
 *
 * @throws SagaResolverError when the resolver fails or supplies no instance
 */
export function openScope(
  resolver: Resolver,
  saga: SagaClass,
  parts: readonly Part[],
  execution: ExecutionRef,
): OpenScope | Promise<OpenScope> {
  try {
    const opened = resolver.open(saga, execution);
    return isThenable(opened) ? openedLater(opened, saga, parts) : withParts(saga, opened, parts);
  } catch (error) {
    return fail(saga, error);
  }
}

function openedLater(opened: PromiseLike<Scope>, saga: SagaClass, parts: readonly Part[]): Promise<OpenScope> {
  const opening = new Promise<Scope>((resolve) => resolve(opened));
  return opening.then((scope) => withParts(saga, scope, parts), (error: unknown) => fail(saga, error));
}

function withParts(saga: SagaClass, scope: Scope, parts: readonly Part[]): OpenScope | Promise<OpenScope> {
  // Read once: it is the execution's instance from here on (R22).
  const instance: unknown = scope?.saga;
  if (!isObject(instance)) return refused(saga, scope);
  if (parts.length > 0) return resolveParts(saga, scope, instance, parts);
  return scope.dispose === undefined ? { saga: instance, parts: noParts } : disposable(scope, instance);
}

/** A function of its own: one that makes a function costs that much at each call, whether it makes it or not. */
function disposable(scope: Scope, instance: object): OpenScope {
  return { saga: instance, parts: noParts, dispose: () => scope.dispose!() };
}

async function resolveParts(saga: SagaClass, scope: Scope, instance: object, parts: readonly Part[]): Promise<OpenScope> {
  const dispose = scope.dispose && ((): void | Promise<void> => scope.dispose!());
  const instances = new Map<string, object>();
  try {
    for (const part of parts) instances.set(part.path, await partOf(scope, part));
    return { saga: instance, parts: instances, ...(dispose && { dispose }) };
  } catch (error) {
    await disposeScope({ saga: instance, parts: instances, ...(dispose && { dispose }) }, () => {}); // what matters now is why
    return fail(saga, error);
  }
}

async function partOf(scope: Scope, { path, class: part }: Part): Promise<object> {
  const supplied: unknown = scope.resolve === undefined ? constructedInstance(part as SagaClass) : scope.resolve(part as SagaClass);
  const instance = await supplied;
  if (isObject(instance)) return instance;
  throw new SagaResolverError(part.name, `Its scope's resolve(${part.name}), asked for '${path}', must return the instance.`, instance);
}

/** At once, where the scope takes no time. That it fails is reported, and changes nothing any more. */
export function disposeScope(scope: OpenScope, report: (report: Report) => void): void | Promise<void> {
  const failed = (error: unknown): void => report({ type: 'disposal-failed', error });
  try {
    const disposal = scope.dispose?.();
    if (isObject(disposal)) return Promise.resolve(disposal).catch(failed);
  } catch (error) {
    failed(error);
  }
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
  return typeof (opened as Partial<PromiseLike<Scope>> | undefined)?.then === 'function';
}
