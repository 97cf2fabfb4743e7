import { Lifecycle } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';

// A child container for one execution. tsyringe 4 disposes with a child whatever was constructed through it, and that includes a
// singleton that happened to be needed first by this child, and what that singleton was constructed from: the next execution would get
// them disposed. So singletons are constructed by the container that they are registered in.

/** The part of tsyringe's container that it keeps to itself and that we need. */
interface ContainerInside {
  readonly disposables: Set<Disposable>;
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
  const childInside = inside(child);
  const resolveInChild = childInside.resolveRegistration.bind(childInside);
  childInside.resolveRegistration = (registration, context) => {
    const isFirst = registration.options.lifecycle === Lifecycle.Singleton && registration.instance === undefined;
    const owner = isFirst ? ownerOf(registration, inside(container)) : undefined;
    return owner === undefined ? resolveInChild(registration, context) : owner.resolveRegistration(registration, context);
  };
  return child;
}

/** Disposes what was constructed in the child, the last made first; everything is disposed even when some of it throws. */
export async function disposeOf(child: DependencyContainer): Promise<void> {
  const { disposables } = inside(child);
  const own = [...disposables].reverse();
  disposables.clear();
  await child.dispose(); // nothing is left in it: this marks it as disposed

  const errors: unknown[] = [];
  for (const instance of own) {
    try {
      await instance.dispose();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} dependencies of a saga could not be disposed`);
}

/** The container, or the one above it, that this is registered in. */
function ownerOf(registration: Registration, container: ContainerInside): ContainerInside | undefined {
  for (let owner: ContainerInside | undefined = container; owner !== undefined; owner = owner.parent) {
    for (const [, registrations] of owner._registry.entries()) {
      if (registrations.includes(registration)) return owner;
    }
  }
  return undefined;
}

function inside(container: DependencyContainer): ContainerInside {
  return container as unknown as ContainerInside;
}
