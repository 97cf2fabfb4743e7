import { isObject } from './is-object.js';

/** Something that settles, and tells once how: at once or later. */
export type Settling = (onReturn: (value: unknown) => void, onThrow: (error: unknown) => void) => void;

/** A call of a method, as {@link invoke} makes it. */
export function calling(call: () => unknown): Settling {
  return (onReturn, onThrow) => invoke(call, onReturn, onThrow);
}

/**
 * Calls a method and tells once how it settled: at once if it returned or threw, later if it returned a promise. Nothing it does, a
 * hostile thenable included, escapes as an exception or an unhandled rejection.
 */
export function invoke(call: () => unknown, onReturn: (value: unknown) => void, onThrow: (error: unknown) => void): void {
  let returned: unknown;
  try {
    returned = call();
  } catch (error) {
    onThrow(error);
    return;
  }
  if (isObject(returned)) whenSettled(returned, onReturn, onThrow);
  else onReturn(returned);
}

/** Tells once, and never at once, how a returned object settles: at the next turn where it is no promise. */
export function whenSettled(returned: object, onReturn: (value: unknown) => void, onThrow: (error: unknown) => void): void {
  try {
    if (isPlainPromise(returned)) return void returned.then(onReturn, onThrow);
  } catch {
    // It only inherits from a promise, or is a proxy of one, and nothing was registered.
  }
  // Asks for its own `then`, as await does: a lazy promise of a database client begins its work when that is called.
  void new Promise((resolve) => resolve(returned)).then(onReturn, onThrow);
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- compared, never called
const { then } = Promise.prototype;

/**
 * A promise whose `then` is the language's own, and so settles once and never throws. What an async function returns is one. Whatever
 * else passes for one here throws when its `then` is called: to ask Node whether it is a promise would cost more than all the rest.
 */
function isPlainPromise(value: object): value is Promise<unknown> {
  return value instanceof Promise && value.then === then && value.constructor === Promise;
}
