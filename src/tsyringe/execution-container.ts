import { Lifecycle } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { disposeAll } from '../containers/dispose-all.js';

// A child container for one execution. tsyringe 4 disposes with a child whatever was constructed through it, and that includes a
// singleton that happened to be needed first by this child, and what that singleton was constructed from: the next execution would get
// them disposed. So singletons are constructed by the container that they are registered in.

/** The part of tsyringe's container that it keeps to itself and that we need. */
interface ContainerInside {
  readonly disposables: Set<Disposable>;
  disposed: boolean;
  readonly parent?: ContainerInside;
  readonly _registry: { entries(): Iterable<[unknown, readonly Registration[]]> };
  resolveRegistration(registration: Registration, context: unknown): unknown;
}
interface Registration {
  readonly options: { readonly lifecycle: Lifecycle };
  readonly instance?: unknown;
}
interface Disposable {
  dispose(): unknown;
}

export function executionContainer(container: DependencyContainer): DependencyContainer {
  const child = container.createChildContainer();
  inside(child).resolveRegistration = resolveAtOwner;
  return child;
}

/** One function for all children: a closure for each would cost as much as what it resolves. */
function resolveAtOwner(this: ContainerInside, registration: Registration, context: unknown): unknown {
  const isFirst = registration.options.lifecycle === Lifecycle.Singleton && registration.instance === undefined;
  const owner = isFirst ? ownerOf(registration, this.parent) : undefined;
  if (owner !== undefined) return owner.resolveRegistration(registration, context);
  return (Object.getPrototypeOf(this) as ContainerInside).resolveRegistration.call(this, registration, context);
}

/**
 * Disposes what was constructed in the child, the last made first; everything is disposed even when some of it throws. At once, where there
 * is nothing: mostly there is nothing.
 */
export function disposeOf(child: DependencyContainer): void | Promise<void> {
  const { disposables } = inside(child);
  inside(child).disposed = true; // as its own `dispose` would, which takes a turn for it: from here on it resolves nothing
  if (disposables.size === 0) return;
  const made = [...disposables];
  disposables.clear();
  return disposeAll(made.map((disposable) => () => disposable.dispose()));
}

/** The container, or the one above it, that this is registered in. */
function ownerOf(registration: Registration, container: ContainerInside | undefined): ContainerInside | undefined {
  for (let owner = container; owner !== undefined; owner = owner.parent) {
    for (const [, registrations] of owner._registry.entries()) {
      if (registrations.includes(registration)) return owner;
    }
  }
  return undefined;
}

function inside(container: DependencyContainer): ContainerInside {
  return container as unknown as ContainerInside;
}
