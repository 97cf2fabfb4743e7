// Which methods of a class are its steps.
//
// Decorators leave no trace in a class's type, so a step is known by its shape: a public method that a StepContext is enough to call, and
// whose last parameter is no CompensationContext. Compensations, fallbacks and @Finally methods are told apart because their decorators see
// to it: they take something else, or return nothing. What nobody sees to is an undecorated public method of that shape: it is taken for a
// step, so the helpers of a saga are private.

import type { AnyMethod, IsAny, LastParameterOf, Takes } from './methods.js';
import type { AnyStepContext, CompensationContext } from './step-context.js';

/** `true` where the last parameter is known to be a CompensationContext, as that of a compensation or a fallback is. */
export type TakesCompensationContext<M> = IsAny<LastParameterOf<M>> extends true
  ? false
  : [LastParameterOf<M>] extends [never]
    ? false
    : LastParameterOf<M> extends CompensationContext
      ? true
      : false;

/** `true` for a step, and for what opens a sub-saga or uses a step class: they are steps to all others. */
export type LooksLikeStep<M> = M extends AnyMethod
  ? Takes<M, [AnyStepContext]> extends true
    ? TakesCompensationContext<M> extends true
      ? false
      : true
    : false
  : false;

/** `true` where nothing is known of a saga, as of `object`. */
export type IsUnknown<Saga> = [keyof Saga] extends [never] ? true : false;

/** The names of a saga's steps, as far as types can tell; any string where nothing is known of the saga. */
export type StepName<Saga> = IsUnknown<Saga> extends true
  ? string
  : { [K in keyof Saga & string]: LooksLikeStep<Saga[K]> extends true ? K : never }[keyof Saga & string];

/** The name of a step, which is checked, or any path such as `lodging/hotel`: a class's type does not tell its parts (R24). */
export type StepPath<Saga> = StepName<Saga> | `${string}/${string}`;
