export type RetryIf = (error: unknown) => unknown;

/** A `retryIf` that throws counts as no: the error it could not judge stays the step's. So does one that answers with a promise. */
export function accepts(retryIf: RetryIf | null | undefined, error: unknown): boolean {
  if (retryIf === null || retryIf === undefined) return true;
  try {
    const answer = retryIf(error);
    if (!(answer instanceof Promise)) return Boolean(answer);
    answer.catch(() => {});
    return false;
  } catch {
    return false;
  }
}
