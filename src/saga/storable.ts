// What an execution log cannot hold, as far as types can tell: values with methods. They come back as data, and the methods would be gone.
// A class without methods cannot be told from plain data here, nor one with private fields; the codec of the log sees these.

import type { EffectsOf } from './effects.js';
import type { EventsOf, InputOf, RunArguments } from './inference.js';
import type { IsAny, IsUnknownType } from './methods.js';
import type { SagaMistake } from './mistakes.js';
import type { StartOptions } from './start-options.js';
import type { IsUnknown } from './step-name.js';

/**
 * The classes that are registered with the codec of the log, for types: add them, under any name, and their instances are data.
 * `declare module 'class-saga' { interface StorableClasses { Money: Money } }`
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- users add to it
export interface StorableClasses {}

/** What `start` takes after the saga: its input, then options. Where the log cannot hold what the saga works with, a mistake, told. */
export type StartArguments<Saga> = IsUnknown<Saga> extends true
  ? [input?: unknown, options?: StartOptions]
  : [Unstorable<Saga>] extends [never]
    ? [...InputArgumentOf<Saga>, options?: StartOptions]
    : SagaMistake<Unstorable<Saga>> & unknown[];

/** As `run` takes it; where that takes a transaction behind it, which `start` does not, it may be left out where nobody asks for one. */
type InputArgumentOf<Saga> = [] extends RunArguments<Saga>
  ? [input?: RunArguments<Saga>[0]]
  : undefined extends InputOf<Saga>
    ? [input?: InputOf<Saga>]
    : [input: InputOf<Saga>];

/** One sentence for each step whose effect has methods, and for the input and the events; `never` where all is data. */
type Unstorable<Saga> = UnstorableEffect<EffectsOf<Saga>> | Sentence<'its input', InputOf<Saga>> | Sentence<'an event', EventsOf<Saga>>;
type UnstorableEffect<Effects> = {
  [Step in keyof Effects & string]: IsStorable<Effects[Step]> extends true
    ? never
    : `'${Step}' returns a value with ${Told<MethodsIn<Effects[Step]>>}, and ${WhatToDo}`;
}[keyof Effects & string];
type Sentence<What extends string, T> = IsStorable<T> extends true ? never : `${What} has ${Told<MethodsIn<T>>}, and ${WhatToDo}`;
type WhatToDo = 'the execution log holds plain data: return data, or register its class';

type IsStorable<T> = [MethodsIn<T>] extends [never] ? true : false;

/** The method by its name, where it has one that is known. */
type Told<Name> = OneOf<Name> extends infer One ? (One extends string ? Quoted<One> : 'methods') : never;
type Quoted<Name extends string> = string extends Name ? 'methods' : Name extends '' ? 'methods' : `methods ('${Name}')`;

/** Any one of a union: of functions that intersect, the last one is inferred from. */
type OneOf<Union> = (Union extends unknown ? (one: () => Union) => void : never) extends (all: infer All) => void
  ? All extends () => infer One
    ? One
    : never
  : never;

/**
 * The names of the methods in a value, and in what it consists of, members of a union each by itself; `''` for a function that is the value
 * itself. It looks as deep as `Depth` is long: types may go round in circles, and what lies deeper is left to the codec.
 */
export type MethodsIn<T, Depth extends readonly unknown[] = [1, 2, 3, 4, 5]> = IsAny<T> extends true
  ? never
  : IsUnknownType<T> extends true
    ? never
    : T extends Leaf
      ? never
      : T extends RegisteredClass
        ? never
        : T extends (...args: never[]) => unknown
          ? ''
          : Depth extends readonly [unknown, ...infer Rest]
            ? MethodsInside<T, Rest>
            : never;

/** What has methods or none, and is held as it is. */
type Leaf =
  | string | number | boolean | bigint | null | undefined | void
  | Date | RegExp | URL | ArrayBuffer | NodeJS.ArrayBufferView;

/** `never` until somebody registers one. */
type RegisteredClass = StorableClasses[keyof StorableClasses];

type MethodsInside<T, Depth extends readonly unknown[]> = T extends ReadonlyMap<infer Key, infer Value>
  ? MethodsIn<Key, Depth> | MethodsIn<Value, Depth>
  : T extends ReadonlySet<infer Item>
    ? MethodsIn<Item, Depth>
    : T extends readonly unknown[]
      ? MethodsIn<T[number], Depth>
      : T extends Error
        ? MethodsOfProperties<Omit<T, keyof Error>, Depth>
        : MethodsOfProperties<T, Depth>;

type MethodsOfProperties<T, Depth extends readonly unknown[]> = {
  [Name in keyof T & (string | number)]-?: MethodOrInside<T[Name], Name, Depth>;
}[keyof T & (string | number)];
type MethodOrInside<Part, Name extends string | number, Depth extends readonly unknown[]> = MethodsIn<Part, Depth> extends infer Found
  ? Found extends ''
    ? `${Name}`
    : Found
  : never;
