// What @SubSaga and @UseStep ask of a method alike: it computes the input of a part, and its return type says of which.

import type { ReturnedBy } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { PartIn } from '../saga/used-part.js';
import type { Quoted } from './signatures.js';

/** `true` where something else was given than a class: that is reported where it is written, and `object` is inferred for it. */
export type IsNoClass<Instance> = [object] extends [Instance] ? true : false;

/** `true` where a method's return type says this part, and no other. */
export type SaysPart<M, Part> = [PartIn<ReturnedBy<M>>, Part] extends [Part, PartIn<ReturnedBy<M>>] ? true : false;

/** Why a method that takes what it must does not say what it computes the input of. `Type` is what it must return. */
export type WhyPartNotSaid<Own, M, Type extends string, Decorator extends string, Expected> =
  [Extract<ReturnedBy<M>, PromiseLike<unknown>>] extends [never]
    ? SagaMistake<`${Quoted<Own>} must declare its return type:  ${Type}  of the class that ${Decorator} names`, Expected, ReturnedBy<M>>
    : SagaMistake<`${Quoted<Own>} must not be async: what takes time belongs in a step before it`>;
