// Where Nest keeps what an application provides, as far as sagas are concerned: classes, before anything of them is made.
import type { Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ContextId, DiscoveryService } from '@nestjs/core';
import type { SagaClass } from '../runtime/ports.js';

export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** A class that a module provides, made anew for each execution. */
export interface Provided {
  readonly class: SagaClass;
  readonly wrapper: Wrapper;
  /** The name of the module's class. */
  readonly module: string;
}

export function providedBy(wrapper: Wrapper, provides: SagaClass): Provided {
  return { class: provides, wrapper, module: wrapper.host?.metatype.name ?? 'a module' };
}

/** The class that executions are asked for by; `undefined`: a value or a factory under a token that is no class. */
export function classOf(wrapper: Wrapper): SagaClass | undefined {
  const { metatype, token } = wrapper;
  const candidate = typeof token === 'function' || metatype === null || isFactory(wrapper) ? token : metatype;
  return typeof candidate === 'function' ? (candidate as SagaClass) : undefined;
}

/** Of the class of what is, or will be, made; `undefined`: nobody knows before that. */
export function prototypeOf(wrapper: Wrapper): object | undefined {
  const { metatype, token } = wrapper;
  const made = wrapper.instance as unknown;
  if (typeof metatype === 'function' && !isFactory(wrapper)) return metatype.prototype as object;
  if (typeof made === 'object' && made !== null) return Object.getPrototypeOf(made) as object;
  return typeof token === 'function' ? (token.prototype as object) : undefined;
}

/** Of the module that provides it: what is made through it sees what that module sees. */
export function moduleRefOf({ host }: Wrapper): ModuleRef {
  return host!.getProviderByKey(ModuleRef).instance;
}

/** Another instance, however many there are, with what is of a request made for this context. */
export async function instanceOf({ wrapper }: Provided, context: ContextId): Promise<object> {
  const { metatype } = wrapper;
  if (!isFactory(wrapper)) return moduleRefOf(wrapper).create<object>(metatype as Type<object>, context);
  // Nest itself calls a factory of a request, or a transient one, again; any other it has called once, for good.
  if (!isShared(wrapper)) return madeFor(context, wrapper);
  // An optional one that nobody provides is left out.
  const needs = Array.from(wrapper.inject!, (_, index) => wrapper.getCtorMetadata()[index]);
  const made = await Promise.all(needs.map((need) => need && (isShared(need) ? (need.instance as unknown) : madeFor(context, need))));
  return (metatype as (...needs: unknown[]) => object)(...made);
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
