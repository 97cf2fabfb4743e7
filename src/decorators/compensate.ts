import type { EffectOf, EffectOrLiteral, GivenEffect, Returns } from '../saga/effects.js';
import type { AnyMethod, ParametersOf, Takes } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { CompensationContext } from '../saga/step-context.js';
import type { Verdict } from '../saga/verdicts.js';
import type { EffectNamed, EffectsNamed, IsWrongName, PartNamed, StepNameIn } from './names.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, HasItsOwn, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';

export interface CompensateOptions<Needs extends readonly string[] = readonly string[], Known extends boolean = boolean> {
  /** Call it only where the effect is known, whatever the outcome; pass the step over where it is not (R9). @defaultValue false */
  readonly requiresEffect?: Known;
  /**
   * Names of steps whose effects the context then has in its `needs`: what the step itself needs, and steps of earlier stages (R9).
   * @defaultValue none
   */
  readonly needs?: Needs;
  /** For one attempt, in milliseconds, above 0 (R15). `Infinity`: none. @defaultValue 30_000 */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R15). @defaultValue 1_000 */
  readonly graceMs?: number;
}

/**
 * Makes a method the compensation of a step: `async cancelHotel(hotel: Booking | undefined, context: CompensationContext<…>)`.
 * It undoes the step, and returns nothing or a verdict: `retry(…)`, `abort()` or `continueWith(effect)` (R10).
 */
export function Compensate<
  This extends object,
  const Own extends string | symbol,
  const Name extends StepNameIn<This>,
  const Needs extends readonly StepNameIn<This>[] = [],
  const Known extends boolean = false,
>(step: Name, options?: CompensateOptions<Needs, Known>): CompensateDecorator<This, Own, Name, Needs, Known>;
export function Compensate(...given: unknown[]): Recorder | undefined {
  return recorder('@Compensate', 'compensate', given, () => ({ ...(given[1] as CompensateOptions), step: given[0] as string }));
}

export type CompensateDecorator<This, Own extends string | symbol, Name, Needs extends readonly unknown[], Known> = Misplaced<Own> &
  JudgedCompensation<
    This, Own, Name, EffectNamed<This, Name>, PossibleEffect<This, Name, Known>, ContextOf<This, Needs>, PartNamed<This, Name>
  >;

/** `Possible` is the effect, or the effect and `undefined`: what the compensation must be prepared for. */
interface JudgedCompensation<This, Own extends string | symbol, Name, Effect, Possible, Context, Part> {
  <M extends AnyMethod>(
    target: This,
    name: Own,
    descriptor: MethodFailing<M, IsCompensation<M, Effect, Possible, Context, Part>>,
  ): WhyNoCompensation<Own, Name, Effect, Possible, Context, Part, M>;
  (target: This, name: Own, descriptor: MethodFrom<Given<Possible, Context>, Answer<Effect>>): void;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WrongParameters<Own, Name, Effect, Possible, Context, M>
    : SagaMistake<NotAMethod<Own>>;
}

type Given<Effect, Context> = [effect: GivenEffect<Effect>, context: Context];

type Answer<Effect> = void | Verdict<EffectOrLiteral<Effect>>;

type PossibleEffect<This, Name, Known> = Known extends true ? EffectNamed<This, Name> : EffectNamed<This, Name> | undefined;

/** The input is what the methods say it is, and `run` asks for all of it: `never` fits them all. */
type ContextOf<This, Needs extends readonly unknown[]> = CompensationContext<never, EffectsNamed<This, Needs>>;

type IsCompensation<M, Effect, Possible, Context, Part> = [Part] extends [never]
  ? Takes<M, Given<Possible, Context>> extends true
    ? Returns<M, Answer<Effect>>
    : false
  : false;

type WhyNoCompensation<Own, Name, Effect, Possible, Context, Part, M> = [Part] extends [never]
  ? Takes<M, Given<Possible, Context>> extends true
    ? Returns<M, void | Verdict> extends true
      ? SagaMistake<OtherEffect<Own, Name>, Effect, EffectOf<M>>
      : SagaMistake<NoVerdict<Own>, void | Verdict, EffectOf<M>>
    : WrongParameters<Own, Name, Effect, Possible, Context, M>
  : IsWrongName<Name> extends true
    ? void
    : SagaMistake<HasItsOwn<Name, Part, 'compensation'>>;

type WrongParameters<Own, Name, Effect, Possible, Context, M> = IsWrongName<Name> extends true
  ? void
  : Takes<M, Given<Effect, Context>> extends true
    ? SagaMistake<UndefinedRefused<Own, Name>, Possible, ParametersOf<M>[0]>
    : SagaMistake<OtherParameters<Own, Name>, [effect: Possible, context: Context], ParametersOf<M>>;

type OtherEffect<Own, Name> = `${Quoted<Own>} continues with something other than the effect of ${Quoted<Name>}`;
type NoVerdict<Own> =
  `${Quoted<Own>} must return nothing, retry(), abort() or continueWith(effect). Perhaps  await …;  instead of  return …;`;
type UndefinedRefused<Own, Name> =
  `${Quoted<Own>} must accept undefined: when ${Quoted<Name>} fails, nobody knows what it did. Or say  { requiresEffect: true }`;
type OtherParameters<Own, Name> =
  `${Quoted<Own>} must take the effect of ${Quoted<Name>}, then a CompensationContext with the needs it names`;
