import { SagaError } from '../errors/saga-error.js';
import { classNameOf, nearestNotedClass } from '../metadata/read-saga.js';
import type { ClassLike } from '../metadata/record.js';
import type { Finding } from './rules/rule.js';
import { bare, joined, shown } from './wording.js';

/** Why a value is no saga, and what to pass or write instead. */
export function notASaga(value: unknown): SagaError {
  return new SagaError({ code: 'SAGA_DEFINITION_NOT_A_SAGA', ...whyNoSaga(value) });
}

function whyNoSaga(value: unknown): Finding {
  if (isClassLike(value)) return whyNoSagaClass(value);
  if (value === undefined) {
    return {
      problem: 'A saga class was expected, not undefined.',
      remedy: 'Pass the class; if that is what stands there, its module is imported in a circle and has not run yet.',
    };
  }
  const className = typeof value === 'object' && value !== null ? classNameOf(Object.getPrototypeOf(value) as object | null) : '';
  if (className === '' || className === 'Object' || Array.isArray(value)) {
    return { problem: `A saga class was expected, not ${shown(value)}.`, remedy: 'Pass a class that is decorated with @Saga().' };
  }
  return {
    problem: `A saga class was expected, not an instance of ${className}.`,
    remedy: `Pass the class ${className}, not an instance of it.`,
  };
}

/** Arrow functions and methods have no prototype. */
function isClassLike(value: unknown): value is ClassLike {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}

function whyNoSagaClass(value: ClassLike): Finding {
  const className = classNameOf(value.prototype) || 'This class';
  const noted = nearestNotedClass(value);
  if (!noted) {
    return { problem: `${className} is not a saga: it has no @Saga().`, remedy: 'Decorate it with @Saga(), and its steps with @Step().' };
  }
  const methods = joined(noted.methods.slice(0, 3).map((method) => (typeof method === 'symbol' ? String(method) : bare(method))));
  const where = noted.className === className ? 'of its own' : `in ${noted.className || 'its base class'}`;
  const what = noted.methods.length > 3 ? `methods such as ${methods}` : methods;
  return {
    problem: `${className} is not a saga: it has decorated methods ${where} (${what}), but no @Saga().`,
    remedy: `Decorate ${className} with @Saga(); if it is an abstract base class, pass a subclass that is decorated.`,
  };
}
