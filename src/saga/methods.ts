// What types can tell of a method. Nothing here looks at a return type unless it must: the return types of a saga's methods are mostly inferred,
// and asking for one while the same one is being worked out is a circle.

/** Any method whatever. A target that returns `void` takes every return type without asking for it. */
export type AnyMethod = (...args: never[]) => void;

export type ParametersOf<M> = M extends (...args: infer Parameters) => void ? Parameters : never;

export type LastParameterOf<M> = Required<ParametersOf<M>> extends readonly [...unknown[], infer Last] ? Last : never;

export type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * `true` where a method may be called with these arguments; it may take fewer.
 * Compares tuples and not functions, whose parameters are compared both ways where `strictFunctionTypes` is off (the starter of Nest 11).
 * Nothing distributes over a union, and in a generic saga a type parameter fits itself, which inside of a tuple is seen at once.
 */
export type Takes<M, Given extends readonly unknown[]> = [Given] extends [readonly [...ParametersOf<M>, ...unknown[]]] ? true : false;
