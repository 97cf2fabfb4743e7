// What asks Nest for a saga, or for a runner. What is known of a saga hangs on its class, and which are asked for is known to the process,
// so that two copies of this package, as ESM and as CommonJS, agree about it.
import { Inject } from '@nestjs/common';
import { SagaRunner } from '../runner/saga-runner.js';
import type { SagaClass } from '../runtime/ports.js';
import { badInjection } from './boot-error.js';

const tokenKey = Symbol.for('class-saga:nestjs:token');
const injectionsKey = Symbol.for('class-saga:nestjs:injections');
const injectedKey = Symbol.for('class-saga:nestjs:injected');

/** Of all applications in this process: what is declared says nothing of who runs it. */
const injected = ((globalThis as { [injectedKey]?: Set<SagaClass> })[injectedKey] ??= new Set<SagaClass>());

/** The runner of `SagaModule.forRoot` is the `SagaRunner` itself; one with a name has this token. */
export function getSagaRunnerToken(name?: string): typeof SagaRunner | string {
  return name === undefined ? SagaRunner : `SagaRunner:${name}`;
}

/** Injects the runner of this name. @param name that of `SagaModule.forRoot({ name })`; left out, as  `runner: SagaRunner`  does */
export function InjectSagaRunner(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getSagaRunnerToken(name));
}

/** What Nest knows the saga's {@link SagaHandle} by: to be overridden in a test, say. */
export function getSagaToken(saga: SagaClass): symbol {
  const known = Reflect.getOwnMetadata(tokenKey, saga) as symbol | undefined;
  const token = known ?? Symbol(`SagaHandle<${saga.name}>`);
  if (known === undefined) Reflect.defineMetadata(tokenKey, token, saga);
  injected.add(saga);
  return token;
}

/**
 * Injects the {@link SagaHandle} of a saga: `constructor(@InjectSaga(BookTrip) private readonly bookTrip: SagaHandle<BookTrip>) {}`. The
 * application does not start where no module provides the saga.
 *
 * @throws SagaError `SAGA_NEST_BAD_INJECTION` where this is no class
 */
export function InjectSaga(saga: SagaClass): PropertyDecorator & ParameterDecorator {
  return (target: object, key: string | symbol | undefined, index?: number) => {
    const owner = typeof target === 'function' ? target : target.constructor;
    const place = index === undefined ? String(key) : `parameter ${index + 1} of the constructor`;
    if (typeof (saga as unknown) !== 'function') throw badInjection(owner.name, place, saga);
    const before = injectionsOf(owner);
    Reflect.defineMetadata(injectionsKey, [...before, { saga, place }] satisfies readonly Injection[], owner);
    Inject(getSagaToken(saga))(target, key as string, index as number);
  };
}

/** Where a class asks for a saga. */
export interface Injection {
  readonly saga: SagaClass;
  readonly place: string;
}

export function injectionsOf(owner: object): readonly Injection[] {
  return (Reflect.getMetadata(injectionsKey, owner) as readonly Injection[] | undefined) ?? [];
}

export function injectedSagas(): readonly SagaClass[] {
  return [...injected];
}
