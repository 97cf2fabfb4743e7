// A method may stand for a whole saga, or for a step class: it computes the input of that, and its return type says of what, for nothing
// else in a class's type could. So the type of what it returns is the input, with a mark that no value has: which part the input is for.

import type { IsAny, IsUnknownType } from './methods.js';

// Never assigned, and kept in this file: no editor offers a property that is named by it.
declare const part: unique symbol;

/** An input, with the mark of what it is for. Whatever is of the input's type is of this one. */
export type InputFor<Input, Mark> = Nothing<Input> | (Something<Input> & Mark);

/** Where the input may be left out, a method may return nothing: `void`, for `undefined` in a return type says that it may skip (R24). */
type Nothing<Input> = IsUnknownType<Input> extends true ? void : Input extends void ? void : Extract<Input, null>;

/** Where nobody asks for an input, the mark alone remains, and `{}` is of its type. */
type Something<Input> = IsUnknownType<Input> extends true ? unknown : OrUnknown<Exclude<Input, void | null>>;
type OrUnknown<Input> = [Input] extends [never] ? unknown : Input;

/** Marks the input of a sub-saga. `Effect` names the one of its effects that stands for the whole; `never`: they all do. */
export interface SubSagaInput<Saga, Effect> {
  readonly [part]?: SagaPart<Saga, Effect>;
}
export interface SagaPart<Saga, Effect> {
  readonly kind: 'sub-saga';
  readonly class: Saga;
  readonly effect: Effect;
}

/** Marks the input of a step class. */
export interface StepClassInput<StepClass> {
  readonly [part]?: StepClassPart<StepClass>;
}
export interface StepClassPart<StepClass> {
  readonly kind: 'step class';
  readonly class: StepClass;
}

/** The part that is marked in what a method returns; `never` where none is. */
export type PartIn<Returned> = IsAny<Returned> extends true ? never : MarkedIn<Returned>;
type MarkedIn<Returned> = Returned extends unknown
  ? typeof part extends keyof Returned
    ? Exclude<Returned[typeof part], undefined>
    : never
  : never;
