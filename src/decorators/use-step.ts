import type { InputOf } from '../saga/inference.js';
import type { AnyMethod } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { LooksLikeStep } from '../saga/step-name.js';
import type { InputFor, StepClassInput, StepClassPart } from '../saga/used-part.js';
import type { StepNameIn } from './names.js';
import type { IsNoClass, SaysPart, WhyPartNotSaid } from './part-signature.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';
import type { ContextOf, Placed, TakesContext, WrongParameters } from './step-signature.js';

/** What a method with `@UseStep` returns: the input of that step class, any value of that type (R24). */
export type UseStep<StepClass extends object> = InputFor<InputOf<StepClass>, StepClassInput<StepClass>>;

export interface UseStepOptions<Needs extends readonly string[] = readonly string[]> {
  /** Names of earlier steps, whose effects the context then has in its `needs` (R3). @defaultValue none */
  readonly needs?: Needs;
  /** For one attempt, in milliseconds, above 0 (R5). `Infinity`: none. @defaultValue what the step class says */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R5). @defaultValue what the step class says */
  readonly graceMs?: number;
  /** Says that a base class's step of this name is replaced on purpose; it keeps its place (R1). @defaultValue false */
  readonly override?: boolean;
}

/**
 * Makes a public method a step that a class of its own does, with its `@Step() execute` and what compensates that:
 * `receipt({ needs }: StepContext<…>): UseStep<SendReceipt>`. The method computes the input of `execute`, at once and from `input` and
 * `needs` alone: it is called again for each attempt, and for the compensation. `@Retry`, `timeoutMs` and `graceMs` beside it replace those
 * of `execute`.
 */
export function UseStep<
  This extends object,
  const Own extends string | symbol,
  StepClass extends object,
  const Needs extends readonly StepNameIn<This>[] = [],
>(stepClass: new (...args: never[]) => StepClass, options?: UseStepOptions<Needs>): UseStepDecorator<This, Own, StepClass, Needs>;
export function UseStep(...given: unknown[]): Recorder | undefined {
  return recorder('@UseStep', 'useStep', given, () => ({ ...(given[1] as UseStepOptions), stepClass: given[0] }));
}

export type UseStepDecorator<This, Own extends string | symbol, StepClass, Needs extends readonly unknown[]> = Misplaced<Own> &
  JudgedUse<This, Own, StepClass, Needs>;

interface JudgedUse<This, Own extends string | symbol, StepClass, Needs extends readonly unknown[]> {
  <M extends AnyMethod>(
    target: This,
    name: Own,
    descriptor: MethodFailing<M, IsUse<This, StepClass, Needs, M>>,
  ): WhyNoUse<This, Own, StepClass, Needs, M>;
  (target: This, name: Own, descriptor: MethodFrom<[ContextOf<This, Needs>], unknown>): Placed<This, Own, Needs>;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WrongParameters<This, Own, Needs, M, '@UseStep(…, '>
    : SagaMistake<NotAMethod<Own, ''>>;
}

type IsUse<This, StepClass, Needs extends readonly unknown[], M> = HasExecute<StepClass> extends true
  ? TakesContext<This, Needs, M> extends true
    ? SaysPart<M, StepClassPart<StepClass>>
    : false
  : false;

type WhyNoUse<This, Own, StepClass, Needs extends readonly unknown[], M> = HasExecute<StepClass> extends true
  ? TakesContext<This, Needs, M> extends true
    ? WhyPartNotSaid<Own, M, 'UseStep<…>', '@UseStep', StepClassInput<StepClass>>
    : WrongParameters<This, Own, Needs, M, '@UseStep(…, '>
  : IsNoClass<StepClass> extends true
    ? void
    : SagaMistake<`the step class of ${Quoted<Own>} has no  @Step() async execute(…) { … }`, StepClass>;

type HasExecute<StepClass> = 'execute' extends keyof StepClass ? LooksLikeStep<StepClass['execute']> : false;
