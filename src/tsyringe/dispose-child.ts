import type { DependencyContainer } from 'tsyringe';

// tsyringe 4 disposes with a child container every disposable instance that was constructed through it, and that includes a
// singleton of the parent that happened to be needed first by this child: the next execution would get it disposed. So the
// singletons are handed to the container that owns them first.

/** The part of tsyringe's container that it keeps to itself and that we need. */
interface ContainerInside {
  readonly disposables: Set<Disposable>;
  readonly parent?: ContainerInside;
  readonly _registry: { entries(): Iterable<[unknown, readonly { readonly instance?: unknown }[]]> };
}
interface Disposable {
  dispose(): unknown;
}

/** Disposes what was made in this child alone, the last made first; everything is disposed even when some of it throws. */
export async function disposeChild(child: DependencyContainer, container: DependencyContainer): Promise<void> {
  const { disposables } = inside(child);
  if (disposables.size > 0) handOverSingletons(disposables, inside(container));
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

function handOverSingletons(disposables: Set<Disposable>, container: ContainerInside): void {
  for (let owner: ContainerInside | undefined = container; owner !== undefined; owner = owner.parent) {
    for (const [, registrations] of owner._registry.entries()) {
      for (const { instance } of registrations) {
        if (disposables.delete(instance as Disposable)) owner.disposables.add(instance as Disposable);
      }
    }
  }
}

function inside(container: DependencyContainer): ContainerInside {
  return container as unknown as ContainerInside;
}
