// An effect is what a step returned, awaited.

import type { AnyMethod, IsAny } from './methods.js';
import type { IsUnknown, StepName } from './step-name.js';
import type { PartIn, SagaPart, StepClassPart } from './used-part.js';
import type { Verdict } from './verdicts.js';

/** The effect of a step; of a method that opens a sub-saga or uses a step class, the effect of that. */
export type EffectOf<Method> = Method extends (...args: never[]) => infer Returned
  ? [PartIn<Returned>] extends [never]
    ? Resolved<Returned>
    : EffectOfPart<PartIn<Returned>> | Extract<Returned, undefined> // by skip()
  : never;

/** What is awaited. (Not `Awaited`, which stays open for the type parameter of a generic saga.) */
export type Resolved<Returned> = Returned extends PromiseLike<infer Value> ? Value : Returned;

type EffectOfPart<Part> = Part extends SagaPart<infer Saga, infer Effect>
  ? [Effect] extends [never]
    ? EffectsOf<Saga>
    : EffectsOf<Saga>[Effect & keyof EffectsOf<Saga>]
  : Part extends StepClassPart<infer StepClass>
    ? EffectOf<StepClass['execute' & keyof StepClass]>
    : never;

/** The effects of the named steps: the second parameter of a context. `StepContext<TripRequest, Effects<BookTrip, 'hotel' | 'car'>>` */
export type Effects<Saga, Name extends keyof Saga> = { readonly [K in Name]: EffectOf<Saga[K]> };

/** The effects of a completed saga: one property per step that returns something. */
export type EffectsOf<Saga> = IsUnknown<Saga> extends true
  ? Readonly<Record<string, unknown>>
  : { readonly [K in keyof Saga & StepName<Saga> as IfEffect<EffectOf<Saga[K]>, K>]: WithoutVoid<EffectOf<Saga[K]>> };
type IfEffect<Effect, Name> = HasEffect<Effect> extends true ? Name : never;
type HasEffect<Effect> = IsAny<Effect> extends true ? true : [Effect] extends [void | Verdict] ? false : true;

/** The names of a saga's effects; any string where nothing is known of the saga. */
export type EffectName<Saga> = IsUnknown<Saga> extends true ? string : keyof EffectsOf<Saga> & string;

/**
 * `true` where the method's effect is allowed. In tuples of tuples nothing stays open: a type parameter is seen to fit itself (`Takes`).
 * The method is taken apart first, or it would be judged by what holds for any method, before it is known which one it is.
 */
export type Returns<M, Allowed> = M extends (...args: never[]) => infer Returned
  ? [[Resolved<Returned>]] extends [[Allowed]]
    ? true
    : false
  : false;

/** An effect as others see it: a step that returned nothing gave `undefined`. */
export type WithoutVoid<Effect> = IsAny<Effect> extends true ? Effect : Effect extends void ? undefined : Effect;

/** An effect as a compensation is given it: that of a step that returns nothing is `void` and `undefined`, whichever is written there. */
export type GivenEffect<Effect> = Effect & WithoutVoid<Effect>;

/** An effect, or the read-only form that a literal gets as the argument of `continueWith`. */
export type EffectOrLiteral<Effect> =
  | Effect
  | (Effect extends AnyMethod ? Effect : { readonly [P in keyof Effect]: EffectOrLiteral<Effect[P]> });
