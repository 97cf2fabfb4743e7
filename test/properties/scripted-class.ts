import 'reflect-metadata';
import { abort, AbortSaga, Async, Compensate, continueWith, Fallback, retry, Retry, Saga, skip, Step } from 'class-saga';
import type { CallContext, CompensationContext, SagaClass, StepContext } from 'class-saga';
import { Effect, Emitted } from './observation.js';
import type { CompensationCall, FallbackCall, StepCall } from './observation.js';
import type { Recorder, Result } from './recorder.js';
import { errorOf, returned, threw } from './recorder.js';
import type {
  CompensationPlay, CompensationScript, EffectKind, FallbackPlay, FallbackScript, SagaScript, StepPlay, StepScript, TimeLimitScript,
} from './script.js';
import { playAt } from './script.js';

// The scripted saga as a real decorated class. Which step is which is known at run time only, so the decorators are called by hand, and
// their types, which judge what is written, have nothing to say.

export type Needs = Readonly<Record<string, unknown>>;

/** Where the methods of a class find what the script speaks of. */
export interface View {
  recorderIn(input: unknown): Recorder;
  /** What the method was given of these steps, by the names of the script. */
  needsIn(context: CallContext<unknown, Needs>, needs: readonly string[]): Needs;
  /** Which step of the script it is that is told so. */
  readonly nameOf: (told: string) => string;
}

/** Of a class that is the whole script: its input is the recorder, and it is told what the script says. */
const ownView: View = {
  recorderIn: (input) => input as Recorder,
  needsIn: ({ needs }) => ({ ...needs }),
  nameOf: (told) => told,
};

type Decorate = (...options: readonly unknown[]) => MethodDecorator;
const decorate = (decorator: unknown): Decorate => decorator as Decorate;
export const step = decorate(Step);
const [async, retrying] = [decorate(Async), decorate(Retry)];
const [compensate, fallback] = [decorate(Compensate), decorate(Fallback)];

/** Executions share nothing but the class: what its methods do, and who notes it down, is in their input. */
export function scriptedClass({ steps }: Pick<SagaScript, 'steps'>): SagaClass {
  class ScriptedSaga {}
  for (const script of steps) declareStep(ScriptedSaga, script, ownView, (needs) => needs);
  (Saga)()(ScriptedSaga);
  return ScriptedSaga;
}

/** With its compensation and its fallback. `stepsNeeded`: what the class is to ask for, to have these. */
export function declareStep(
  saga: SagaClass,
  script: StepScript,
  view: View,
  stepsNeeded: (needs: readonly string[]) => readonly string[],
): void {
  const decorators = [step({ needs: stepsNeeded(script.needs), ...limitOf(script) }), ...asyncOf(script), ...retryOf(script)];
  declare(saga, script.name, stepMethod(script, view), decorators);
  declareUndoing(saga, script.name, script, view, stepsNeeded);
}

/** What is called to undo the step, and in its stead; `method`: the name of its method in this class. */
export function declareUndoing(
  saga: SagaClass,
  method: string,
  { name, ...script }: StepScript,
  view: View,
  stepsNeeded: (needs: readonly string[]) => readonly string[],
): void {
  if (script.compensation !== null) {
    const { requiresEffect, needs } = script.compensation;
    const options = { requiresEffect, needs: stepsNeeded(needs), ...limitOf(script.compensation) };
    const decorators = [compensate(method, options), ...retryOf(script.compensation)];
    declare(saga, `undo ${method}`, compensationMethod(name, script.compensation, view), decorators);
  }
  if (script.fallback !== null) {
    const decorators = [fallback(method, limitOf(script.fallback)), ...retryOf(script.fallback)];
    declare(saga, `instead of ${method}`, fallbackMethod(name, script.fallback, view), decorators);
  }
}

