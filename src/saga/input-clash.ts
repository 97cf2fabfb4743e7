// Steps may each ask for a part of the input. Where the parts exclude each other, nobody could pass such an input.

import type { InputOf, InputUsersOf } from './inference.js';
import type { IsAny } from './methods.js';

/** Names of the properties of a saga's input that its steps ask for with types that exclude each other. */
export type ClashingInputs<Saga> = Clashes<InputOf<Saga>, InputUsersOf<Saga>>;

type Clashes<Input, Users> = IsAny<Input> extends true
  ? never
  : Input extends object
    ? keyof { [P in keyof Input as Clash<P, Input[P], Users> extends true ? P : never]: never }
    : never;

type Clash<P, T, Users> = IsAskedForAsIs<P, T, Users> extends true ? false : IsImpossible<T>;

/** No value is both: `string & number`, which is `never`, or `string & Date`, which TypeScript lets stand for the sake of brands. */
type IsImpossible<T> = [T] extends [Primitive] ? ([T] extends [object] ? true : false) : false;
type Primitive = string | number | boolean | bigint | symbol | null | undefined;

/** `true` where one step alone asks for as much, so that the type is meant: a branded string, or `never`. */
type IsAskedForAsIs<P, T, Users> = true extends AsksFor<P, T, Users> ? true : false;
type AsksFor<P, T, User> = User extends (input: infer Input) => void
  ? P extends keyof Input
    ? [Input[P]] extends [T]
      ? true
      : false
    : false
  : false;
