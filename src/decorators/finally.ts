import type { EffectOf, Returns } from '../saga/effects.js';
import type { InputOf } from '../saga/inference.js';
import type { AnyMethod, ParametersOf, Takes } from '../saga/methods.js';
import type { SagaMistake } from '../saga/mistakes.js';
import type { Settled } from '../saga/settled.js';
import { recorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import type { MethodFailing, Misplaced, NotAMethod, Quoted } from './signatures.js';

export interface FinallyOptions {
  /** How long it is awaited, in milliseconds, at least 0 (R17). @defaultValue 1_000 */
  readonly graceMs?: number;
}

/**
 * Makes a method run once at the end, whatever the end (R17): `async done(outcome: Settled<BookTrip>, input: TripRequest)`, or with less.
 * What it throws changes nothing, and it returns nothing: a duty belongs in a step.
 */
export function Finally<This extends object, const Own extends string | symbol>(options?: FinallyOptions): FinallyDecorator<This, Own>;
export function Finally(...given: unknown[]): Recorder | undefined {
  return recorder('@Finally', 'finally', given, () => ({ ...(given[0] as FinallyOptions) }));
}

export type FinallyDecorator<This, Own extends string | symbol> = Misplaced<Own> & JudgedFinally<This, Own>;

interface JudgedFinally<This, Own extends string | symbol> {
  <M extends AnyMethod>(target: This, name: Own, descriptor: MethodFailing<M, TakesTheEnd<This, M>>): SagaMistake<
    `${Quoted<Own>} must take the outcome, Settled<…>, then the input of the saga, or less of that`,
    [outcome: Settled<This>, input: InputOf<This>],
    ParametersOf<M>
  >;
  <M extends AnyMethod>(target: This, name: Own, descriptor: MethodFailing<M, Returns<M, void>>): SagaMistake<
    `${Quoted<Own>} must return nothing: nobody would see it. Perhaps  await …;  instead of  return …;`,
    void,
    EffectOf<M>
  >;
  <M>(target: This, name: Own, descriptor?: TypedPropertyDescriptor<M>): [M] extends [AnyMethod] ? void : SagaMistake<NotAMethod<Own>>;
}

type TakesTheEnd<This, M> = TakesTheOutcome<This, M> extends true ? TakesTheInput<InputOf<This>, M> : false;

/** The end of this saga is the end of any, which in a class with type parameters the compiler cannot know by itself. */
type TakesTheOutcome<This, M> = Takes<M, [outcome: Settled<This> & Settled<object>, input: never]>;
type TakesTheInput<Input, M> = [Input] extends [SecondParameterOf<M>] ? true : false;
type SecondParameterOf<M> = Required<ParametersOf<M>> extends readonly [unknown, infer Second, ...unknown[]] ? Second : unknown;
