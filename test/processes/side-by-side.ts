/** Does all of it, so many at once; rejects with the first failure when nothing is under way any more. */
export async function sideBySide<T, R>(atOnce: number, all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const left = [...all.entries()];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && failures.length === 0; next = left.shift()) {
      try {
        results[next[0]] = await work(next[1]);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
