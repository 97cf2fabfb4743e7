import type { Type } from '@nestjs/common';
import { ContextIdFactory } from '@nestjs/core';
import type { ContextId } from '@nestjs/core';
import type { ExecutionRef, Resolver, SagaClass, Scope } from '../runtime/ports.js';
import { notProvided } from './boot-error.js';
import { disposableAmong, disposeAll, disposerOf, madeWithin } from './disposal.js';
import type { Wrapper } from './provided.js';
import { instanceOf, moduleRefOf } from './provided.js';
import type { SagaApplication } from './saga-application.js';

/**
 * Makes each execution's instance in the module that provides the saga, with a context of its own: what is request-scoped there is made for
 * the execution, and shared by all that it is made of. Its request is the execution: `@Inject(REQUEST) execution: ExecutionRef`.
 */
export class NestResolver implements Resolver {
  readonly #application: SagaApplication;
  /** Looked for once, when everything is made. */
  #disposable: readonly Wrapper[] | undefined;

  constructor(application: SagaApplication) {
    this.#application = application;
  }

  async open(saga: SagaClass, execution: ExecutionRef): Promise<Scope> {
    const provided = this.#application.providedAs(saga);
    if (provided === undefined) throw notProvided(saga.name);
    const context = ContextIdFactory.create();
    const moduleRef = moduleRefOf(provided.wrapper);
    moduleRef.registerRequestByContextId(execution, context);
    const made: object[] = [];
    const keep = (instance: object): object => {
      made.push(instance);
      return instance;
    };
    const resolve = async (part: SagaClass): Promise<object> => {
      const known = this.#application.providedAs(part);
      return keep(await (known === undefined ? moduleRef.create<object>(part as Type<object>, context) : instanceOf(known, context)));
    };
    try {
      return { saga: keep(await instanceOf(provided, context)), resolve, dispose: () => this.#dispose(made, context) };
    } catch (error) {
      await this.#dispose(made, context).catch(() => {}); // why it could not be made is what matters now
      throw error;
    }
  }

  /** The last made first. Nest itself disposes nothing that is of a request. */
  #dispose(made: readonly object[], context: ContextId): Promise<void> {
    this.#disposable ??= disposableAmong(this.#application.wrappers);
    const all = [...madeWithin(context, this.#disposable), ...made];
    return disposeAll([...new Set(all)].filter((instance) => disposerOf(instance) !== undefined).reverse());
  }
}
