// What @Step, @SubSaga and @UseStep ask of a method alike: all three make it a step to the others.

import type { ParametersOf, Takes } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { AnyStepContext, StepContext } from '../saga/step-context.js';
import type { EffectsNamed, HasWrongName } from './names.js';
import type { Quoted } from './signatures.js';

/** Input, events and transaction are what the methods say they are, and `run` asks for all of it: this context fits them all. */
export type ContextOf<This, Needs extends readonly unknown[]> = StepContext<never, EffectsNamed<This, Needs>, unknown, never>;

export type TakesContext<This, Needs extends readonly unknown[], M> = Takes<M, [ContextOf<This, Needs>]>;

/** `Call` is the decorator up to its options, as the sentences write it. */
export type WrongParameters<This, Own, Needs extends readonly unknown[], M, Call extends string> = HasWrongName<Needs> extends true
  ? void
  : Takes<M, [AnyStepContext]> extends true
    ? Needs extends readonly []
      ? SagaMistake<NoNeeds<Own, Call>, [StepContext], ParametersOf<M>>
      : SagaMistake<OtherNeeds<Own, Call>, [ContextOf<This, Needs>], ParametersOf<M>>
    : SagaMistake<NoStepContext<Own>, [StepContext], ParametersOf<M>>;

type NoStepContext<Own> = `${Quoted<Own>} must take one StepContext, or nothing`;
type NoNeeds<Own, Call extends string> =
  `${Quoted<Own>} names no needs, so its context has none. To receive effects:  ${Call}{ needs: ['…'] })`;
type OtherNeeds<Own, Call extends string> = `${Quoted<Own>} must take one context whose needs are those named in ${Call}{ needs })`;

/** What is left to judge of a method that takes and returns what it must. */
export type Placed<This, Own, Needs extends readonly unknown[]> = IsNamed<Own, Needs> extends true
  ? SagaMistake<`${Quoted<Own>} cannot need itself`>
  : Own extends keyof This
    ? void
    : SagaMistake<`${Quoted<Own>} must be public: its effect has a name`>;

type IsNamed<Own, Needs extends readonly unknown[]> = HasWrongName<Needs> extends true ? false : Own extends Needs[number] ? true : false;
