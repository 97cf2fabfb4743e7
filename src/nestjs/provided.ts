// Where Nest keeps what an application provides, as far as sagas are concerned: classes, and how another instance of them is made.
import type { Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ContextId, DiscoveryService } from '@nestjs/core';
import { sagaNotesInForce } from '../metadata/read-saga.js';
import type { SagaClass } from '../runtime/ports.js';

export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** What it is provided as; `undefined`: a value or a factory under a token that is no class. */
export function classOf(wrapper: Wrapper): SagaClass | undefined {
  const { metatype, token } = wrapper;
  const made = typeof metatype === 'function' && !isFactory(wrapper) ? (metatype as SagaClass) : undefined;
  const asked = typeof token === 'function' ? (token as SagaClass) : made;
  // Provided as something else, an abstract class perhaps, a saga is still asked for by its own class.
  return made !== undefined && isSaga(made) && !(asked !== undefined && isSaga(asked)) ? made : asked;
}

export function isSaga(candidate: SagaClass): boolean {
  return sagaNotesInForce(candidate) !== undefined;
}

/** Of the class of what is, or will be, made; `undefined`: nobody knows before that. */
export function prototypeOf(wrapper: Wrapper): object | undefined {
  const { metatype, token } = wrapper;
  const made = wrapper.instance as unknown;
  if (typeof metatype === 'function' && !isFactory(wrapper)) return metatype.prototype as object;
  if (typeof made === 'object' && made !== null) return Object.getPrototypeOf(made) as object;
  return typeof token === 'function' ? (token.prototype as object) : undefined;
}

export function moduleNameOf({ host }: Wrapper): string {
  return host?.metatype.name ?? 'a module';
}

/** Of the module that provides it: what is made through it sees what that module sees. */
export function moduleRefOf({ host }: Wrapper): ModuleRef {
  return host!.getProviderByKey(ModuleRef).instance;
}

/** Another instance, however many there are, with what is of a request made for this context; of a value that itself. */
export async function instanceOf(wrapper: Wrapper, context: ContextId): Promise<object> {
  const { metatype } = wrapper;
  if (metatype === null) return wrapper.instance as object;
  if (!isFactory(wrapper)) return anotherOf(wrapper, context);
  // Nest itself calls a factory of a request, or a transient one, again; any other it has called once, for good.
  if (!isShared(wrapper)) return madeFor(context, wrapper);
  // An optional one that nobody provides is left out.
  const known: readonly (Wrapper | undefined)[] = wrapper.getCtorMetadata() ?? [];
  const needs = Array.from(wrapper.inject!, (_, index) => known[index]);
  const made = await Promise.all(needs.map((need) => need && (isShared(need) ? (need.instance as unknown) : madeFor(context, need))));
  return (metatype as (...needs: unknown[]) => object)(...made);
}

/** In a context alone does Nest make what is of a request; without one it tells transients on Nest 11, too, who asks for them. */
function anotherOf(wrapper: Wrapper, context: ContextId): Promise<object> {
  const made = wrapper.metatype as Type<object>;
  return wrapper.isDependencyTreeStatic() ? moduleRefOf(wrapper).create(made) : moduleRefOf(wrapper).create(made, context);
}

export function isFactory({ metatype, inject }: Wrapper): boolean {
  return typeof metatype === 'function' && (inject ?? null) !== null;
}

/** Whether there is one for all. */
export function isShared(wrapper: Wrapper): boolean {
  return wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
}

function madeFor(context: ContextId, wrapper: Wrapper): Promise<object> {
  return moduleRefOf(wrapper).resolve<object>(wrapper.token as Type<object>, context);
}
