// What a saga wants and gives, read from its class.
//
// Decorators leave no trace in a class's type, so a step is known by its shape: a public method that a StepContext is enough to call, and whose last
// parameter is no CompensationContext. Compensations, fallbacks and @Finally methods are told apart because their decorators see to it: they take
// something else, or return nothing. An undecorated public method of that shape is taken for a step: helpers of a saga are private.

import type { EffectOf } from './effects.js';
import type { AnyMethod, IsAny, LastParameterOf, Takes } from './methods.js';
import type { AnyStepContext, CompensationContext, StepContext } from './step-context.js';
import type { Verdict } from './verdicts.js';

/** `true` where the last parameter is known to be a CompensationContext, as that of a compensation or a fallback is. */
export type TakesCompensationContext<M> = IsAny<LastParameterOf<M>> extends true
  ? false
  : [LastParameterOf<M>] extends [never]
    ? false
    : LastParameterOf<M> extends CompensationContext
      ? true
      : false;

type LooksLikeStep<M> = M extends AnyMethod
  ? Takes<M, [AnyStepContext]> extends true
    ? TakesCompensationContext<M> extends true
      ? false
      : true
    : false
  : false;

/** The names of a saga's steps, as far as types can tell; any string where nothing is known of the saga. */
export type StepName<Saga> = [keyof Saga] extends [never]
  ? string
  : { [K in keyof Saga & string]: LooksLikeStep<Saga[K]> extends true ? K : never }[keyof Saga & string];

/**
 * The name of a step, or the path of a sub-saga's: `lodging/hotel` (R24). Any string where nothing is known of the saga.
 * Results speak of steps by this. It is `StepName` once more, by `keyof`: so that the compiler compares results by what they hold, and takes the end of
 * one saga for the end of any, `Settled<object>`. In a class with type parameters it stays open, which decorators could not bear.
 */
export type StepPath<Saga> = [keyof Saga] extends [never]
  ? string
  : keyof { [K in keyof Saga & string as LooksLikeStep<Saga[K]> extends true ? K : never]: never } | `${string}/${string}`;

/** The effects of a completed saga: one property per step that returns something. */
export type EffectsOf<Saga> = [keyof Saga] extends [never]
  ? Readonly<Record<string, unknown>>
  : { readonly [K in keyof Saga & StepName<Saga> as HasEffect<EffectOf<Saga[K]>> extends true ? K : never]: WithoutVoid<EffectOf<Saga[K]>> };
type HasEffect<Effect> = IsAny<Effect> extends true ? true : [Effect] extends [void | Verdict] ? false : true;

/** An effect as others see it: a step that returned nothing gave `undefined`. */
export type WithoutVoid<Effect> = IsAny<Effect> extends true ? Effect : Effect extends void ? undefined : Effect;

/** The input that a saga runs with: what all of its contexts ask for together; `unknown` where none asks for anything. */
export type InputOf<Saga> = [InputUsersOf<Saga>] extends [never]
  ? unknown
  : InputUsersOf<Saga> extends (input: infer Input) => void // inferred from a union of functions: the intersection of what they take
    ? Input
    : never;

/** One function per method that asks for an input, taking that input. */
export type InputUsersOf<Saga> = { [K in keyof Saga]: InputUser<Saga[K]> }[keyof Saga];
type InputUser<M> = IsAny<LastParameterOf<M>> extends true
  ? never
  : LastParameterOf<M> extends StepContext<infer Input, unknown>
    ? IsAny<Input> extends true
      ? never
      : (input: Input) => void
    : never;

/** The arguments of `run` and `settle` after the saga: its input, which may be left out where nobody asks for one, then options, where there are any. */
export type RunArguments<Saga, Options = never> = [...InputArgument<InputOf<Saga>>, ...OptionsArgument<Options>];
type InputArgument<Input> = unknown extends Input ? [input?: unknown] : undefined extends Input ? [input?: Input] : [input: Input];
type OptionsArgument<Options> = [Options] extends [never] ? [] : [options?: Options];
