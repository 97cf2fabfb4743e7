// What a saga wants and gives, read from the contexts of its methods.

import type { IsLogTransaction } from './log-transaction.js';
import type { IsAny, IsUnknownType, LastParameterOf, ReturnedBy } from './methods.js';
import type { RunOptions, TransactionRunOptions } from './run-options.js';
import type { CallContext, StepContext } from './step-context.js';
import type { IsUnknown, LooksLikeStep } from './step-name.js';
import type { PartIn } from './used-part.js';

/** The input that a saga runs with: what all of its contexts ask for together; `unknown` where none asks for anything. */
export type InputOf<Saga> = AllAskedFor<InputUsersOf<Saga>>;

/** One function per method that asks for an input, taking that input. */
export type InputUsersOf<Saga> = { [K in keyof Saga]: InputUser<Saga[K]> }[keyof Saga];
type InputUser<M> = IsAny<LastParameterOf<M>> extends true
  ? never
  : LastParameterOf<M> extends CallContext<infer Input, unknown>
    ? IsAny<Input> extends true
      ? never
      : (input: Input) => void
    : never;

/** The events that a saga may publish: those that its steps' contexts may emit, the steps of sub-sagas included; `never` if none may. */
export type EventsOf<Saga> = IsUnknown<Saga> extends true ? unknown : { [K in keyof Saga]: EventsOfMethod<Saga[K]> }[keyof Saga];
type EventsOfMethod<M> = LooksLikeStep<M> extends true ? EmittedBy<M> | EventsOfPart<PartIn<ReturnedBy<M>>> : never;
type EmittedBy<M> = IsStepContext<LastParameterOf<M>> extends true
  ? LastParameterOf<M> extends StepContext<unknown, unknown, infer Events, unknown>
    ? Events
    : never
  : never;
type EventsOfPart<Part> = Part extends { readonly class: infer Class } ? EventsOf<Class> : never;

/**
 * The database transaction that a saga's steps ask for, those of sub-sagas included; `unknown` where none asks for one. That of the
 * execution log, which transactional steps have, is asked of nobody.
 */
export type TransactionOf<Saga> = IsUnknown<Saga> extends true ? unknown : AllAskedFor<TransactionUsersOf<Saga>>;

/** One function per step that asks for a transaction, taking that. */
type TransactionUsersOf<Saga> = { [K in keyof Saga]: TransactionUser<Saga[K]> }[keyof Saga];
type TransactionUser<M> = LooksLikeStep<M> extends true ? UserItself<M> | UserInPart<PartIn<ReturnedBy<M>>> : never;
type UserItself<M> = IsStepContext<LastParameterOf<M>> extends true
  ? LastParameterOf<M> extends StepContext<unknown, unknown, never, infer Transaction>
    ? UserOf<Transaction>
    : never
  : never;
type UserInPart<Part> = Part extends { readonly class: infer Class } ? UserOf<TransactionOf<Class>> : never;
type UserOf<Transaction> = unknown extends Transaction
  ? never
  : IsLogTransaction<Transaction> extends true
    ? never
    : (transaction: Transaction) => void;

/** Whether a step's context asks for a transaction of the execution log; `boolean` where that is `any`, so that nobody knows. */
export type AsksForLogTransaction<M> = IsAny<LastParameterOf<M>> extends true
  ? boolean
  : [LastParameterOf<M>] extends [never]
    ? false
    : LastParameterOf<M> extends StepContext<unknown, unknown, never, infer Transaction>
      ? IsAny<Transaction> extends true
        ? boolean
        : IsLogTransaction<Transaction>
      : false;

type IsStepContext<Context> = IsAny<Context> extends true ? false : [Context] extends [never] ? false : true;

/** What several functions take together; `unknown` where there are none. */
type AllAskedFor<Users> = [Users] extends [never]
  ? unknown
  : [Users] extends [(asked: infer Asked) => void] // inferred from a union of functions: the intersection of what they take
    ? Asked
    : never;

/**
 * What `run` and `settle` take after the saga: its input, then options. The input may be left out where nobody asks for one; the options,
 * where the saga can do without a transaction.
 */
export type RunArguments<Saga> = IsUnknown<Saga> extends true
  ? [input?: unknown, options?: RunOptions]
  : RunArgumentsFor<InputOf<Saga>, TakesAnyInput<Saga>, TransactionOf<Saga>>;
type RunArgumentsFor<Input, Any, Transaction> = undefined extends Transaction
  ? [...InputArgument<Input, Any>, options?: RunOptions<Exclude<Transaction, undefined>>]
  : [input: Input, options: TransactionRunOptions<Transaction>];

/** Where nobody asks for an input it is `undefined`, so that options, which stand behind it, are not taken for it. */
type InputArgument<Input, Any> = IsUnknownType<Input> extends true
  ? [input?: Any extends true ? unknown : undefined]
  : undefined extends Input
    ? [input?: Input]
    : [input: Input];

/** `true` where a method's context, or its input, is `any`: then nothing is known of it, and anything may be meant. */
type TakesAnyInput<Saga> = true extends { [K in keyof Saga]: HasAnyInput<Saga[K]> }[keyof Saga] ? true : false;
type HasAnyInput<M> = IsAny<LastParameterOf<M>> extends true
  ? true
  : LastParameterOf<M> extends CallContext<infer Input, unknown>
    ? IsAny<Input>
    : false;
