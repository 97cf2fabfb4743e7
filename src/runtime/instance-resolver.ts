import { SagaError } from '../errors/saga-error.js';
import type { Resolver, SagaClass, Scope } from './ports.js';

/** What a runner without a resolver does: constructs the class itself, which it can where the constructor takes no arguments. */
export const instanceResolver: Resolver = {
  open(saga: SagaClass): Scope {
    if (takesArguments(saga)) {
      throw new SagaError({
        code: 'SAGA_RUNTIME_NO_RESOLVER',
        problem: `The constructor of ${saga.name} takes arguments, and this SagaRunner has no resolver to supply them.`,
        remedy: 'Give it one, as in  new SagaRunner({ resolver: fromContainer(container) })  with class-saga/tsyringe,'
          + ` or  new SagaRunner({ resolver: fromFactories(() => [[${saga.name}, () => new ${saga.name}(…)]]) }).`,
      });
    }
    return { saga: new saga() };
  },
};

/** What a scope does that cannot resolve: the same for a sub-saga or a step class (R24). */
export function constructedInstance(part: SagaClass): object {
  if (takesArguments(part)) {
    throw new SagaError({
      code: 'SAGA_RUNTIME_NO_RESOLVER',
      problem: `The constructor of ${part.name} takes arguments, and nothing supplies them.`,
      remedy: 'Give the runner a resolver, as in  new SagaRunner({ resolver: fromContainer(container) })  with class-saga/tsyringe;'
        + ' one of your own returns `resolve`, too:  { open: () => ({ saga: …, resolve: (part) => container.get(part) }) }.',
    });
  }
  return new part();
}

const known = new WeakMap<SagaClass, boolean>();

function takesArguments(saga: SagaClass): boolean {
  let takes = known.get(saga);
  if (takes === undefined) {
    takes = constructorOf(saga).length > 0;
    known.set(saga, takes);
  }
  return takes;
}

/**
 * A class without a constructor of its own has the length 0 and takes what its base takes. So does one whose constructor passes all on,
 * which is what TypeScript emits for a class with fields where the target has none.
 */
function constructorOf(saga: SagaClass): SagaClass {
  let owner = saga;
  while (owner.length === 0 && passesAllOn(Function.prototype.toString.call(owner))) {
    const base: unknown = Object.getPrototypeOf(owner);
    if (typeof base !== 'function' || base === Function.prototype) break;
    owner = base as SagaClass;
  }
  return owner;
}

function passesAllOn(source: string): boolean {
  return !/\bconstructor\s*\(/.test(source) || /\bsuper\(\.\.\.\w+\)/.test(source);
}
