import type { ExecutionRef, ObservedEvent } from '../runtime/ports.js';
import type { EventCodec } from './event-codec.js';
import type { ExecutionLog, InboxRow, Write, WriteResult } from './execution-log.js';
import type { LateEffectReport } from './late-effects.js';

/** An execution, as far as its worker has to do with it. */
export interface Hosted {
  readonly identity: ExecutionRef;
  readonly epoch: number;
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
}
