import type { ModuleRef } from '@nestjs/core';
import { SagaRunner } from '../runner/saga-runner.js';
import { isMilliseconds, isRecord } from '../runtime/option-rules.js';
import type { Publisher } from '../runtime/ports.js';
import { SagaBootError } from './boot-error.js';
import { withHttpExceptions } from './http-exceptions.js';
import { toNestLogger } from './nest-logger.js';
import { NestResolver } from './nest-resolver.js';
import type { SagaOptions } from './options.js';
import type { PublishTo } from './publishing.js';
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
  const mistakes = mistakesOf(options);
  if (mistakes.length > 0) throw new SagaBootError(mistakes);
  const { worker = true, publish, drainMs: _, observers = [], log, payloads, ...others } = options;
  const resolver = new NestResolver(application.provisions);
  const runner = new SagaRunner({
    ...others,
    resolver,
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
  application.add(declaration, { runner, scopes: resolver.scopes, isDurable: log !== undefined });
  return runner;
}

/** Of what is for Nest's ear alone; the rest the runner looks at. */
function mistakesOf(options: unknown): readonly string[] {
  if (!isRecord(options)) return ['The options of SagaModule are no object: does the factory of forRootAsync return them?'];
  const { drainMs, publish } = options;
  const isPublisher = publish === undefined || typeof publish === 'function' || (isRecord(publish) && 'to' in publish);
  return [
    ...(drainMs === undefined || isMilliseconds(drainMs)
      ? [] : ["'drainMs' must be a finite number of milliseconds, at least 0."]),
    ...(isPublisher ? [] : ["'publish' must be a function, or name a provider:  publish: { to: EventBus }."]),
  ];
}

/** What is published to may not be made yet. */
function publisherWhenAsked(to: PublishTo, moduleRef: ModuleRef): Publisher {
  return (events, execution, ids) => publisherTo(to, moduleRef)(events, execution, ids);
}
