import { Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { SagaRunner } from '../runner/saga-runner.js';
import type { SagaOptions } from './options.js';
import { publisherTo } from './publishing.js';
import type { SagaListeners } from './saga-listeners.js';

interface LifecycleParts {
  readonly runner: SagaRunner;
  readonly listeners: SagaListeners;
  readonly moduleRef: ModuleRef;
  readonly options: SagaOptions;
  /** Whether it goes on with what others left on the log. */
  readonly takesOver: boolean;
}

/** What a runner does as its application begins and ends. */
export class SagaLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #parts: LifecycleParts;
  readonly #logger = new Logger('SagaModule');

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** @throws SagaBootError where what could not be looked at before everything was made is wrong */
  async onApplicationBootstrap(): Promise<void> {
    const { runner, listeners, moduleRef, options: { log, worker, publish }, takesOver } = this.#parts;
    listeners.find();
    if (typeof publish === 'object') publisherTo(publish, moduleRef);
    if (log === undefined || worker === false || !takesOver) return;
    await runner.open();
    this.#logger.log('The worker has begun');
    setImmediate(() => this.#warnWhereNothingEndsIt());
  }

  /** Takes up nothing more, drains, and leaves the rest to others. Nest may call it twice. */
  async onModuleDestroy(): Promise<void> {
    const { runner, options: { log, drainMs } } = this.#parts;
    if (log === undefined) return;
    this.#logger.log('The runner takes up nothing more, and drains');
    await runner.close(drainMs === undefined ? {} : { drainMs });
    this.#logger.log('The runner has ended; what it had not is left to others');
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
