import { SagaResolverError } from '../errors/runtime-errors.js';

type Method = (...args: unknown[]) => unknown;

/** An instance of a saga, as far as the runtime knows it. */
export type Methods = Record<string, Method | undefined>;

/** @throws SagaResolverError when what the resolver supplied is no instance of the saga */
export function methodOf(saga: string, instance: Methods, name: string): Method {
  const method = instance[name];
  if (typeof method === 'function') return method;
  const remedy = `The instance that the resolver supplied has no method '${name}': it must be one of ${saga}.`;
  throw new SagaResolverError(saga, remedy, instance);
}
