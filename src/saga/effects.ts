// An effect is what a step returned, awaited.

/** The effect of a method: what its promise resolves to. (Not `Awaited`, which stays open for the type parameter of a generic saga.) */
export type EffectOf<Method> = Method extends (...args: never[]) => infer Returned ? Resolved<Returned> : never;
export type Resolved<Returned> = Returned extends PromiseLike<infer Value> ? Value : Returned;

/** The effects of the named steps, by name: the second parameter of a context. `StepContext<TripRequest, Effects<BookTrip, 'hotel' | 'car'>>` */
export type Effects<Saga, Name extends keyof Saga> = { readonly [K in Name]: EffectOf<Saga[K]> };
