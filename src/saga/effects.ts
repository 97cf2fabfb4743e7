// An effect is what a step returned, awaited.

import type { AnyMethod, IsAny } from './methods.js';

/** The effect of a method. (Not `Awaited`, which stays open for the type parameter of a generic saga.) */
export type EffectOf<Method> = Method extends (...args: never[]) => infer Returned ? Resolved<Returned> : never;
type Resolved<Returned> = Returned extends PromiseLike<infer Value> ? Value : Returned;

/** The effects of the named steps: the second parameter of a context. `StepContext<TripRequest, Effects<BookTrip, 'hotel' | 'car'>>` */
export type Effects<Saga, Name extends keyof Saga> = { readonly [K in Name]: EffectOf<Saga[K]> };

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
