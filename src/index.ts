// class-saga: a table of contents, one block per layer, in the order in which a saga passes through them.
import 'reflect-metadata';

// Decorators: what an author writes on a class and its methods.
export { Saga } from './decorators/saga.js';
export { Step } from './decorators/step.js';
export { SubSaga } from './decorators/sub-saga.js';
export { UseStep } from './decorators/use-step.js';
export { Compensate } from './decorators/compensate.js';
export { Fallback } from './decorators/fallback.js';
export { Async } from './decorators/async.js';
export { Retry } from './decorators/retry.js';
export { Finally } from './decorators/finally.js';
export type { SagaOptions } from './decorators/saga.js';
export type { StepDecorator, StepOptions } from './decorators/step.js';
export type { SubSagaDecorator, SubSagaOptions } from './decorators/sub-saga.js';
export type { UseStepDecorator, UseStepOptions } from './decorators/use-step.js';
export type { CompensateDecorator, CompensateOptions } from './decorators/compensate.js';
export type { FallbackDecorator, FallbackOptions } from './decorators/fallback.js';
export type { AsyncOptions } from './decorators/async.js';
export type { FinallyDecorator, FinallyOptions } from './decorators/finally.js';
export type { OnMethods } from './decorators/signatures.js';

// Verdicts: what a compensation answers, and what a step says instead of an effect.
export { abort, continueWith, retry, skip } from './saga/verdicts.js';
export type { AbortVerdict, ContinueVerdict, RetryVerdict, Verdict } from './saga/verdicts.js';
export type { Backoff, PassOptions, RetryOptions } from './saga/policies.js';

// Run options: what one execution is told besides its input.
export type { RunOptions, TransactionRunOptions } from './saga/run-options.js';
export type { ExecutionMetadata } from './saga/execution-metadata.js';

// Contexts: what a step, a compensation and a fallback receive.
export type { CallContext, CompensationContext, StepContext } from './saga/step-context.js';
export type { LogTransaction } from './saga/log-transaction.js';
export type { Outcome, SagaFailure, StepFailure, UndoneStep } from './saga/step-context.js';
export type { EffectOf, Effects } from './saga/effects.js';

// Results: how an execution ended, typed from the class.
export type { Compensated, Completed, RemainingStep, Settled, Stuck } from './saga/settled.js';
export type { AnyCompensated, AnyCompleted, AnyRemainingStep, AnyStuck } from './saga/settled.js';
export type { CompensatedOf, CompletedOf, RemainingStepOf, StuckOf } from './saga/settled.js';

// Inference: what types tell of a class. The inputs of parts and the mistakes stand in messages and in declaration files.
export type { EffectName, EffectsOf } from './saga/effects.js';
export type { EventsOf, InputOf, RunArguments, TransactionOf } from './saga/inference.js';
export type { StepName, StepPath } from './saga/step-name.js';
export type { StepClassInput, SubSagaInput } from './saga/used-part.js';
export type { SagaMistake } from './saga/mistakes.js';

// Graph: a saga as data, judged when its class is declared.
export { compile } from './graph/compile.js';
export type { AnyClass } from './graph/any-class.js';
export { describeGraph } from './graph/describe.js';
export type {
  BackoffPolicy, CompensationNode, FallbackNode, FinallyNode, OpenedSaga, RetryPolicy, SagaGraph, StepNode, SubSagaNode,
} from './graph/saga-graph.js';

// Errors: what class-saga itself throws.
export { AbortSaga, isAbortSaga } from './errors/abort-saga.js';
export { SagaDefinitionError } from './errors/definition-error.js';
export type { DefinitionIssue, DefinitionRule } from './errors/definition-error.js';
export { isSagaError, SagaError } from './errors/saga-error.js';
export type { SagaErrorCode } from './errors/saga-error.js';
export {
  CompensationTimeoutError, SagaCancelledError, SagaCheckError, SagaResolverError, SagaStuckError, SagaTransactionError,
  SagaTransactionRestartedError, StepTimeoutError,
} from './errors/runtime-errors.js';
export type { CheckFailure } from './errors/runtime-errors.js';

// Events: what observers see of an execution, as the kernel records it.
export type { Answer, CompensationErrorAnswer, EndStatus, SagaEvent } from './kernel/events.js';

// Runner: runs sagas, and the ports through which the outside is supplied.
export { SagaRunner } from './runner/saga-runner.js';
export type { CloseOptions, RepairOptions } from './runner/saga-runner.js';
export type { SagaRunnerOptions } from './runtime/options.js';
export { fromFactories } from './containers/from-factories.js';
export type { AtEnd, Factories } from './containers/from-factories.js';
export { toEventEmitter } from './runtime/event-emitter.js';
export type { EventEmitterLike, EventEmitterOptions } from './runtime/event-emitter.js';
export { failureOf } from './runtime/failure-registry.js';
export type { FailureOrigin } from './runtime/failure-registry.js';
export { compensationContext, stepContext } from './runtime/unit-contexts.js';
export type { GivenCompensationContext } from './runtime/unit-contexts.js';
export type {
  Clock, CompensationError, CompensationErrorHandler, ExecutionRef, FinallyHandler, ObservedEvent, Observer, Publisher, Report, Resolver,
  SagaClass, Scope,
} from './runtime/ports.js';

// Execution log: keeps executions, so that they survive their process.
export type { ExecutionHandle } from './runner/execution-handle.js';
export type { StartOptions } from './saga/start-options.js';
export type { StartArguments, StorableClasses } from './saga/storable.js';
export type { LogOptions, WorkerOptions } from './durable/options.js';
export type { ClassForm, CodecOptions, PayloadTransform, RegisteredClass } from './durable/codec/codec.js';
export type {
  ExecutionDetails, ExecutionPage, Executions, ExecutionSummary, Health, ListOptions, RecordedEvent,
} from './durable/executions.js';
export type { Repairs } from './durable/repairs.js';
export type { Repair } from './kernel/events.js';
export type {
  Append, Beat, Claimable, Claimed, ClaimRequest, Creation, EpochMs, ExecutionLog, ExecutionStatus, Head, InboxEntry, InboxRow, ListKey,
  ListRequest, LoggedEvent, LogHealth, OutboxRow, OwnedExecution, StoredEvent, StoredGraph, Write, WriteInTransaction, WriteResult,
} from './durable/execution-log.js';
export { memoryLog } from './durable/memory-log.js';
export type { MemoryLog, MemoryLogOptions, MemoryLogStats } from './durable/memory-log.js';
export {
  EffectLostError, LogUnavailableError, NoTransactionError, NotStorableError, SagaIdConflictError, StepInDoubtError, TooLargeError,
  UnreadableError,
} from './errors/log-errors.js';
