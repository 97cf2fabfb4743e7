/**
 * A mistake in the declaration of a saga, told as a sentence. A decorator whose declaration does not hold returns one as its type, which no decorator
 * may return: TypeScript says so in one line, and prints the sentence. `Expected` and `Found` are for whoever reads on. Nothing of it exists at run time.
 */
export interface SagaMistake<Sentence extends string, Expected = never, Found = never> {
  readonly sagaMistake: [sentence: Sentence, expected: Expected, found: Found];
}
