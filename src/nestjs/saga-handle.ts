import type { ExecutionHandle } from '../runner/execution-handle.js';
import type { SagaClass } from '../runtime/ports.js';
import type { RunArguments } from '../saga/inference.js';
import type { Completed, Settled } from '../saga/settled.js';
import type { StartArguments } from '../saga/storable.js';
import type { SagaApplication } from './saga-application.js';

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

export function sagaHandleOf<S extends object>(saga: SagaClass<S>, application: SagaApplication): SagaHandle<S> {
  return {
    run: async (...args) => application.runnerOf(saga).run(saga, ...args),
    settle: async (...args) => application.runnerOf(saga).settle(saga, ...args),
    start: async (...args) => application.runnerOf(saga).start(saga, ...args),
    handle: (id) => application.runnerOf(saga).handle(saga, id),
  };
}
