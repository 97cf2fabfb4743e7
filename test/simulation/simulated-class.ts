import 'reflect-metadata';
import { Async, Compensate, Fallback, Retry, Saga, Step, SubSaga } from 'class-saga';
import type { CompensationContext, SagaClass, StepContext } from 'class-saga';
import type { RetryShape, SagaShape, StepShape } from './shape.js';

// The saga of a simulation as a real decorated class. What its methods do is up to the process that the instance belongs to.

export type StepCall = StepContext<unknown, Readonly<Record<string, unknown>>, unknown>;
export type UndoCall = CompensationContext<unknown, Readonly<Record<string, unknown>>>;

/** What the methods of an instance do. */
export interface Doer {
  step(shape: StepShape, context: StepCall): unknown;
  compensate(shape: StepShape, effect: unknown, context: UndoCall): unknown;
  fallback(shape: StepShape, context: UndoCall): unknown;
}

type Decorate = (...options: readonly unknown[]) => MethodDecorator;
/** Which step is which is known at run time only, so the decorators' types, which judge what is written, have nothing to say. */
const decorate = (decorator: unknown): Decorate => decorator as Decorate;
const [step, async, retrying, compensate] = [decorate(Step), decorate(Async), decorate(Retry), decorate(Compensate)];
const [fallback, subSaga] = [decorate(Fallback), decorate(SubSaga)];

interface Instance {
  readonly doer: Doer;
}

export function simulatedClass({ version, steps }: SagaShape): SagaClass {
  return declaredClass('Simulated', version, steps);
}

function declaredClass(name: string, version: string, steps: readonly StepShape[]): SagaClass {
  class Simulated implements Instance {
    constructor(readonly doer: Doer) {}
  }
  for (const shape of steps) declareStep(Simulated, shape);
  (Saga as (options: object) => (saga: SagaClass) => void)({ name, version })(Simulated);
  return Simulated;
}

function declareStep(saga: SagaClass, shape: StepShape): void {
  const { name, needs, timeoutMs, graceMs, delivery, compensation, opens } = shape;
  const stepMethod = function (this: Instance, context: StepCall): unknown {
    return this.doer.step(shape, context);
  };
  if (opens !== null) return declare(saga, name, stepMethod, [subSaga(declaredClass(`${name}Part`, '1', opens), { needs })]);
  declare(saga, name, stepMethod, [
    step({ needs, graceMs, delivery, ...(timeoutMs !== null && { timeoutMs }) }),
    ...(shape.async ? [async()] : []),
    ...retryOf(shape),
  ]);
  if (compensation !== null) {
    const { requiresEffect, timeoutMs: undoTimeoutMs, needs: undoNeeds } = compensation;
    const undo = function (this: Instance, effect: unknown, context: UndoCall): unknown {
      return this.doer.compensate(shape, effect, context);
    };
    const options = { requiresEffect, needs: undoNeeds, graceMs, ...(undoTimeoutMs !== null && { timeoutMs: undoTimeoutMs }) };
    declare(saga, `undo ${name}`, undo, [compensate(name, options), ...retryOf(compensation)]);
  }
  if (shape.fallback !== null) {
    const instead = function (this: Instance, context: UndoCall): unknown {
      return this.doer.fallback(shape, context);
    };
    declare(saga, `instead of ${name}`, instead, [fallback(name), ...retryOf(shape.fallback)]);
  }
}

function retryOf({ retry }: { readonly retry: RetryShape | null }): MethodDecorator[] {
  return retry === null ? [] : [retrying(retry)];
}

function declare(saga: SagaClass, name: string, method: unknown, decorators: readonly MethodDecorator[]): void {
  const prototype = saga.prototype as object;
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  for (const one of decorators) one(prototype, name, descriptor);
}
