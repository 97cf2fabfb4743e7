// What a saga wants and gives, read from its class.
//
// Decorators leave no trace in a class's type, so a step is known by its shape: a public method that a StepContext is enough to call, and
// whose last parameter is no CompensationContext. Compensations, fallbacks and @Finally methods are told apart because their decorators see
// to it: they take something else, or return nothing. What nobody sees to is an undecorated public method of that shape: it is taken for a
// step, so the helpers of a saga are private.

import type { EffectOf, WithoutVoid } from './effects.js';
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

/** `true` where nothing is known of a saga, as of `object`. */
export type IsUnknown<Saga> = [keyof Saga] extends [never] ? true : false;

/** The names of a saga's steps, as far as types can tell; any string where nothing is known of the saga. */
export type StepName<Saga> = IsUnknown<Saga> extends true
  ? string
  : { [K in keyof Saga & string]: LooksLikeStep<Saga[K]> extends true ? K : never }[keyof Saga & string];

/** The name of a step, or the path of a sub-saga's: `lodging/hotel` (R24). */
export type StepPath<Saga> = StepName<Saga> | `${string}/${string}`;

/** The effects of a completed saga: one property per step that returns something. */
export type EffectsOf<Saga> = IsUnknown<Saga> extends true
  ? Readonly<Record<string, unknown>>
  : { readonly [K in keyof Saga & StepName<Saga> as IfEffect<EffectOf<Saga[K]>, K>]: WithoutVoid<EffectOf<Saga[K]>> };
type IfEffect<Effect, Name> = HasEffect<Effect> extends true ? Name : never;
type HasEffect<Effect> = IsAny<Effect> extends true ? true : [Effect] extends [void | Verdict] ? false : true;

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

/** What `run` and `settle` take after the saga: its input, which may be left out where nobody asks for one, then options, if any. */
export type RunArguments<Saga, Options = never> = [...InputArgument<InputOf<Saga>>, ...OptionsArgument<Options>];
type InputArgument<Input> = unknown extends Input ? [input?: unknown] : undefined extends Input ? [input?: Input] : [input: Input];
type OptionsArgument<Options> = [Options] extends [never] ? [] : [options?: Options];
