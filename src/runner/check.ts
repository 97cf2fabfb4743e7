import type { CheckFailure } from '../errors/runtime-errors.js';
import { SagaCheckError } from '../errors/runtime-errors.js';
import type { Part } from '../graph/blueprint.js';
import { blueprintOf } from '../graph/compile.js';
import type { Resolver, SagaClass } from '../runtime/ports.js';
import { openScope } from '../runtime/scopes.js';

/**
 * Resolves each of these sagas as an execution would, one after the other, and disposes of it.
 *
 * @throws SagaCheckError when some of them cannot be resolved, or not be disposed: all of them in one
 */
export async function checkAll(resolver: Resolver, sagas: readonly SagaClass[]): Promise<void> {
  const checks = [...new Set(sagas)].map((saga) => ({ saga, blueprint: blueprintOf(saga) }));
  const failures: CheckFailure[] = [];
  for (const { saga, blueprint } of checks) {
    try {
      await openAndDispose(resolver, saga, blueprint.parts);
    } catch (error) {
      failures.push({ saga: blueprint.graph.saga, error });
    }
  }
  const [first, ...others] = failures;
  if (first !== undefined) throw new SagaCheckError([first, ...others]);
}

async function openAndDispose(resolver: Resolver, saga: SagaClass, parts: readonly Part[]): Promise<void> {
  const scope = await openScope(resolver, saga, parts);
  await scope.dispose?.();
}
