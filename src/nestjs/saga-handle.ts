import type { ExecutionHandle } from '../runner/execution-handle.js';
import type { SagaRunner } from '../runner/saga-runner.js';
import type { SagaClass } from '../runtime/ports.js';
import type { RunArguments } from '../saga/inference.js';
import type { Completed, Settled } from '../saga/settled.js';
import type { StartArguments } from '../saga/storable.js';

/** One saga, and the runner that runs it: what `@InjectSaga(BookTrip)` injects. */
export interface SagaHandle<S extends object> {
  /**
   * As `SagaRunner.run`: to its end, with its effects. What a step threw reaches the caller as it is: an `HttpException`, your client, too.
   * What it resolves with is for your code: to answer it as it is tells a client what your services told you.
   */
  run(...args: RunArguments<S>): Promise<Completed<S>>;
  /** As `SagaRunner.settle`: to its end, however that is. */
  settle(...args: RunArguments<S>): Promise<Settled<S>>;
  /** As `SagaRunner.start`: on the log, and resolves when that is durable. */
  start(...args: StartArguments<S>): Promise<ExecutionHandle<S>>;
  /** As `SagaRunner.handle`: an execution that was started before, here or anywhere. */
  handle(id: string): ExecutionHandle<S>;
}

/** Who knows which runner runs a saga. */
interface Runners {
  runnerOf(saga: SagaClass): SagaRunner;
}

export function sagaHandleOf<S extends object>(saga: SagaClass<S>, runners: Runners): SagaHandle<S> {
  return {
    run: async (...args) => runners.runnerOf(saga).run(saga, ...args),
    settle: async (...args) => runners.runnerOf(saga).settle(saga, ...args),
    start: async (...args) => runners.runnerOf(saga).start(saga, ...args),
    handle: (id) => runners.runnerOf(saga).handle(saga, id),
  };
}

const ours = Symbol('class-saga:nestjs:handle');

/** For Nest, to make the handle. */
export function handleFactoryOf(saga: SagaClass): (runners: Runners) => SagaHandle<object> {
  return Object.assign((runners: Runners) => sagaHandleOf(saga, runners), { [ours]: true });
}

/** Whether the handle is made by that, and not by what an application, or a test, provides in its place. */
export function isHandleOfOurs(factory: unknown): boolean {
  return typeof factory === 'function' && ours in factory;
}
