import type { ModuleRef } from '@nestjs/core';
import { SagaRunner } from '../runner/saga-runner.js';
import { isMilliseconds } from '../runtime/option-rules.js';
import type { Publisher } from '../runtime/ports.js';
import { SagaBootError } from './boot-error.js';
import { withHttpExceptions } from './http-exceptions.js';
import { toNestLogger } from './nest-logger.js';
import { NestResolver } from './nest-resolver.js';
import type { SagaOptions } from './options.js';
import { publisherTo } from './publishing.js';
import type { RunnerDeclaration } from './runner-declaration.js';
import type { SagaApplication } from './saga-application.js';
import type { SagaListeners } from './saga-listeners.js';

/** What a runner is made of. */
export interface RunnerParts {
  readonly declaration: RunnerDeclaration;
  readonly application: SagaApplication;
  readonly listeners: SagaListeners;
  readonly moduleRef: ModuleRef;
  readonly options: SagaOptions;
}

/** @throws SagaError where an option is unknown or of the wrong type */
export function newRunner({ declaration, application, listeners, moduleRef, options }: RunnerParts): SagaRunner {
  const { worker = true, publish, drainMs, observers = [], log, payloads, ...others } = options;
  if (drainMs !== undefined && !isMilliseconds(drainMs)) {
    throw new SagaBootError([`'drainMs' is ${String(drainMs)}, and must be a finite number of milliseconds, at least 0.`]);
  }
  const runner = new SagaRunner({
    ...others,
    resolver: new NestResolver(application),
    observers: [toNestLogger(), (event, execution) => listeners.tell(event, execution), ...observers],
    ...(publish !== undefined && { publish: typeof publish === 'function' ? publish : publisherWhenAsked(publish, moduleRef) }),
    ...(payloads !== undefined && { payloads }),
    ...(log !== undefined && {
      log,
      sagas: application.sagasOf(declaration),
      worker: worker === true ? {} : worker,
      payloads: withHttpExceptions(payloads),
    }),
  });
  application.add(declaration, { runner, isDurable: log !== undefined });
  return runner;
}

/** What is published to may not be made yet. */
function publisherWhenAsked(to: Exclude<SagaOptions['publish'], Publisher | undefined>, moduleRef: ModuleRef): Publisher {
  return (events, execution, ids) => publisherTo(to, moduleRef)(events, execution, ids);
}
