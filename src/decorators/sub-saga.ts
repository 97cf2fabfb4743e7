import type { EffectName } from '../saga/effects.js';
import type { InputOf } from '../saga/inference.js';
import type { AnyMethod, ReturnedBy } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { InputFor, PartIn, SagaPart, SubSagaInput } from '../saga/used-part.js';
import type { IsWrongName, StepNameIn } from './names.js';
import type { IsNoClass, SaysPart, WhyPartNotSaid } from './part-signature.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, MethodFailing, MethodFrom, Misplaced, NotAMethod } from './signatures.js';
import type { ContextOf, Placed, TakesContext, WrongParameters } from './step-signature.js';

/**
 * What a method with `@SubSaga` returns: the input of that saga, any value of that type (R24). `Effect` names the one of its effects that
 * stands for the whole; left out, it is the record of them all. A method that may `skip()` returns `SubSaga<BookLodging> | undefined`.
 */
export type SubSaga<Saga extends object, Effect extends EffectName<Saga> = never> = InputFor<InputOf<Saga>, SubSagaInput<Saga, Effect>>;

export interface SubSagaOptions<Needs extends readonly string[] = readonly string[], Effect extends string = string> {
  /** Names of earlier steps, whose effects the context then has in its `needs` (R3). @defaultValue none */
  readonly needs?: Needs;
  /** Name of the sub-saga's effect that stands for the whole. @defaultValue none: the record of them all, by name */
  readonly effect?: Effect;
  /** Says that a base class's step of this name is replaced on purpose; it keeps its place (R1). @defaultValue false */
  readonly override?: boolean;
}

/**
 * Makes a public method the opening of a sub-saga, whose steps then belong to this saga's execution (R24):
 * `lodging({ input }: StepContext<…>): SubSaga<BookLodging>`. It computes the input of the sub-saga, at once and from
 * `input` and `needs` alone.
 */
export function SubSaga<
  This extends object,
  const Own extends string | symbol,
  Child extends object,
  const Needs extends readonly StepNameIn<This>[] = [],
  const Effect extends EffectName<Child> = never,
>(saga: new (...args: never[]) => Child, options?: SubSagaOptions<Needs, Effect>): SubSagaDecorator<This, Own, Child, Needs, Effect>;
export function SubSaga(...given: unknown[]): Recorder | undefined {
  return recorder('@SubSaga', 'subSaga', given, () => ({ ...(given[1] as SubSagaOptions), saga: given[0] }));
}

export type SubSagaDecorator<This, Own extends string | symbol, Child, Needs extends readonly unknown[], Effect> = Misplaced<Own> &
  JudgedOpening<This, Own, Child, Needs, Effect>;

interface JudgedOpening<This, Own extends string | symbol, Child, Needs extends readonly unknown[], Effect> {
  <M extends AnyMethod>(
    target: This,
    name: Own,
    descriptor: MethodFailing<M, IsOpening<This, Child, Needs, Effect, M>>,
  ): WhyNoOpening<This, Own, Child, Needs, Effect, M>;
  (target: This, name: Own, descriptor: MethodFrom<[ContextOf<This, Needs>], unknown>): Placed<This, Own, Needs>;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WrongParameters<This, Own, Needs, M, '@SubSaga(…, '>
    : SagaMistake<NotAMethod<Own, ''>>;
}

type IsOpening<This, Child, Needs extends readonly unknown[], Effect, M> = TakesContext<This, Needs, M> extends true
  ? SaysPart<M, SagaPart<Child, Effect>>
  : false;

type WhyNoOpening<This, Own, Child, Needs extends readonly unknown[], Effect, M> = TakesContext<This, Needs, M> extends true
  ? IsReportedElsewhere<Child, Effect, PartIn<ReturnedBy<M>>> extends true
    ? void
    : WhyPartNotSaid<Own, M, TypeToWrite<Effect>, '@SubSaga', SubSagaInput<Child, Effect>>
  : WrongParameters<This, Own, Needs, M, '@SubSaga(…, '>;

/** What is no class, and what is no name of an effect, in the decorator or in the return type, is reported where it is written. */
type IsReportedElsewhere<Child, Effect, Marked> = IsNoClass<Child> extends true
  ? true
  : [Effect] extends [never]
    ? IsWrongEffect<Marked>
    : IsWrongName<Effect> extends true
      ? true
      : IsWrongEffect<Marked>;
type IsWrongEffect<Marked> = [Marked] extends [never]
  ? false
  : [Marked] extends [SagaPart<infer Saga, infer Effect>]
    ? [Effect] extends [EffectName<Saga>]
      ? false
      : true
    : false;

type TypeToWrite<Effect> = [Effect] extends [never] ? 'SubSaga<…>' : `SubSaga<…, '${Effect & string}'>`;
