// Nest itself disposes nothing that is of a request. What is made for one execution says how it is disposed of in the language's own words:
// `[Symbol.asyncDispose]`, `[Symbol.dispose]`.
import type { ContextId } from '@nestjs/core';
import type { Wrapper } from './provided.js';
import { isFactory } from './provided.js';

/** What may be made for an execution that needs these, and can be disposed of; what is needed stands before what needs it. */
export function disposableAmong(needed: readonly (Wrapper | undefined)[]): readonly Wrapper[] {
  const visited = new Set<Wrapper>();
  const ordered: Wrapper[] = [];
  const visit = (wrapper: Wrapper): void => {
    if (visited.has(wrapper)) return;
    visited.add(wrapper);
    needsOf(wrapper).forEach(visit);
    if (mayBeDisposable(wrapper)) ordered.push(wrapper);
  };
  needed.filter((wrapper) => wrapper !== undefined).forEach(visit);
  return ordered;
}

/** For what Nest has made of these for this context. */
export function disposalsOf(wrappers: readonly Wrapper[], context: ContextId): readonly (() => unknown)[] {
  return wrappers.flatMap((wrapper) => {
    const made = wrapper.getInstanceByContextId(context);
    const instance = made.instance as unknown;
    const disposer = made.isResolved === true && typeof instance === 'object' && instance !== null ? disposerOf(instance) : undefined;
    return disposer === undefined ? [] : [() => disposer.call(instance)];
  });
}

function disposerOf(instance: object): (() => unknown) | undefined {
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = instance as Partial<AsyncDisposable & Disposable>;
  return later ?? now;
}

/** One that is optional and that nobody provides has no wrapper. */
function needsOf(wrapper: Wrapper): readonly Wrapper[] {
  const ofConstructor: readonly (Wrapper | undefined)[] = wrapper.getCtorMetadata() ?? [];
  const ofProperties = (wrapper.getPropertiesMetadata() ?? []).map((property) => property.wrapper);
  return [...ofConstructor, ...ofProperties].filter((need) => need !== undefined);
}

/** What a factory makes is looked at when it is made. */
function mayBeDisposable(wrapper: Wrapper): boolean {
  if (wrapper.isTransient || wrapper.isDependencyTreeStatic()) return false;
  return isFactory(wrapper) || (typeof wrapper.metatype === 'function' && disposerOf(wrapper.metatype.prototype as object) !== undefined);
}
