import type { EffectOf, Resolved } from '../saga/effects.js';
import type { AsksForLogTransaction } from '../saga/inference.js';
import type { AnyMethod, IsAny, ReturnedBy } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { PartIn, SagaPart } from '../saga/used-part.js';
import type { Verdict } from '../saga/verdicts.js';
import type { StepNameIn } from './names.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { AnyDescriptor, MethodFailing, MethodFrom, Misplaced, NotAMethod, Quoted } from './signatures.js';
import type { ContextOf, Placed, TakesContext, WrongParameters } from './step-signature.js';

export interface StepOptions<Needs extends readonly string[] = readonly string[], Transactional extends boolean = boolean> {
  /** Names of earlier steps, whose effects the context then has in its `needs` (R3). @defaultValue none */
  readonly needs?: Needs;
  /** For one attempt, in milliseconds, above 0 (R5). `Infinity`: none. @defaultValue none, and 5_000 with `@Async` */
  readonly timeoutMs?: number;
  /** How long a timed-out attempt may still take to settle, in milliseconds, at least 0 (R5). @defaultValue 1_000 */
  readonly graceMs?: number;
  /**
   * With an execution log, what becomes of the step when its process dies inside it. `'at-least-once'`: it is run again under its key, and
   * told so by `inDoubt`. `'at-most-once'`: it has failed with a `StepInDoubtError`, and its compensation is told that it is in doubt.
   * @defaultValue 'at-least-once'
   */
  readonly delivery?: 'at-least-once' | 'at-most-once';
  /**
   * With an execution log in a database that can hand it over: runs the step in the transaction in which the log records it, so that what
   * it writes with the context's `transaction` is committed with that record, or not at all. The fourth parameter of the context says so:
   * `StepContext<…, …, …, LogTransaction<PoolClient>>`. @defaultValue false
   */
  readonly transactional?: Transactional;
  /** Says that a base class's step of this name is replaced on purpose; it keeps its place (R1). @defaultValue false */
  readonly override?: boolean;
}

/**
 * Makes a public method a step of the saga: `async hotel(context: StepContext<…>): Promise<Booking>`.
 * What it returns, awaited, is its effect.
 */
export function Step<
  This extends object,
  const Own extends string | symbol,
  const Needs extends readonly StepNameIn<This>[] = [],
  const Transactional extends boolean = false,
>(options?: StepOptions<Needs, Transactional>): StepDecorator<This, Own, Needs, Transactional>;
export function Step(...given: unknown[]): Recorder | undefined {
  return recorder('@Step', 'step', given, () => ({ ...(given[0] as StepOptions) }));
}

export type StepDecorator<This, Own extends string | symbol, Needs extends readonly unknown[], Transactional = false> = Misplaced<Own> &
  JudgedStep<This, Own, Needs, Transactional>;

interface JudgedStep<This, Own extends string | symbol, Needs extends readonly unknown[], Transactional> {
  <M extends AnyMethod>(
    target: This,
    name: Own,
    descriptor: MethodFailing<M, IsStep<This, Needs, Transactional, M>>,
  ): WhyNoStep<This, Own, Needs, Transactional, M>;
  (target: This, name: Own, descriptor: MethodFrom<[ContextOf<This, Needs>], unknown>): Placed<This, Own, Needs>;
  <M>(target: This, name: Own, descriptor?: AnyDescriptor<M>): [M] extends [AnyMethod]
    ? WrongParameters<This, Own, Needs, M, '@Step('>
    : SagaMistake<NotAMethod<Own>>;
}

type IsStep<This, Needs extends readonly unknown[], Transactional, M> = TakesContext<This, Needs, M> extends true
  ? FitsTransaction<Transactional, M> extends true
    ? [PartReturnedBy<M>] extends [never]
      ? MayReturnVerdict<M> extends true
        ? false
        : true
      : false
    : false
  : false;

/** The handle that it asks for is the one that it gets. Where the option is computed, or the handle is `any`, nobody knows. */
type FitsTransaction<Transactional, M> = boolean extends Transactional | AsksForLogTransaction<M>
  ? AreKnown<Transactional, AsksForLogTransaction<M>> extends true
    ? false
    : true
  : true;
/** Of two booleans that differ: whether it is known which is which. */
type AreKnown<One, Other> = boolean extends One ? false : boolean extends Other ? false : true;

/** Promised or not. */
type PartReturnedBy<M> = PartIn<Resolved<ReturnedBy<M>>>;

type MayReturnVerdict<M> = IsAny<EffectOf<M>> extends true
  ? false
  : [Extract<Something<EffectOf<M>>, Verdict>] extends [never]
    ? false
    : true;
/** Where `strictNullChecks` is off, `undefined` is of every type. */
type Something<Effect> = Exclude<Effect, void>;

type WhyNoStep<This, Own, Needs extends readonly unknown[], Transactional, M> = TakesContext<This, Needs, M> extends true
  ? FitsTransaction<Transactional, M> extends true
    ? [PartReturnedBy<M>] extends [never]
      ? SagaMistake<VerdictReturned<Own>>
      : SagaMistake<PartReturned<Own, PartReturnedBy<M>>>
    : SagaMistake<OtherTransaction<Own, Transactional>>
  : WrongParameters<This, Own, Needs, M, '@Step('>;

type OtherTransaction<Own, Transactional> = Transactional extends true
  ? `${Quoted<Own>} is transactional, so it takes a  StepContext<…, …, …, LogTransaction<…>>`
  : `${Quoted<Own>} takes a LogTransaction, so it must be transactional:  @Step({ transactional: true })`;
type VerdictReturned<Own> =
  `${Quoted<Own>} returns a verdict, and verdicts are for compensations. To fail for good:  throw new AbortSaga(reason)`;
type PartReturned<Own, Part> = Part extends SagaPart<unknown, unknown>
  ? `${Quoted<Own>} returns the input of a sub-saga:  @SubSaga(…)  instead of  @Step()`
  : `${Quoted<Own>} returns the input of a step class:  @UseStep(…)  instead of  @Step()`;
