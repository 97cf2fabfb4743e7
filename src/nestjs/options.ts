// What an application says of its runner, and what a runner is given of that.
import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { LogOptions, WorkerOptions } from '../durable/options.js';
import type { SagaRunnerOptions } from '../runtime/options.js';
import type { Publisher, SagaClass } from '../runtime/ports.js';
import type { PublishTo } from './publishing.js';

/** Which of an application's runners this is, and what it runs: said before the rest of the options is known. */
export interface SagaRunnerName {
  /** For a second runner, with a log of its own, say: `@InjectSagaRunner(name)` injects it. @defaultValue it is the `SagaRunner` */
  readonly name?: string;
  /** The sagas that it runs; a runner with a name has to say. @defaultValue all that are provided and that no other runner lists */
  readonly sagas?: readonly SagaClass[];
}

/** The options of a `SagaRunner`, but for the resolver, which is Nest, and what is said in Nest's way. */
export interface SagaOptions extends Omit<SagaRunnerOptions, 'resolver' | 'publish'>, Omit<LogOptions, 'sagas' | 'worker'> {
  /**
   * `false`: this process starts sagas and asks for them, and others run them, as for pods that serve HTTP alone. With a log only.
   * @defaultValue true
   */
  readonly worker?: boolean | WorkerOptions;
  /** Where the events of completed sagas go (R20): `{ to: EventBus }`, `{ to: EventEmitter2 }`, or a function. @defaultValue nowhere */
  readonly publish?: Publisher | PublishTo;
  /** How long what runs may still take when the application is closed, in milliseconds, at least 0. @defaultValue 10_000 */
  readonly drainMs?: number;
}

/** What `SagaModule.forRoot` takes. */
export interface SagaModuleOptions extends SagaRunnerName, SagaOptions {}

/** Makes the options; for `useClass` and `useExisting` of `SagaModule.forRootAsync`. */
export interface SagaOptionsFactory {
  createSagaOptions(): SagaOptions | Promise<SagaOptions>;
}

/** What `SagaModule.forRootAsync` takes: one of `useFactory`, `useClass` and `useExisting`. */
export interface SagaModuleAsyncOptions extends SagaRunnerName, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  readonly useFactory?: (...dependencies: never[]) => SagaOptions | Promise<SagaOptions>;
  readonly useClass?: Type<SagaOptionsFactory>;
  readonly useExisting?: InjectionToken<SagaOptionsFactory>;
}
