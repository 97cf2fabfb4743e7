// Our own errors, by the names that they are exported with: these are what is stored, so they outlive a bundler that renames classes.
import * as abort from '../../errors/abort-saga.js';
import * as definition from '../../errors/definition-error.js';
import * as illegalEvent from '../../errors/illegal-event.js';
import * as log from '../../errors/log-errors.js';
import * as runtime from '../../errors/runtime-errors.js';
import * as base from '../../errors/saga-error.js';

type ErrorClass = abstract new (...args: never[]) => base.SagaError;

/** Whole modules, so that an error that is added to one of them is in here. */
export const sagaErrorClasses: ReadonlyMap<string, ErrorClass> = new Map(
  [base, abort, definition, illegalEvent, runtime, log].flatMap((module) =>
    Object.entries<unknown>(module).filter((entry): entry is [string, ErrorClass] => isErrorClass(entry[1])),
  ),
);

export const sagaErrorNames: ReadonlyMap<object, string> = new Map([...sagaErrorClasses].map(([name, { prototype }]) => [prototype, name]));

function isErrorClass(exported: unknown): boolean {
  return typeof exported === 'function' && (exported === base.SagaError || exported.prototype instanceof base.SagaError);
}
