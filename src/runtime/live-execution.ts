import type { Blueprint } from '../graph/blueprint.js';
import type { RetryPolicy, StepNode } from '../graph/saga-graph.js';
import type { SagaEvent } from '../kernel/events.js';
import type { Rejection } from '../kernel/judge.js';
import type { ExecutionState } from '../kernel/state.js';
import type { Alarms } from './alarms.js';
import type { Environment } from './options.js';
import type { ExecutionRef, Report, SagaClass } from './ports.js';
import type { RetryIf } from './retry-if.js';
import type { OpenScope } from './scopes.js';

/** An execution under way, as those who act for it know it. */
export interface LiveExecution {
  readonly identity: ExecutionRef;
  readonly sagaClass: SagaClass;
  readonly blueprint: Blueprint;
  readonly scope: OpenScope;
  readonly input: unknown;
  readonly environment: Environment;
  readonly state: ExecutionState;
  readonly alarms: Alarms;
  /** Of the database transaction that the steps run in; `undefined`: there is none (R21). */
  readonly transactionHandle: unknown;
  /** Takes in what happened outside, as the kernel judges it, and then does what that asks for; `null`: it means nothing any more. */
  readonly happened: (judge: () => SagaEvent | null) => void;
  /** A defect, of this library or of what was injected into the runner: ends the run. */
  readonly onDefect: (error: unknown) => void;
  readonly report: (report: Report) => void;
  rejection(error: unknown, retryIf: RetryIf | null | undefined): Rejection;
  retryIfOf(retry: RetryPolicy | null): RetryIf | undefined;
  nodeOf(step: string): StepNode;
}
