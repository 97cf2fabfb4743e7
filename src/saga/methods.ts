// What types can tell of a method. Nothing here but `ReturnedBy` looks at what a method returns: that is mostly inferred from its body, and
// to ask for it while it is being worked out would be a circle.

/** Any method whatever. A target that returns `void` takes every return type without asking for it. */
export type AnyMethod = (...args: never[]) => void;

export type ParametersOf<M> = M extends (...args: infer Parameters) => void ? Parameters : never;

export type LastParameterOf<M> = Required<ParametersOf<M>> extends readonly [...unknown[], infer Last] ? Last : never;

/**
 * `true` where a method may be called with these arguments; it may take fewer.
 * Compares tuples and not functions, whose parameters are compared both ways where `strictFunctionTypes` is off (the starter of Nest 11).
 * In tuples nothing distributes over a union, and a type parameter is seen to fit itself, which a generic saga asks of it.
 */
export type Takes<M, Given extends readonly unknown[]> = [Given] extends [readonly [...ParametersOf<M>, ...unknown[]]] ? true : false;

/** What a method returns, as it is written there. */
export type ReturnedBy<M> = M extends (...args: never[]) => infer Returned ? Returned : never;

/** In brackets: a type that TypeScript could not work out (for a typing error in a body) would make the whole condition one. */
export type IsAny<T> = [0] extends [1 & T] ? true : false;

/** `true` for `unknown`. Where `strictNullChecks` is off, that fits a type without required properties too, which has keys. */
export type IsUnknownType<T> = unknown extends T ? ([keyof T] extends [never] ? true : false) : false;
