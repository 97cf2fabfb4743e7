import { SagaResolverError } from '../errors/runtime-errors.js';
import { SagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { disposeAll } from './dispose-all.js';
import { executionScope } from './execution-scope.js';

/** Has this called at the end of the execution, and awaited: of several the last first, and all of them even when some throw. */
export type AtEnd = (dispose: () => unknown) => void;

/** How each saga, sub-saga and step class is made. */
export type Factories = Iterable<readonly [SagaClass, () => object | Promise<object>]>;

/**
 * For those who have no container. Composes each execution anew: what `compose` makes is shared within the execution and not across, what
 * was made outside of it is shared by all, and what it leaves for the end is disposed then. It is awaited, and what it throws fails the
 * execution before anything began.
 *
 * @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` when `compose` is no function. From `run` and `settle`, before anything began:
 * SagaResolverError when there is no factory of a class, or when it throws
 */
export function fromFactories(compose: (atEnd: AtEnd) => Factories | Promise<Factories>): Resolver {
  if (typeof compose !== 'function') {
    throw new SagaError({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: 'fromFactories(compose) was given no function.',
      remedy: 'Pass one that returns the factories of an execution:  () => [[BookTrip, () => new BookTrip(…)]].',
    });
  }
  return {
    open(saga: SagaClass): Scope | Promise<Scope> {
      const disposals: (() => unknown)[] = [];
      const atEnd: AtEnd = (dispose) => {
        if (typeof (dispose as unknown) !== 'function') throw badDisposal(dispose);
        disposals.push(dispose);
      };
      const composed = composedBy(compose, atEnd);
      return executionScope(saga, {
        resolve: async (wanted) => madeBy(await composed, wanted),
        dispose: () => disposeAll(disposals),
      });
    },
  };
}

function badDisposal(given: unknown): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_BAD_OPTIONS',
    problem: `atEnd(dispose) was given ${given === null ? 'null' : typeof given} and no function.`,
    remedy: 'Pass what is to be called:  atEnd(() => work.close()).',
  });
}

type Made = ReadonlyMap<SagaClass, () => object | Promise<object>>;

async function composedBy(compose: (atEnd: AtEnd) => Factories | Promise<Factories>, atEnd: AtEnd): Promise<Made> {
  return new Map(await compose(atEnd));
}

function madeBy(factories: Made, wanted: SagaClass): object | Promise<object> {
  const make = factories.get(wanted);
  if (make !== undefined) return make();
  const remedy = `No factory makes it: add  [${wanted.name}, () => new ${wanted.name}(…)]  to what is returned to fromFactories.`;
  throw new SagaResolverError(wanted.name, remedy, undefined);
}
