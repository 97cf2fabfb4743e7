// What is made for one execution can say how it is disposed of, in the language's own words: `[Symbol.asyncDispose]`, `[Symbol.dispose]`.
import type { ContextId } from '@nestjs/core';
import type { Wrapper } from './provided.js';
import { isFactory } from './provided.js';

export function disposerOf(instance: object): (() => unknown) | undefined {
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = instance as Partial<AsyncDisposable & Disposable>;
  return later ?? now;
}

/** Everything is disposed, even when some of it throws. */
export async function disposeAll(instances: readonly object[]): Promise<void> {
  const errors: unknown[] = [];
  for (const instance of instances) {
    try {
      await disposerOf(instance)!.call(instance);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} dependencies of a saga could not be disposed`);
}

/** What may be made for an execution and can be disposed of; what is needed stands before what needs it. */
export function disposableAmong(wrappers: readonly Wrapper[]): readonly Wrapper[] {
  const ordered = new Set<Wrapper>();
  const visited = new Set<Wrapper>();
  const visit = (wrapper: Wrapper): void => {
    if (visited.has(wrapper)) return;
    visited.add(wrapper);
    needsOf(wrapper).forEach(visit);
    if (mayBeDisposable(wrapper)) ordered.add(wrapper);
  };
  wrappers.filter(mayBeDisposable).forEach(visit);
  return [...ordered];
}

/** What Nest has made of these for this context. */
export function madeWithin(context: ContextId, wrappers: readonly Wrapper[]): readonly object[] {
  return wrappers.flatMap((wrapper) => {
    const made = wrapper.getInstanceByContextId(context);
    const instance = made.instance as unknown;
    return made.isResolved === true && typeof instance === 'object' && instance !== null ? [instance] : [];
  });
}

/** One that is optional and that nobody provides has no wrapper. */
function needsOf(wrapper: Wrapper): readonly Wrapper[] {
  const ofConstructor: readonly (Wrapper | undefined)[] = wrapper.getCtorMetadata() ?? [];
  const ofProperties = (wrapper.getPropertiesMetadata() ?? []).map((property) => property.wrapper);
  return [...ofConstructor, ...ofProperties].filter((need) => need !== undefined);
}

function mayBeDisposable(wrapper: Wrapper): boolean {
  if (wrapper.isTransient || wrapper.isDependencyTreeStatic()) return false;
  return isFactory(wrapper) || (typeof wrapper.metatype === 'function' && disposerOf(wrapper.metatype.prototype as object) !== undefined);
}
