import { SagaError } from '../errors/saga-error.js';
import { classNameOf, nearestNotedClass } from '../metadata/read-saga.js';
import { classOfInstance, isClass } from './any-class.js';
import type { AnyClass } from './any-class.js';
import type { Finding } from './rules/rule.js';
import { bare, joined, shown } from './wording.js';

/** Why a value is no saga, and what to pass or write instead. */
export function notASaga(value: unknown): SagaError {
  return new SagaError({ code: 'SAGA_DEFINITION_NOT_A_SAGA', ...whyNoSaga(value) });
}

function whyNoSaga(value: unknown): Finding {
  if (isClass(value)) {
    const { problem, remedy } = whyNoSagaClass(value);
    return { problem: `${classNameOf(value.prototype as object) || 'This class'} is not a saga: ${problem}.`, remedy };
  }
  if (value === undefined) {
    return {
      problem: 'A saga class was expected, not undefined.',
      remedy: 'Pass the class; if that is what stands there, its module is imported in a circle and has not run yet.',
    };
  }
  const className = classOfInstance(value);
  if (className === undefined) {
    return { problem: `A saga class was expected, not ${shown(value)}.`, remedy: 'Pass a class that is decorated with @Saga().' };
  }
  return {
    problem: `A saga class was expected, not an instance of ${className}.`,
    remedy: `Pass the class ${className}, not an instance of it.`,
  };
}

/** The problem completes "BookTrip is not a saga: ". */
export function whyNoSagaClass(value: AnyClass): Finding {
  const className = classNameOf(value.prototype as object) || 'This class';
  const noted = nearestNotedClass(value);
  if (!noted) return { problem: 'it has no @Saga()', remedy: 'Decorate it with @Saga(), and its steps with @Step().' };
  const methods = joined(noted.methods.slice(0, 3).map((method) => (typeof method === 'symbol' ? String(method) : bare(method))));
  const where = noted.className === className ? 'of its own' : `in ${noted.className || 'its base class'}`;
  const what = noted.methods.length > 3 ? `methods such as ${methods}` : methods;
  return {
    problem: `it has decorated methods ${where} (${what}), but no @Saga()`,
    remedy: `Decorate ${className} with @Saga(); if it is an abstract base class, pass a subclass that is decorated.`,
  };
}
