// Entry `class-saga/nestjs`, for NestJS 11 and 12.
export { SagaModule } from './saga-module.js';
export type { SagaModuleAsyncOptions, SagaModuleOptions, SagaOptions, SagaOptionsFactory, SagaRunnerName } from './options.js';
export type { PublishTo } from './publishing.js';

// @nestjs/cqrs exports a `Saga`, too: under this name both can be imported.
export { Saga as SagaClass } from '../decorators/saga.js';

// What is injected: a saga, with the runner that runs it; a runner with a name; the health of both.
export { getSagaRunnerToken, getSagaToken, InjectSaga, InjectSagaRunner } from './inject.js';
export type { SagaHandle } from './saga-handle.js';
export { SagaHealthIndicator } from './health.js';
export type { SagaHealth, SagaHealthLimits } from './health.js';

// Events: what providers hear of executions.
export { OnSagaEvent } from './on-saga-event.js';
export type { OnSagaEventOptions, SagaEventName, SagaEventOf } from './on-saga-event.js';

// Errors: why an application does not start, and what clients are answered.
export { SagaBootError } from './boot-error.js';
export { SagaExceptionFilter } from './exception-filter.js';
