/**
 * A mistake in the declaration of a saga, told as a sentence. It is what a decorator returns, as a type, where the declaration does not
 * hold. No decorator may return such a thing: TypeScript says so in one line, and prints the sentence. `Expected` and `Found` are for
 * whoever reads on. Nothing of it exists at run time.
 */
export interface SagaMistake<Sentence extends string, Expected = never, Found = never> {
  readonly sagaMistake: [sentence: Sentence, expected: Expected, found: Found];
}
