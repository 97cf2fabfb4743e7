import { classNameOf } from '../metadata/read-saga.js';

/** Any class, abstract or not: whether it is a saga is for `compile` to say. */
export type AnyClass = abstract new (...args: never[]) => object;

/** Arrow functions and methods have no prototype. */
export function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}

/** The class whose instance the value is, by name; `undefined` for plain objects and whatever else belongs to no class of the user's. */
export function classOfInstance(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const className = classNameOf(Object.getPrototypeOf(value) as object | null);
  return className === '' || className === 'Object' ? undefined : className;
}
