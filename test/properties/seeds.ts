/** The suite's seed: in the environment variable SEED any whole number, for other cases than those of every day. */
const baseSeed = Number(process.env.SEED ?? 20_250_101);

/** How many times as many cases as in the default run: in the environment variable RUNS. */
const factor = Number(process.env.RUNS ?? 1);

/**
 * A property's own seed, the same in every run, whatever else runs and in whatever order, and its number of cases. When the property
 * fails, fast-check prints the seed and the path to the smallest counterexample.
 */
export function parametersOf(property: string, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  let seed = baseSeed;
  for (const character of property) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) | 0;
  return { seed, numRuns: Math.ceil(numRuns * factor) };
}
