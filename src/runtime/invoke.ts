import { types } from 'node:util';
import { isObject } from './is-object.js';

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
  if (isPlainPromise(returned)) {
    void returned.then(onReturn, onThrow);
  } else if (isObject(returned)) {
    // Asks for its own `then`, as await does: a lazy promise of a database client begins its work when that is called.
    void new Promise((resolve) => resolve(returned)).then(onReturn, onThrow);
  } else {
    onReturn(returned);
  }
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- compared, never called
const { then } = Promise.prototype;

/** A promise whose `then` is the language's own, and so settles once and never throws. What an async function returns is one. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  try {
    return types.isPromise(value) && value.then === then && value.constructor === Promise;
  } catch {
    return false;
  }
}
