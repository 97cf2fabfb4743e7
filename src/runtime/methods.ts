import { SagaResolverError } from '../errors/runtime-errors.js';
import type { Blueprint } from '../graph/blueprint.js';
import type { OpenScope } from './scopes.js';

export type Method = (...args: unknown[]) => unknown;

/** An instance of a saga or of a part of it, as far as the runtime knows it. */
export type Methods = Record<string, Method | undefined>;

/** The instance of the sub-saga at this path, or of the step class used there; `''` is the saga itself. */
export function instanceAt(scope: OpenScope, path: string): Methods {
  return (path === '' ? scope.saga : scope.parts.get(path)) as Methods;
}

/** @throws SagaResolverError when what the resolver supplied for this path is no instance of the class that it is to be of */
export function methodOf(blueprint: Blueprint, path: string, instance: Methods, name: string): Method {
  const method = instance[name];
  return isMethod(method) ? method : noMethod(blueprint, path, instance, name);
}

export function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}

export function noMethod(blueprint: Blueprint, path: string, instance: Methods, name: string): never {
  const className = path === '' ? blueprint.graph.saga : blueprint.parts.find((part) => part.path === path)!.class.name;
  const remedy = `The instance that the resolver supplied has no method '${name}': it must be one of ${className}.`;
  throw new SagaResolverError(className, remedy, instance);
}
