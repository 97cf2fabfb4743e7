import { isObject } from './is-object.js';

/**
 * Calls a method and tells once how it settled: at once if it returned or threw, later if it returned a promise. Nothing it does,
 * a hostile thenable included, escapes as an exception or an unhandled rejection.
 */
export function invoke(call: () => unknown, onReturn: (value: unknown) => void, onThrow: (error: unknown) => void): void {
  let returned: unknown;
  try {
    returned = call();
  } catch (error) {
    onThrow(error);
    return;
  }
  if (returned instanceof Promise) {
    // A subclass may have a `then` of its own; the intrinsic one settles once and never throws.
    void Promise.prototype.then.call(returned, onReturn, onThrow);
  } else if (isObject(returned)) {
    void Promise.resolve(returned).then(onReturn, onThrow);
  } else {
    onReturn(returned);
  }
}
