// The module of an application's sagas. Nest finds what an application provides before it makes any of it, and so do we: a mistake fails
// the boot. What one runner is made of hangs on its options; what all have in common is in a module that each of them imports.
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, InjectionToken, Provider } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ModuleRef, ModulesContainer } from '@nestjs/core';
import { memoryLog } from '../durable/memory-log.js';
import type { SagaClass } from '../runtime/ports.js';
import { SagaBootError } from './boot-error.js';
import { SagaHealthIndicator } from './health.js';
import { getSagaRunnerToken, getSagaToken, injectedSagas } from './inject.js';
import { newRunner } from './new-runner.js';
import type { SagaModuleAsyncOptions, SagaModuleOptions, SagaOptions, SagaOptionsFactory, SagaRunnerName } from './options.js';
import { sagasIn } from './provision.js';
import { RunnerDeclaration } from './runner-declaration.js';
import { SagaApplication } from './saga-application.js';
import { handleFactoryOf, sagaHandleOf } from './saga-handle.js';
import { SagaLifecycle } from './saga-lifecycle.js';
import { SagaListeners } from './saga-listeners.js';

/** What all runners of an application have in common. */
@Module({})
class SagaCoreModule {}

/** Handles of sagas, for a module that is loaded later. */
@Module({})
class SagaFeatureModule {}

/** One and the same for all, so that Nest makes one of it. What is asked for is known when an application is scanned, and not before. */
const core: DynamicModule = {
  module: SagaCoreModule,
  global: true,
  imports: [DiscoveryModule],
  get providers(): Provider[] {
    return [
      { provide: SagaApplication, useFactory: applicationOf, inject: [DiscoveryService, ModulesContainer, ModuleRef] },
      {
        provide: SagaListeners,
        useFactory: ({ provisions }: SagaApplication) => new SagaListeners(provisions),
        inject: [SagaApplication],
      },
      {
        provide: SagaHealthIndicator,
        useFactory: (application: SagaApplication) => new SagaHealthIndicator(application),
        inject: [SagaApplication],
      },
      ...injectedSagas().map(handleProviderOf),
    ];
  },
  get exports(): InjectionToken[] {
    return [SagaApplication, SagaListeners, SagaHealthIndicator, ...injectedSagas().map(getSagaToken)];
  },
};

function handleProviderOf(saga: SagaClass): Provider {
  return { provide: getSagaToken(saga), useFactory: handleFactoryOf(saga), inject: [SagaApplication] };
}

/** With a handle of each of its sagas, for those, too, that nobody asks for by a decorator. */
function applicationOf(discovery: DiscoveryService, modules: ModulesContainer, moduleRef: ModuleRef): SagaApplication {
  const application = new SagaApplication(discovery, modules, moduleRef);
  const module = [...modules.values()].find(({ metatype }) => metatype === SagaCoreModule)!;
  for (const saga of sagasIn(application.provisions.current)) {
    const token = getSagaToken(saga);
    if (!module.providers.has(token)) module.addProvider({ provide: token, useValue: sagaHandleOf(saga, application) });
  }
  return application;
}

/**
 * Runs the sagas of a Nest application, which are providers as any other: `@Injectable() @Saga() class BookTrip {}`, listed in `providers`.
 * But where Nest makes one of a provider, a saga is made for each execution, by the module that provides it.
 *
 * The application fails to start where one of them cannot run, and says which class and method.
 */
