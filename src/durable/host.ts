import type { SagaEvent } from '../kernel/events.js';
import type { ExecutionState } from '../kernel/state.js';
import type { Clock, ExecutionRef, ObservedEvent } from '../runtime/ports.js';
import type { EventCodec } from './event-codec.js';
import type { ExecutionLog, InboxRow, Write, WriteResult } from './execution-log.js';
import type { LateEffectReport } from './late-effects.js';

/** An execution, as far as its worker has to do with it. */
export interface Hosted {
  readonly identity: ExecutionRef;
  readonly epoch: number;
  /** It has ended, or is stuck. */
  readonly isResting: boolean;
  takeInbox(rows: readonly InboxRow[]): void;
}

/** The worker that an execution runs in, as far as it knows it. */
export interface Host {
  readonly events: EventCodec;
  /** A wait that is longer than this, in milliseconds, is not waited for in this process: whoever has time then claims the execution. */
  readonly holdMs: number;
  /** Whether the events of a completed execution are not kept. */
  readonly dropsHistory: boolean;
  /** It begins nothing more, and gives up what it can. */
  readonly isDraining: boolean;
  /** Whether the lease allows to begin something. */
  readonly mayBegin: boolean;
  /** Whether others may be left to go on with what waits: this worker also claims. */
  readonly isOpen: boolean;
  readonly clock: Clock;
  /** How long a commit may take, in milliseconds. */
  readonly commitWithinMs: number;
  nextNonce(): string;
  /** Rejects with LogUnavailableError only where the worker gave up: then nobody knows what became of it. */
  write(write: Write): Promise<WriteResult>;
  /** Runs work in a transaction of the store. */
  readonly transact: ExecutionLog['transact'];
  /** Calls back once the lease allows to begin something; never, where it is lost. */
  whenMayBegin(begin: () => void): void;
  tell(event: ObservedEvent, execution: ExecutionRef): void;
  /** Something lies in its inbox. */
  hasInbox(execution: Hosted): void;
  sendLateEffect(execution: ExecutionRef, late: LateEffectReport): void;
  /** Publishes what a completed execution emitted, or leaves it for later; resolves after the grace at the latest. */
  publish(execution: Hosted): Promise<void>;
  /** It is no longer of this process: it has ended, waits for long, is stuck, or another worker has it. */
  isGone(execution: Hosted): void;
  /** Lets others claim it, where it is still this worker's. */
  release(execution: Hosted): void;
  /** Takes it up again from what is durable; before that it hears of what the state, as it is there, makes of this. */
  takeUpAgain(execution: Hosted, news: (state: ExecutionState) => SagaEvent | null): void;
}
