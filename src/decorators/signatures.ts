// What the signatures of the decorators have in common.

import type { SagaMistake } from '../saga/mistakes.js';
import type { SagaPart } from '../saga/used-part.js';

/** The descriptor of a method that surely fails a test. Where it does not, nothing fits, and the next signature is tried. */
export type MethodFailing<M, Test> = TypedPropertyDescriptor<M> & ([Test] extends [false] ? unknown : never);

/** The descriptor of a method that may be called so, and answers so. */
export interface MethodFrom<Given extends readonly unknown[], Answer> {
  readonly value?: (...given: Given) => Answer | PromiseLike<Answer>;
}

/**
 * Any descriptor, as a last resort. TypeScript tries all signatures by a strict relation before it tries them by assignability. In that one
 * `any` fits nothing, and an optional property may not be missing: this one keeps the last signature out of it, or an effect with an `any`
 * in it would end here.
 */
export type AnyDescriptor<M> = TypedPropertyDescriptor<M> & { readonly lastResort?: never };

/** Where no decorator for methods may stand. */
export interface Misplaced<Own extends string | symbol> {
  (target: object, name: symbol, descriptor?: PropertyDescriptor): SagaMistake<'a method of a saga is named by a string, not by a symbol'>;
  (target: TheClassItself, name: Own, descriptor?: PropertyDescriptor): SagaMistake<`${Quoted<Own>} must not be static`>;
}
/** The target of a static member; that of any other is the prototype. */
interface TheClassItself {
  readonly prototype: object;
}

/** What `@Async` and `@Retry` are: a `MethodDecorator` that has a word for those who put it elsewhere. */
export interface OnMethods<Decorator extends string> {
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): void;
  (target: object, name: string | symbol): SagaMistake<`@${Decorator} stands on a method, and on no property or arrow function`>;
}

// A sentence may have a name, as this one has. A mistake has none, and is written out where it is made: of a type with a name TypeScript
// prints the name.

export type NotAMethod<Own, Async extends 'async ' | '' = 'async '> =
  `${Quoted<Own>} must be a method:  ${Async}${Bare<Own>}(…) { … }  and no property, getter or arrow function`;

/** Of a sub-saga or a step class, whose compensations and fallbacks are methods of its own class. */
export type HasItsOwn<Name, Part, What extends string> = Part extends SagaPart<unknown, unknown>
  ? `${Quoted<Name>} takes no ${What}: it is a sub-saga, and its steps have their own`
  : `the ${What} of ${Quoted<Name>} belongs in its step class`;

/** Names as sentences need them. */
export type Quoted<Name> = `'${Bare<Name>}'`;
type Bare<Name> = Name extends string ? Name : 'it';
