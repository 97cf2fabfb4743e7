import 'reflect-metadata';
import { abort, AbortSaga, Async, Compensate, continueWith, Fallback, retry, Retry, Saga, skip, Step } from 'class-saga';
import type { CompensationContext, SagaClass, StepContext } from 'class-saga';
import { Effect } from './observation.js';
import type { CompensationCall, FallbackCall, StepCall } from './observation.js';
import type { Recorder, Result } from './recorder.js';
import { errorOf, returned, threw } from './recorder.js';
import type {
  CompensationPlay, CompensationScript, EffectKind, FallbackPlay, FallbackScript, SagaScript, StepPlay, StepScript, TimeLimitScript,
} from './script.js';
import { playAt } from './script.js';

// The scripted saga as a real decorated class. Which step is which is known at run time only, so the decorators are called by hand, and
// their types, which judge what is written, have nothing to say.

type Input = Recorder;
type Decorate = (...options: readonly unknown[]) => MethodDecorator;
const [step, async, retrying, compensate, fallback] = [Step, Async, Retry, Compensate, Fallback] as unknown as readonly Decorate[] as
  readonly [Decorate, Decorate, Decorate, Decorate, Decorate];

/** Executions share nothing but the class: what its methods do, and who notes it down, is in their input. */
export function scriptedClass({ steps }: Pick<SagaScript, 'steps'>): SagaClass {
  class ScriptedSaga {}
  for (const script of steps) {
    const decorators = [step({ needs: script.needs, ...limitOf(script) }), ...asyncOf(script), ...retryOf(script)];
    declare(ScriptedSaga, script.name, stepMethod(script), decorators);
    if (script.compensation !== null) {
      const { requiresEffect, needs } = script.compensation;
      const options = { requiresEffect, needs, ...limitOf(script.compensation) };
      const decorators = [compensate(script.name, options), ...retryOf(script.compensation)];
      declare(ScriptedSaga, `undo ${script.name}`, compensationMethod(script.name, script.compensation), decorators);
    }
    if (script.fallback !== null) {
      const decorators = [fallback(script.name, limitOf(script.fallback)), ...retryOf(script.fallback)];
      declare(ScriptedSaga, `instead of ${script.name}`, fallbackMethod(script.name, script.fallback), decorators);
    }
  }
  (Saga)()(ScriptedSaga);
  return ScriptedSaga;
}

function declare(saga: SagaClass, name: string, method: unknown, decorators: readonly MethodDecorator[]): void {
  const prototype = saga.prototype as object;
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

function limitOf({ timeoutMs, graceMs }: TimeLimitScript): object {
  return timeoutMs === null ? { graceMs } : { timeoutMs, graceMs };
}

function asyncOf(script: StepScript): MethodDecorator[] {
  return script.async ? [async()] : [];
}

function retryOf({ retry: script }: StepScript | CompensationScript | FallbackScript): MethodDecorator[] {
  return script === null ? [] : [retrying(script)];
}

function stepMethod({ name, plays }: StepScript) {
  return function (this: object, context: StepContext<Input, Record<string, unknown>>): unknown {
    const recorder = context.input;
    const n = recorder.countOf(name);
    const call: StepCall = { of: 'step', ...seenIn(context, this), step: name, n, play: playAt(plays, n) };
    return recorder.perform(call, () => stepResult(call.play, recorder, name, `${name} #${n}`, call.key));
  };
}

function compensationMethod(name: string, { plays }: CompensationScript) {
  return function (this: object, effect: unknown, context: CompensationContext<Input, Record<string, unknown>>): unknown {
    const recorder = context.input;
    const n = recorder.countOf(`undo ${name}`);
    const play = playAt(plays, n);
    const call: CompensationCall = { of: 'compensation', ...seenIn(context, this), ...undoFactsIn(context), step: name, n, play, effect };
    return recorder.perform(call, () => compensationResult(play, recorder, name, `undo ${name} #${n}`, call.undone.key));
  };
}

function fallbackMethod(name: string, { plays }: FallbackScript) {
  return function (this: object, context: CompensationContext<Input, Record<string, unknown>>): unknown {
    const recorder = context.input;
    const n = recorder.countOf(`instead of ${name}`);
    const play = playAt(plays, n);
    const call: FallbackCall = { of: 'fallback', ...seenIn(context, this), ...undoFactsIn(context), step: name, n, play };
    return recorder.perform(call, () => stepResult(play, recorder, name, `instead of ${name} #${n}`, call.key));
  };
}

function seenIn(context: StepContext<Input, Record<string, unknown>>, instance: object) {
  const { attempt, idempotencyKey, needs, input, signal } = context;
  return { atMs: input.clock.monotonicMs(), attempt, key: idempotencyKey, needs: { ...needs }, input, instance, signal };
}

function undoFactsIn({ step: { name, key, outcome, error }, failure }: CompensationContext) {
  return { undone: { name, key, outcome, error }, failure: { ...failure } };
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
