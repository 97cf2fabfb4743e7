import type { EffectOf, EffectOrLiteral, Returns } from '../saga/effects.js';
import type { AnyMethod, Takes } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { CompensationContext } from '../saga/step-context.js';
import type { TakesCompensationContext } from '../saga/step-name.js';
import type { EffectNamed, IsWrongName, PartNamed, StepNameIn } from './names.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, HasItsOwn, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';

export interface FallbackOptions {
  /** For one attempt, in milliseconds, above 0 (R12a). `Infinity`: none. @defaultValue 30_000 */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R12a). @defaultValue 1_000 */
  readonly graceMs?: number;
}

/**
 * Makes a method the fallback of a step: `async lastKnownRates(context: CompensationContext<…>): Promise<Rates>`.
 * Asked when the step failed for good; what it returns is the effect that the saga goes on with (R12a). It undoes nothing.
 * It takes the context even where it does not read it: that tells it from a step.
 */
export function Fallback<This extends object, const Own extends string | symbol, const Name extends StepNameIn<This>>(
  step: Name,
  options?: FallbackOptions,
): FallbackDecorator<This, Own, Name>;
export function Fallback(...given: unknown[]): Recorder | undefined {
  return recorder('@Fallback', 'fallback', given, () => ({ ...(given[1] as FallbackOptions), step: given[0] as string }));
}

export type FallbackDecorator<This, Own extends string | symbol, Name> = Misplaced<Own> &
  JudgedFallback<This, Own, Name, EffectNamed<This, Name>, PartNamed<This, Name>>;

interface JudgedFallback<This, Own extends string | symbol, Name, Effect, Part> {
  <M extends AnyMethod>(
    target: This,
    name: Own,
    descriptor: MethodFailing<M, IsFallback<M, Effect, Part>>,
  ): WhyNoFallback<Own, Name, Effect, Part, M>;
  (target: This, name: Own, descriptor: MethodFrom<[AnyCompensationContext], EffectOrLiteral<Effect>>): void;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WhyNoFallback<Own, Name, Effect, Part, M>
    : SagaMistake<NotAMethod<Own>>;
}

type IsFallback<M, Effect, Part> = [Part] extends [never]
  ? TakesTheContext<M> extends true
    ? Returns<M, EffectOrLiteral<Effect>>
    : false
  : false;

type TakesTheContext<M> = TakesCompensationContext<M> extends true ? Takes<M, [AnyCompensationContext]> : false;

/** The input is what the methods say it is, and `run` asks for all of it: `never` fits them all. */
type AnyCompensationContext = CompensationContext<never, object>;

type WhyNoFallback<Own, Name, Effect, Part, M> = IsWrongName<Name> extends true
  ? void
  : [Part] extends [never]
    ? TakesTheContext<M> extends true
      ? SagaMistake<`${Quoted<Own>} must return what ${Quoted<Name>} returns`, Effect, EffectOf<M>>
      : SagaMistake<`${Quoted<Own>} must take one CompensationContext, used or not: it tells a fallback from a step`>
    : SagaMistake<HasItsOwn<Name, Part, 'fallback'>>;
