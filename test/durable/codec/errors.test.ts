import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Codec } from '../../../src/durable/codec/codec.js';
import { sagaErrorClasses } from '../../../src/durable/codec/saga-errors.js';
import { AbortSaga, isAbortSaga } from '../../../src/errors/abort-saga.js';
import { NotStorableError, TooLargeError } from '../../../src/errors/log-errors.js';
import { SagaCancelledError, SagaStuckError, SagaTransactionError, StepTimeoutError } from '../../../src/errors/runtime-errors.js';
import { isSagaError, SagaError } from '../../../src/errors/saga-error.js';
import { CardDeclined, copyOf } from './money.js';

describe('an error that was stored', () => {
  it('has its class, message, stack, code, cause and data', () => {
    const error = Object.assign(new RangeError('too far', { cause: { by: 3 } }), { code: 'E_FAR', at: new Date(0) });
    const copy = copyOf(error);
    expect(copy).toBeInstanceOf(RangeError);
    expect(copy).toMatchObject({ name: 'RangeError', message: 'too far', code: 'E_FAR', at: new Date(0), cause: { by: 3 } });
    expect(copy.stack).toBe(error.stack);
    expect(Object.keys(copy)).toEqual(['code', 'at']);
  });

  it.each([EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error])('is a %o again', (ErrorClass) => {
    const copy = copyOf(new ErrorClass('no'));
    expect(Object.getPrototypeOf(copy)).toBe(ErrorClass.prototype);
    expect(Object.prototype.toString.call(copy)).toBe('[object Error]');
  });

  it('has the errors that it stands for, in their cycles', () => {
    const error = new AggregateError([new Error('one')], 'all');
    error.errors.push(error);
    const copy = copyOf(error);
    expect(copy).toBeInstanceOf(AggregateError);
    expect(copy.errors[0]).toMatchObject({ message: 'one' });
    expect(copy.errors[1]).toBe(copy);
    Reflect.deleteProperty(error, 'errors');
    expect(Object.hasOwn(copyOf(error), 'errors')).toBe(false);
  });

  it('is what an AbortSignal was aborted with', () => {
    const { reason } = AbortSignal.abort() as { readonly reason: DOMException };
    const copy = copyOf(reason);
    expect(copy).toBeInstanceOf(DOMException);
    expect(copy).toMatchObject({ name: 'AbortError', message: reason.message, code: 20, stack: reason.stack });
  });

  it('of an unknown class is of the class of the language nearest to it, with its name', () => {
    class PaymentError extends TypeError {
      override name = 'PaymentError';
    }
    const copy = copyOf(new PaymentError('no'));
    expect(Object.getPrototypeOf(copy)).toBe(TypeError.prototype);
    expect(copy.name).toBe('PaymentError');
    class QuietError extends Error {
      override get name(): string {
        return 'QuietError';
      }
    }
    expect(String(copyOf(new QuietError('no')))).toBe('QuietError: no');
  });

  it('of a class from before there were classes is an Error', () => {
    function OldError(this: Error): void {
      this.message = 'old';
    }
    OldError.prototype = Object.create(Error.prototype, { name: { value: 'OldError' } }) as object;
    const copy = copyOf(Reflect.construct(OldError, []) as Error);
    expect(copy).toBeInstanceOf(Error);
    expect(String(copy)).toBe('OldError: old');
  });

  it('of a registered class is of that class', () => {
    const copy = copyOf(new CardDeclined('stolen'));
    expect(copy).toBeInstanceOf(CardDeclined);
    expect(copy.isFinal()).toBe(true);
    expect(String(copy)).toBe('CardDeclined: declined: stolen');
  });

  it('has no stack where it had none, and no text where its stack was something else', () => {
    const error = new Error('no');
    delete error.stack;
    expect(Object.hasOwn(copyOf(error), 'stack')).toBe(false);
    expect(copyOf(Object.defineProperty(new Error('no'), 'stack', { value: [() => 1], enumerable: false })).stack).toBeUndefined();
  });
});

describe('an error of ours that was stored', () => {
  it('is an AbortSaga, with its reason', () => {
    const copy = copyOf(new AbortSaga({ why: 'sold out' }));
    expect(copy).toBeInstanceOf(AbortSaga);
    expect(isAbortSaga(copy)).toBe(true);
    expect(copy).toMatchObject({ name: 'AbortSaga', reason: { why: 'sold out' }, code: 'SAGA_RUNTIME_ABORTED' });
    expect(copy.cause).toBe(copy.reason);
  });

  const remaining = [{ step: 'hotel', effect: { ref: 'h1' }, key: 'k', outcome: 'succeeded' }];
  const stuck = { id: '1', error: new Error('a'), compensationError: new Error('b'), failedStep: 'car', otherFailures: [], remaining };
  it.each<SagaError>([
    new StepTimeoutError('BookTrip', 'hotel', 500),
    new SagaCancelledError('BookTrip', { reason: undefined, deadlineMs: 5, cause: new Error('before') }),
    SagaTransactionError.notBegun('BookTrip', { error: new Error('down') }),
    new SagaStuckError('BookTrip', stuck),
    new NotStorableError('$.a', 'a function'),
    new TooLargeError(2, 1),
  ])('is of its class, with all its fields: %o', (error) => {
    const copy = copyOf(error);
    expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(error));
    expect(isSagaError(copy)).toBe(true);
    expect(copy).toEqual(error);
    expect({ ...copy }).toEqual({ ...error });
    expect([copy.name, copy.message, copy.stack, copy.cause]).toEqual([error.name, error.message, error.stack, error.cause]);
    expect(Object.getOwnPropertyNames(copy)).not.toContain('name');
  });

  it('is of any class that src/errors exports', async () => {
    const folder = fileURLToPath(new URL('../../../src/errors', import.meta.url));
    const exported = await Promise.all(readdirSync(folder).map((file) => import(`${folder}/${file}`) as Promise<Record<string, unknown>>));
    const classes = exported.flatMap((module) => Object.entries(module)).filter(([, value]) => isErrorClass(value));
    expect(classes.length).toBeGreaterThan(10);
    expect(new Map(classes)).toEqual(new Map(sagaErrorClasses));
  });

  it('of another copy of the package is known by its code', () => {
    class Copied extends Error {
      readonly code = 'SAGA_RUNTIME_ABORTED';
    }
    expect(isAbortSaga(new Codec().decode(new Codec().encode(new Copied('no'))))).toBe(true);
  });
});

function isErrorClass(value: unknown): boolean {
  return typeof value === 'function' && (value === SagaError || value.prototype instanceof SagaError);
}