export function declare(saga: SagaClass, name: string, method: unknown, decorators: readonly MethodDecorator[]): void {
  const prototype = saga.prototype as object;
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

export function limitOf({ timeoutMs, graceMs }: TimeLimitScript): object {
  return timeoutMs === null ? { graceMs } : { timeoutMs, graceMs };
}

export function asyncOf(script: StepScript): MethodDecorator[] {
  return script.async ? [async()] : [];
}

export function retryOf({ retry: script }: StepScript | CompensationScript | FallbackScript): MethodDecorator[] {
  return script === null ? [] : [retrying(script)];
}

export function stepMethod({ name, plays, emits, needs }: StepScript, view = ownView) {
  return function (this: object, context: StepContext<unknown, Needs>): unknown {
    const recorder = view.recorderIn(context.input);
    const n = recorder.countOf(name);
    const seen = seenIn(context, this, recorder, view.needsIn(context, needs));
    const call: StepCall = { of: 'step', ...seen, step: name, n, play: playAt(plays, n) };
    if (emits.length === 0) return recorder.perform(call, () => stepResult(call.play, recorder, name, `${name} #${n}`, call.key));
    const { atOnce, atTheEnd, afterwards } = playAt(emits, n);
    const { emit } = context as StepContext<unknown, Needs, Emitted>;
    const emitSome = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const emitted = new Emitted(name, `${name} #${n}`);
        recorder.note({ type: 'emitted', call, emitted });
        emit(emitted);
      }
    };
    emitSome(atOnce);
    return recorder.perform(call, () => {
      emitSome(atTheEnd);
      if (afterwards > 0) recorder.later(1, () => emitSome(afterwards));
      return stepResult(call.play, recorder, name, `${name} #${n}`, call.key);
    });
  };
}

export function compensationMethod(name: string, { plays, needs }: CompensationScript, view = ownView) {
  return function (this: object, effect: unknown, context: CompensationContext<unknown, Needs>): unknown {
    const recorder = view.recorderIn(context.input);
    const n = recorder.countOf(`undo ${name}`);
    const play = playAt(plays, n);
    const seen = seenIn(context, this, recorder, view.needsIn(context, needs));
    const call: CompensationCall = { of: 'compensation', ...seen, ...undoFactsIn(context, view), step: name, n, play, effect };
    return recorder.perform(call, () => compensationResult(play, recorder, name, `undo ${name} #${n}`, call.undone.key));
  };
}

export function fallbackMethod(name: string, { plays }: FallbackScript, view = ownView) {
  return function (this: object, context: CompensationContext<unknown, Needs>): unknown {
    const recorder = view.recorderIn(context.input);
    const n = recorder.countOf(`instead of ${name}`);
    const play = playAt(plays, n);
    const seen = seenIn(context, this, recorder, view.needsIn(context, []));
    const call: FallbackCall = { of: 'fallback', ...seen, ...undoFactsIn(context, view), step: name, n, play };
    return recorder.perform(call, () => stepResult(play, recorder, name, `instead of ${name} #${n}`, call.key));
  };
}

function seenIn({ attempt, idempotencyKey, input, signal }: CallContext, instance: object, { clock }: Recorder, needs: Needs) {
  return { atMs: clock.monotonicMs(), attempt, key: idempotencyKey, needs, input, instance, signal };
}

function undoFactsIn({ step: { name, key, outcome, error }, failure }: CompensationContext, { nameOf }: View) {
  const failedStep = failure.step === undefined ? undefined : nameOf(failure.step);
  return { undone: { name: nameOf(name), key, outcome, error }, failure: { step: failedStep, error: failure.error } };
}

function stepResult(play: StepPlay | FallbackPlay, recorder: Recorder, name: string, madeBy: string, key: string): Result {
  switch (play.does) {
    case 'succeed':
      return returned(effectOf(play.effect, recorder, name, madeBy, key));
    case 'skip':
      return returned(skip());
    case 'throw':
      return threw(errorOf(play.error, madeBy));
    case 'abort':
      return threw(new AbortSaga(madeBy));
    case 'hang':
      throw new TypeError('a call that hangs has no result');
  }
}

function compensationResult(play: CompensationPlay, recorder: Recorder, name: string, madeBy: string, key: string): Result {
  switch (play.does) {
    case 'nothing':
      return returned(undefined);
    case 'nonsense':
      return returned({ done: true });
    case 'retry':
      return returned(retry({ passes: play.passes, ...play.backoff }));
    case 'abort':
      return returned(abort());
    case 'continue':
      return returned(continueWith(effectOf(play.effect, recorder, name, madeBy, `${key} continued`)));
    case 'throw':
      return threw(errorOf(play.error, madeBy));
    case 'hang':
      throw new TypeError('a call that hangs has no result');
  }
}

function effectOf(kind: EffectKind, recorder: Recorder, name: string, madeBy: string, key: string): unknown {
  switch (kind) {
    case 'object':
      return new Effect(name, madeBy);
    case 'idempotent':
      return recorder.effectUnder(key, () => new Effect(name, madeBy));
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'zero':
      return 0;
  }
}
