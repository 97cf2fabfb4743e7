import type { Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import { disposeAll } from '../containers/dispose-all.js';
import { executionScope } from '../containers/execution-scope.js';
import type { ExecutionRef, Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { notProvided } from './boot-error.js';
import { disposableAmong, disposalsOf } from './disposal.js';
import type { Wrapper } from './provided.js';
import { instanceOf, moduleRefOf } from './provided.js';
import type { SagaApplication } from './saga-application.js';

/**
 * Makes each execution's instance in the module that provides the saga, with a context of its own: what is request-scoped there is made for
 * the execution, shared by all that it is made of, and disposed at its end. Its request is the execution: `@Inject(REQUEST)`.
 */
export class NestResolver implements Resolver {
  readonly #application: SagaApplication;
  /** Looked for once, when everything is made. */
  #disposable: readonly Wrapper[] | undefined;

  constructor(application: SagaApplication) {
    this.#application = application;
  }

  open(saga: SagaClass, execution: ExecutionRef): Scope | Promise<Scope> {
    const provided = this.#application.providedAs(saga);
    if (provided === undefined) throw notProvided(saga.name);
    const context = ContextIdFactory.create();
    const moduleRef = moduleRefOf(provided.wrapper);
    moduleRef.registerRequestByContextId(execution, context);
    const resolve = (wanted: SagaClass): Promise<object> => {
      const known = this.#application.providedAs(wanted);
      return known === undefined ? moduleRef.create<object>(wanted as Type<object>, context) : instanceOf(known, context);
    };
    return executionScope(saga, { resolve, dispose: () => this.#dispose(context) });
  }

  #dispose(context: ContextId): Promise<void> {
    this.#disposable ??= disposableAmong(this.#application.wrappers);
    return disposeAll(disposalsOf(this.#disposable, context));
  }
}
