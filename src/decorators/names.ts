// The names that are written in decorators, and what they stand for.

import type { EffectOf } from '../saga/effects.js';
import type { ReturnedBy } from '../saga/methods.js';
import type { StepName } from '../saga/step-name.js';
import type { PartIn } from '../saga/used-part.js';

/** The names that are right: of the instance's steps, even where the decorator stands, by mistake, on a static member. */
export type StepNameIn<This> = This extends { readonly prototype: infer Instance } ? StepName<Instance> : StepName<This>;

export type EffectNamed<This, Name> = Name extends keyof This ? EffectOf<This[Name]> : never;
export type EffectsNamed<This, Needs extends readonly unknown[]> = { readonly [Name in Needs[number] & string]: EffectNamed<This, Name> };

/** The part that the step of this name stands for: a sub-saga or a step class; `never` for an ordinary step. */
export type PartNamed<This, Name> = Name extends keyof This ? PartIn<ReturnedBy<This[Name]>> : never;

/** `true` where a name is wrong: all that are right are inferred for it then. It is reported where it is written, and nowhere else. */
export type IsWrongName<Name> = IsUnion<Name, Name>;
type IsUnion<T, Members> = [T] extends [never] ? true : T extends unknown ? ([Members] extends [T] ? false : true) : never;

/** `true` where one of several names is wrong: a list of unknown length is inferred for them then. */
export type HasWrongName<Names extends readonly unknown[]> = number extends Names['length'] ? true : false;