@Module({})
export class SagaModule {
  /** @throws SagaBootError where this is imported as it is */
  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    for (const module of modules.values()) if (module.metatype === SagaModule) lastToBeginAndFirstToEnd(module);
  }

  /** Imported once, in the root module; once more for each runner with a `name`. In memory without a `log`. */
  static forRoot(options: SagaModuleOptions = {}): DynamicModule {
    const { name, sagas, ...others } = options;
    return moduleOf({ ...(name !== undefined && { name }), ...(sagas && { sagas }) }, { useValue: others });
  }

  /** As `forRoot`, with options that a factory makes of what other modules provide. */
  static forRootAsync(options: SagaModuleAsyncOptions): DynamicModule {
    const { imports = [], useFactory, useClass, useExisting, inject = [] } = options;
    if (useFactory !== undefined) return moduleOf(options, { useFactory: useFactory as OptionsFactory, inject }, imports);
    const factory = useExisting ?? useClass;
    if (factory === undefined) throw new SagaBootError(['SagaModule.forRootAsync needs useFactory, useClass or useExisting.']);
    const made = { useFactory: (one: unknown) => (one as SagaOptionsFactory).createSagaOptions(), inject: [factory] };
    return moduleOf(options, made, imports, useClass === undefined ? [] : [useClass]);
  }

  /**
   * The handles of these sagas, where Nest meets `@InjectSaga` only after it has begun: for a module that `LazyModuleLoader` loads, or that
   * is imported as a promise. Such a module imports it beside what provides them.
   */
  static forFeature(sagas: readonly SagaClass[]): DynamicModule {
    return { module: SagaFeatureModule, providers: sagas.map(handleProviderOf), exports: sagas.map(getSagaToken) };
  }

  /**
   * For tests: a log in memory that nobody else has. This process runs what it starts, and looks for nothing that others left, so that
   * there are no timers to end; with `{ log: undefined }` there is no log. Everything else is as in the application:
   * `overrideProvider(Payments).useValue(fake)`.
   */
  static forTest(options: SagaModuleOptions = {}): DynamicModule {
    const { name, sagas, ...others } = options;
    const runner = { ...(name !== undefined && { name }), ...(sagas && { sagas }), takesOver: false };
    return moduleOf(runner, { useValue: { log: memoryLog(), ...others } });
  }
}

type OptionsFactory = (...dependencies: unknown[]) => SagaOptions | Promise<SagaOptions>;
type OptionsProvider =
  | { readonly useValue: SagaOptions }
  | { readonly useFactory: OptionsFactory; readonly inject: SagaModuleAsyncOptions['inject'] };

/** `takesOver`: it goes on with what others left on the log. */
function moduleOf(
  { name, sagas, takesOver = true }: SagaRunnerName & { readonly takesOver?: boolean },
  options: OptionsProvider,
  imports: SagaModuleAsyncOptions['imports'] = [],
  besides: readonly Provider[] = [],
): DynamicModule {
  const runner = getSagaRunnerToken(name);
  const [declared, given, lifecycle] = ['declaration', 'options', 'lifecycle'].map((what) => Symbol(`class-saga ${what} ${name ?? ''}`));
  const declaration = new RunnerDeclaration(name, sagas);
  return {
    module: SagaModule,
    global: true,
    imports: [core, ...imports],
    providers: [
      ...besides,
      { provide: declared!, useValue: declaration },
      { provide: given!, ...options } as Provider,
      {
        provide: runner,
        useFactory: (application: SagaApplication, listeners: SagaListeners, moduleRef: ModuleRef, said: SagaOptions) =>
          newRunner({ declaration, application, listeners, moduleRef, options: said }),
        inject: [SagaApplication, SagaListeners, ModuleRef, given!],
      },
      {
        provide: lifecycle!,
        useFactory: (application: SagaApplication, listeners: SagaListeners, moduleRef: ModuleRef, said: SagaOptions) =>
          new SagaLifecycle({ declaration, application, listeners, moduleRef, options: said, takesOver }),
        // The runner, so that it is made before this begins.
        inject: [SagaApplication, SagaListeners, ModuleRef, given!, runner],
      },
    ],
    exports: [runner],
  };
}

/**
 * Workers begin when all else is ready, and end before anything else does: before the database is closed, whatever module it is in. Nest
 * goes by the distance of modules from the root, the farthest first at the start and last at the end.
 */
function lastToBeginAndFirstToEnd(module: Pick<NestModuleOf<ModulesContainer>, 'distance' | 'providers'>): void {
  module.distance = -1;
  if ([...module.providers.values()].some(({ instance }) => instance instanceof RunnerDeclaration)) return;
  throw new SagaBootError(['SagaModule is imported as it is, and so runs nothing: import SagaModule.forRoot().']);
}

type NestModuleOf<Modules> = Modules extends Map<string, infer One> ? One : never;
