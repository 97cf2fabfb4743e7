import type { Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import { disposeAll } from '../containers/dispose-all.js';
import { executionScope } from '../containers/execution-scope.js';
import { unresolved } from '../containers/unresolved.js';
import { blueprintOf } from '../graph/compile.js';
import type { ExecutionRef, Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { notProvided } from './boot-error.js';
import { disposableAmong, disposalsOf } from './disposal.js';
import { OpenScopes } from './open-scopes.js';
import { instanceOf, moduleRefOf } from './provided.js';
import type { Wrapper } from './provided.js';
import type { Provision, Provisions } from './provision.js';
import { providerFor } from './provision.js';

/**
 * Makes each execution's instance in the module that provides the saga, with a context of its own: what is request-scoped there is made for
 * the execution, shared by all that it is made of, and disposed at its end. Its request is the execution: `@Inject(REQUEST)`.
 */
export class NestResolver implements Resolver {
  /** Of executions that have not come to their end. */
  readonly scopes = new OpenScopes();
  readonly #provisions: Provisions;
  /** By saga, what an execution of it may leave to be disposed; as long as nothing else is loaded. */
  readonly #disposable = new WeakMap<Provision, Map<SagaClass, readonly Wrapper[]>>();

  constructor(provisions: Provisions) {
    this.#provisions = provisions;
  }

  open(saga: SagaClass, { id, saga: name, metadata }: ExecutionRef): Scope | Promise<Scope> {
    const provision = this.#provisions.current;
    const [provided] = provision.byClass.get(saga) ?? [];
    if (provided === undefined) throw notProvided(saga.name);
    const context = ContextIdFactory.create();
    const moduleRef = moduleRefOf(provided);
    moduleRef.registerRequestByContextId(Object.freeze({ id, saga: name, metadata }), context);
    const make = (wanted: SagaClass): Promise<object> => {
      const provider = wanted === saga ? provided : providerFor(wanted, provided, provision);
      return provider === undefined ? moduleRef.create<object>(wanted as Type<object>, context) : instanceOf(provider, context);
    };
    const resolve = (wanted: SagaClass): Promise<object> =>
      make(wanted).catch((error: unknown) => {
        throw unresolved(wanted, error, () => undefined);
      });
    const end = this.scopes.begin();
    return executionScope(saga, { resolve, dispose: () => this.#dispose(saga, provision, context).finally(end) });
  }

  #dispose(saga: SagaClass, provision: Provision, context: ContextId): Promise<void> {
    return disposeAll(disposalsOf(this.#disposableOf(saga, provision), context));
  }

  #disposableOf(saga: SagaClass, provision: Provision): readonly Wrapper[] {
    const known = this.#disposable.get(provision) ?? new Map<SagaClass, readonly Wrapper[]>();
    this.#disposable.set(provision, known);
    const [provided] = provision.byClass.get(saga)!;
    const parts = (): readonly (Wrapper | undefined)[] =>
      blueprintOf(saga).parts.map((part) => providerFor(part.class as SagaClass, provided!, provision));
    const disposable = known.get(saga) ?? disposableAmong([provided, ...parts()]);
    known.set(saga, disposable);
    return disposable;
  }
}
