/** Calls all of these, the last first, each when the one before is done, even when some of them throw; and then throws that. */
export async function disposeAll(disposals: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const dispose of [...disposals].reverse()) {
    try {
      await dispose();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} dependencies of a saga could not be disposed`);
}
