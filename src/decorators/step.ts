import type { EffectOf } from '../saga/effects.js';
import type { AnyMethod, IsAny, ParametersOf, Takes } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { AnyStepContext, StepContext } from '../saga/step-context.js';
import type { Verdict } from '../saga/verdicts.js';
import type { EffectsNamed, HasWrongName, StepNameIn } from './names.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';

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
    ? WrongParameters<This, Own, Needs, M>
    : SagaMistake<NotAMethod<Own>>;
}

type IsStep<This, Needs extends readonly unknown[], M> = Takes<M, [ContextOf<This, Needs>]> extends true
  ? MayReturnVerdict<M> extends true ? false : true
  : false;

/** The input is what the methods say it is, and `run` asks for all of it: `never` fits them all. */
type ContextOf<This, Needs extends readonly unknown[]> = StepContext<never, EffectsNamed<This, Needs>>;

type MayReturnVerdict<M> = IsAny<EffectOf<M>> extends true ? false : [Extract<EffectOf<M>, Verdict>] extends [never] ? false : true;

type WhyNoStep<This, Own, Needs extends readonly unknown[], M> = Takes<M, [ContextOf<This, Needs>]> extends true
  ? SagaMistake<VerdictReturned<Own>>
  : WrongParameters<This, Own, Needs, M>;

type WrongParameters<This, Own, Needs extends readonly unknown[], M> = HasWrongName<Needs> extends true
  ? void
  : Takes<M, [AnyStepContext]> extends true
    ? Needs extends readonly []
      ? SagaMistake<NoNeeds<Own>, [StepContext], ParametersOf<M>>
      : SagaMistake<OtherNeeds<Own>, [ContextOf<This, Needs>], ParametersOf<M>>
    : SagaMistake<NoStepContext<Own>, [StepContext], ParametersOf<M>>;

type VerdictReturned<Own> =
  `${Quoted<Own>} returns a verdict, and verdicts are for compensations. To fail for good:  throw new AbortSaga(reason)`;
type NoStepContext<Own> = `${Quoted<Own>} must take one StepContext, or nothing`;
type NoNeeds<Own> = `${Quoted<Own>} names no needs, so its context has none. To receive effects:  @Step({ needs: ['…'] })`;
type OtherNeeds<Own> = `${Quoted<Own>} must take one context whose needs are those named in @Step({ needs })`;

type Placed<This, Own, Needs extends readonly unknown[]> = IsNamed<Own, Needs> extends true
  ? SagaMistake<`${Quoted<Own>} cannot need itself`>
  : Own extends keyof This
    ? void
    : SagaMistake<`${Quoted<Own>} must be public: its effect has a name`>;

type IsNamed<Own, Needs extends readonly unknown[]> = HasWrongName<Needs> extends true ? false : Own extends Needs[number] ? true : false;
