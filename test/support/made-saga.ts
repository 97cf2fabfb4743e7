import { Saga } from 'class-saga';
import type { SagaClass } from 'class-saga';

/** Adds a method to a class as if it were written there, with its decorators: for sagas that a test makes at run time. */
export function defineMethod(
  saga: { prototype: object },
  name: string,
  method: (...args: never[]) => unknown,
  ...decorators: unknown[]
): void {
  const { prototype } = saga;
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  // The types of decorators are for sagas that a person writes; those of made ones cannot be known.
  for (const decorate of decorators as MethodDecorator[]) decorate(prototype, name, descriptor);
}

/** Declares a class made at run time as a saga. */
export function declareSaga(saga: new () => object): SagaClass {
  (Saga as unknown as () => (saga: unknown) => void)()(saga);
  return saga;
}

/** A decorator that takes a step's name, for a name that only run time knows. */
export function naming(decorator: unknown, step: string): unknown {
  return (decorator as (step: string) => unknown)(step);
}
