import type { CheckFailure } from '../errors/runtime-errors.js';
import { SagaCheckError } from '../errors/runtime-errors.js';
import { blueprintOf } from '../graph/compile.js';
import { Identity } from '../runtime/identity.js';
import type { Environment } from '../runtime/options.js';
import type { SagaClass } from '../runtime/ports.js';
import { openScope } from '../runtime/scopes.js';

/**
 * Resolves each of these sagas as an execution without metadata would, one after the other, and disposes of it.
 *
 * @throws SagaCheckError when some of them cannot be resolved, or not be disposed: all of them in one
 */
export async function checkAll({ resolver, newId }: Environment, sagas: readonly SagaClass[]): Promise<void> {
  const checks = [...new Set(sagas)].map((saga) => ({ saga, blueprint: blueprintOf(saga) }));
  const failures: CheckFailure[] = [];
  for (const { saga, blueprint } of checks) {
    try {
      const scope = await openScope(resolver, saga, blueprint.parts, new Identity(blueprint.graph.saga, newId));
      await scope.dispose?.();
    } catch (error) {
      failures.push({ saga: blueprint.graph.saga, error });
    }
  }
  const [first, ...others] = failures;
  if (first !== undefined) throw new SagaCheckError([first, ...others]);
}
