import { Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { mistakesOfWhatIsMade } from './boot-checks.js';
import { SagaBootError } from './boot-error.js';
import type { SagaOptions } from './options.js';
import { publisherTo } from './publishing.js';
import type { RunnerDeclaration } from './runner-declaration.js';
import type { ApplicationRunner, SagaApplication } from './saga-application.js';
import type { SagaListeners } from './saga-listeners.js';

interface LifecycleParts {
  readonly declaration: RunnerDeclaration;
  readonly application: SagaApplication;
  readonly listeners: SagaListeners;
  readonly moduleRef: ModuleRef;
  readonly options: SagaOptions;
  /** Whether it goes on with what others left on the log. */
  readonly takesOver: boolean;
}

const defaultDrainMs = 10_000;

/** What a runner does as its application begins and ends. */
export class SagaLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #parts: LifecycleParts;
  readonly #logger = new Logger('SagaModule');

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** @throws SagaBootError where what could not be looked at before everything was made is wrong */
  async onApplicationBootstrap(): Promise<void> {
    const { application, listeners, moduleRef, options: { log, worker, publish }, takesOver } = this.#parts;
    const mistakes = mistakesOfWhatIsMade(application.provisions.current);
    if (mistakes.length > 0) throw new SagaBootError(mistakes);
    listeners.begin();
    if (typeof publish === 'object') publisherTo(publish, moduleRef);
    if (log === undefined || worker === false || !takesOver) return;
    await this.#made?.runner.open();
    this.#logger.log('The worker has begun');
    setImmediate(() => this.#warnWhereNothingEndsIt());
  }

  /** Lets what runs go on for a while, and on a log leaves the rest to others. Nest may call it twice. */
  async onModuleDestroy(): Promise<void> {
    const { drainMs = defaultDrainMs } = this.#parts.options;
    if (this.#made?.isDurable === true) {
      this.#logger.log('The runner takes up nothing more, and drains');
      await this.#made.runner.close({ drainMs });
      this.#logger.log('The runner has ended; what it had not is left to others');
    } else {
      const left = await this.#made?.scopes.closedWithin(drainMs);
      if (left) this.#logger.warn(`Executions that run in memory, and have not ended in ${drainMs} ms: ${left}`);
    }
  }

  /** `undefined`: a test has put another runner in its place. */
  get #made(): ApplicationRunner | undefined {
    return this.#parts.application.runnerNamed(this.#parts.declaration.name);
  }

  /** Somebody has to listen for the signal, or this never hears of it; whoever enables the hooks after the start has done it by now. */
  #warnWhereNothingEndsIt(): void {
    if (process.listenerCount('SIGTERM') > 0) return;
    this.#logger.warn(
      'Shutdown hooks are off, so that a SIGTERM ends this worker in the middle of its sagas, and others wait for its lease to expire:'
      + ' call app.enableShutdownHooks() before app.listen().',
    );
  }
}
