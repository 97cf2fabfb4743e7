import type { EffectOf, Resolved } from '../saga/effects.js';
import type { AnyMethod, IsAny, ReturnedBy } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { PartIn, SagaPart } from '../saga/used-part.js';
import type { Verdict } from '../saga/verdicts.js';
import type { StepNameIn } from './names.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';
import type { ContextOf, Placed, TakesContext, WrongParameters } from './step-signature.js';

export interface StepOptions<Needs extends readonly string[] = readonly string[]> {
  /** Names of earlier steps, whose effects the context then has in its `needs` (R3). @defaultValue none */
  readonly needs?: Needs;
  /** For one attempt, in milliseconds, above 0 (R5). `Infinity`: none. @defaultValue none, and 5_000 with `@Async` */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R5). @defaultValue 1_000 */
  readonly graceMs?: number;
  /** Says that a base class's step of this name is replaced on purpose; it keeps its place (R1). @defaultValue false */
  readonly override?: boolean;
}

/**
 * Makes a public method a step of the saga: `async hotel(context: StepContext<…>): Promise<Booking>`.
 * What it returns, awaited, is its effect.
 */
export function Step<This extends object, const Own extends string | symbol, const Needs extends readonly StepNameIn<This>[] = []>(
  options?: StepOptions<Needs>,
): StepDecorator<This, Own, Needs>;
export function Step(...given: unknown[]): Recorder | undefined {
  return recorder('@Step', 'step', given, () => ({ ...(given[0] as StepOptions) }));
}

export type StepDecorator<This, Own extends string | symbol, Needs extends readonly unknown[]> = Misplaced<Own> &
  JudgedStep<This, Own, Needs>;

interface JudgedStep<This, Own extends string | symbol, Needs extends readonly unknown[]> {
  <M extends AnyMethod>(target: This, name: Own, descriptor: MethodFailing<M, IsStep<This, Needs, M>>): WhyNoStep<This, Own, Needs, M>;
  (target: This, name: Own, descriptor: MethodFrom<[ContextOf<This, Needs>], unknown>): Placed<This, Own, Needs>;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WrongParameters<This, Own, Needs, M, '@Step('>
    : SagaMistake<NotAMethod<Own>>;
}

type IsStep<This, Needs extends readonly unknown[], M> = TakesContext<This, Needs, M> extends true
  ? [PartReturnedBy<M>] extends [never]
    ? MayReturnVerdict<M> extends true
      ? false
      : true
    : false
  : false;

/** Promised or not. */
type PartReturnedBy<M> = PartIn<Resolved<ReturnedBy<M>>>;

type MayReturnVerdict<M> = IsAny<EffectOf<M>> extends true
  ? false
  : [Extract<Something<EffectOf<M>>, Verdict>] extends [never]
    ? false
    : true;
/** Where `strictNullChecks` is off, `undefined` is of every type. */
type Something<Effect> = Exclude<Effect, void>;

type WhyNoStep<This, Own, Needs extends readonly unknown[], M> = TakesContext<This, Needs, M> extends true
  ? [PartReturnedBy<M>] extends [never]
    ? SagaMistake<VerdictReturned<Own>>
    : SagaMistake<PartReturned<Own, PartReturnedBy<M>>>
  : WrongParameters<This, Own, Needs, M, '@Step('>;

type VerdictReturned<Own> =
  `${Quoted<Own>} returns a verdict, and verdicts are for compensations. To fail for good:  throw new AbortSaga(reason)`;
type PartReturned<Own, Part> = Part extends SagaPart<unknown, unknown>
  ? `${Quoted<Own>} returns the input of a sub-saga:  @SubSaga(…)  instead of  @Step()`
  : `${Quoted<Own>} returns the input of a step class:  @UseStep(…)  instead of  @Step()`;
