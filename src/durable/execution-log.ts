// What the durable layer needs of a store, and nothing of how it does it. One suite holds for every implementation:
// test/contracts/log. A store keeps what it is given and compares numbers; what any of it means is decided by the kernel.
//
// Time is the store's own, in milliseconds since the epoch: whoever wants to wait says for how long, in whole milliseconds, and never until
// when, because the clocks of two machines never agree. Every method either did all of what it says when it resolves, or rejects. It
// rejects with LogUnavailableError where the store could not be reached or the connection was lost, and then nobody knows whether it was
// done.

/** Milliseconds since the epoch, on the store's clock. */
export type EpochMs = number;

/**
 * Where an execution is. `pending`: recorded, and nothing has begun. `running`: going forward, waits included. `compensating`: backward
 * recovery. `stuck`: halted, until a person repairs it. The others are ends; `abandoned`: a person ended what was stuck.
 */
export type ExecutionStatus = 'pending' | 'running' | 'compensating' | 'stuck' | 'completed' | 'compensated' | 'abandoned';

/** One event as it is stored. All text is free of NUL and of lone surrogates. */
export interface StoredEvent {
  readonly type: string;
  /** The step's path; `null`: it is of the execution as a whole. */
  readonly step: string | null;
  /** Everything else of the event, encoded. */
  readonly data: string;
}
export interface LoggedEvent extends StoredEvent {
  /** From 1, without a gap. */
  readonly seq: number;
  readonly atMs: EpochMs;
}

/** What is known of an execution without its events: a cache of them, changed by the same statement that adds to them. */
export interface Head {
  readonly id: string;
  /** The saga's name. */
  readonly saga: string;
  /** Of the graph that it runs by. */
  readonly fingerprint: string;
  readonly status: ExecutionStatus;
  /** Of its last event; 0: it has none. */
  readonly seq: number;
  /** Raised by every claim; from 1. Whoever writes with an older one is fenced. */
  readonly epoch: number;
  /** The worker that it belongs to while that one's lease lasts; `null`: nobody. */
  readonly owner: string | null;
  /** From when on it may be claimed, where nobody owns it or the owner's lease has expired; `null`: never (ended, stuck). */
  readonly wakeAtMs: EpochMs | null;
  readonly deadlineAtMs: EpochMs | null;
  /** The last stage with a step that was begun; −1: none was. Completed, it is the number of stages: no graph goes on behind that. */
  readonly stage: number;
  /** Of the last write that changed it: tells whether a write landed whose answer was lost. */
  readonly nonce: string;
  readonly input: string;
  readonly inputHash: string;
  /** What goes along with it, encoded; `null`: nothing. */
  readonly metadata: string | null;
  /** How it ended, or what it is stuck with, encoded; `null`: neither. */
  readonly output: string | null;
  /** Workers that it was taken over from since it last made progress: `<worker>@<epoch ms>,` each. */
  readonly takeovers: string;
  /** Whether anything lies in its inbox. */
  readonly hasInbox: boolean;
  readonly startedAtMs: EpochMs;
  readonly updatedAtMs: EpochMs;
  readonly endedAtMs: EpochMs | null;
}

/** Adds an execution. Where the id is taken, nothing changes. */
export interface Creation {
  readonly type: 'create';
  readonly id: string;
  readonly saga: string;
  readonly fingerprint: string;
  readonly nonce: string;
  readonly input: string;
  readonly inputHash: string;
  /** What goes along with it, encoded; `null`: nothing. */
  readonly metadata: string | null;
  /** From now; `null`: none. */
  readonly deadlineMs: number | null;
  /** Who begins it at once; `null`: whoever claims it. */
  readonly owner: string | null;
  readonly status: ExecutionStatus;
  readonly stage: number;
  /** Those that it begins with; none where nobody owns it. */
  readonly events: readonly StoredEvent[];
}

/** Adds events to an execution that the writer owns, and says what that makes of its head. */
export interface Append {
  readonly type: 'append';
  readonly id: string;
  /** Written only where both are still so. */
  readonly epoch: number;
  readonly fromSeq: number;
  readonly nonce: string;
  /** None: the head alone changes. */
  readonly events: readonly StoredEvent[];
  readonly status: ExecutionStatus;
  readonly stage: number;
  /** `false`: nobody owns it from here on. */
  readonly keepsOwner: boolean;
  /** From when on it may be claimed, counted from now; `null`: never. */
  readonly wakeInMs: number | null;
  /** `null`: as it was. */
  readonly output: string | null;
  /** Whether it got anywhere: forgets the takeovers. */
  readonly isProgress: boolean;
  /** Whether it ends with this write: it stays ended. */
  readonly hasEnded: boolean;
  /** What goes into the outbox with it (R20), in order, encoded. */
  readonly outbox: readonly string[];
  /** Takes everything up to this number out of the inbox; `null`: nothing. */
  readonly inboxThrough: number | null;
  /** Whether its events, these included, are dropped at once: the head keeps `seq`. */
  readonly dropsEvents: boolean;
}

export type Write = Creation | Append;

export type WriteResult =
  /** `hasInbox`: something lies in its inbox after this. */
  | { readonly type: 'written'; readonly atMs: EpochMs; readonly hasInbox: boolean }
  /** Of a creation: the id is taken, by this. Where its nonce is the writer's own, it was created by this very write, sent twice. */
  | { readonly type: 'exists'; readonly head: Head }
  /** Of an append: another worker owns the execution by now, or it is gone. */
  | { readonly type: 'fenced' };

/** A graph that a worker can run executions of. */
export interface Claimable {
  readonly saga: string;
  readonly fingerprint: string;
  /** Only executions that have begun no step of this stage or a later one; `Infinity`: all. */
  readonly belowStage: number;
  /** The fingerprint that a claimed execution has from then on. */
  readonly becomes: string;
}

export interface ClaimRequest {
  readonly worker: string;
  readonly claimable: readonly Claimable[];
  /** At least 1. The longest due first. */
  readonly limit: number;
  /** This execution alone, and whenever it is to wake, stuck and ended ones too, if nobody with a live lease owns it. */
  readonly id?: string;
}

/** The head as the claim left it. */
export interface Claimed extends Head {
  /** Whose lease had expired; `null`: nobody owned it. */
  readonly takenFrom: string | null;
  /** The store's time. */
  readonly nowMs: EpochMs;
}

export interface OwnedExecution {
  readonly id: string;
  readonly epoch: number;
}

export interface Beat {
  /** `false`: the lease had expired, and is not extended: this worker is dead to the others, and needs a new name. */
  readonly isAlive: boolean;
  readonly nowMs: EpochMs;
  /** Executions of this worker with something in their inbox. */
  readonly withInbox: readonly string[];
}

/** What is asked of an execution by whoever does not own it. */
export interface InboxEntry {
  readonly kind: 'cancel' | 'late-effect';
  /** Encoded. */
  readonly data: string;
}
export interface InboxRow extends InboxEntry {
  /** Rising within an execution. */
  readonly number: number;
  readonly atMs: EpochMs;
}

export interface OutboxRow {
  readonly execution: string;
  readonly saga: string;
  /** Of the execution, as its head has it. */
  readonly metadata: string | null;
  /** From 0, in the order of emission: with the execution's id a stable id. */
  readonly index: number;
  readonly data: string;
  /** How often it was taken before. */
  readonly failures: number;
}

/** What an execution's graph is, as far as another version of it is to be compared (fingerprint.ts). */
export interface StoredGraph {
  readonly saga: string;
  readonly fingerprint: string;
  /** For each number of stages from 1, the fingerprint of the stages up to there. */
  readonly prefixes: readonly string[];
}

export interface ListRequest {
  readonly saga?: string;
  readonly status?: readonly ExecutionStatus[];
  /** Started at this time or later; earlier than that one. */
  readonly fromMs?: EpochMs;
  readonly toMs?: EpochMs;
  /** The key of the last one on the page before. */
  readonly after?: ListKey;
  /** From 1 to 1,000. */
  readonly limit: number;
}
/** Newest first; among those of one millisecond by id. */
export interface ListKey {
  readonly startedAtMs: EpochMs;
  readonly id: string;
}

export interface LogHealth {
  readonly stuck: number;
  /** When the oldest execution was started that has not ended and is not stuck; `null`: there is none. */
  readonly oldestUnfinishedAtMs: EpochMs | null;
  readonly unpublished: number;
  readonly nowMs: EpochMs;
}

/** Writes in the transaction of a step (`transactional`); resolves with what became of it, durable once the transaction is committed. */
export type WriteInTransaction = (write: Append) => Promise<WriteResult>;

export interface ExecutionLog {
  /**
   * Makes the store ready, once, before anything else: applies the migrations that it lacks.
   *
   * @throws SagaError `SAGA_LOG_NEWER` when the store was migrated by a later version
   */
  open(): Promise<void>;
  /** Lets go of what `open` took; what was handed in stays open. Safe to call twice. */
  close(): Promise<void>;

  /**
   * All of them in one transaction, durable when this resolves; one result each. No two are of one execution, but for a creation whose id
   * is taken: whoever starts it once more may have claimed it by then. Where one of them cannot be stored, it rejects, and none of them
   * was.
   */
  write(batch: readonly Write[]): Promise<readonly WriteResult[]>;
  /** How many writes of one process it does beside each other, from 1, each with a flush of its own. @defaultValue 1 */
  readonly writesAtOnce?: number;

  /** Takes a lease on this name, or extends it while it lasts, and says what the worker can run (`undefined`: as before). */
  beat(worker: string, leaseMs: number, claimable?: readonly Claimable[]): Promise<Beat>;
  /** Ends a lease. `livedOn`: the process did not die, so what is taken over from this worker counts against nobody. */
  retire(worker: string, livedOn: boolean): Promise<void>;
  /** Which of these workers are known to have lived on. */
  livedOn(workers: readonly string[]): Promise<readonly string[]>;
  /** Makes the worker the owner of what is due, and of what is orphaned, raising the epochs. Two workers never get the same. */
  claim(request: ClaimRequest): Promise<readonly Claimed[]>;
  /** Gives executions up where the epoch is still this one; they may be claimed at once. */
  release(owned: readonly OwnedExecution[]): Promise<void>;

  /** What belongs to this worker, whether it knows or not: a claim whose answer was lost is found here. */
  owned(worker: string): Promise<readonly OwnedExecution[]>;

  heads(ids: readonly string[]): Promise<readonly Head[]>;
  /** In order, from `afterSeq + 1`, at most so many. */
  events(id: string, afterSeq: number, limit: number): Promise<readonly LoggedEvent[]>;

  /** Puts something into an inbox; whoever owns the execution is told by its next write or beat, else it may be claimed at once. */
  request(id: string, entry: InboxEntry): Promise<'delivered' | 'unknown'>;
  inbox(id: string): Promise<readonly InboxRow[]>;

  /**
   * Unpublished events, whole executions at a time (at most `limit` of these), the longest waiting first; nobody else gets them
   * for `holdMs`. Of the execution `id` alone, where given.
   */
  takeOutbox(limit: number, holdMs: number, id?: string): Promise<readonly OutboxRow[]>;
  published(executions: readonly string[]): Promise<void>;
  /** The events of this execution could not be published: they are to be taken again after a while. */
  unpublished(execution: string, retryInMs: number): Promise<void>;

  /** Remembers graphs; those that are known stay as they are. */
  declare(graphs: readonly StoredGraph[]): Promise<void>;
  graphsOf(sagas: readonly string[]): Promise<readonly StoredGraph[]>;

  list(request: ListRequest): Promise<readonly Head[]>;
  health(): Promise<LogHealth>;
  /** Due for longer than `sinceMs`, and no worker with a live lease can run them. */
  unclaimable(sinceMs: number, limit: number): Promise<readonly Head[]>;
  /**
   * Deletes what ended longer ago than that, with all that belongs to it, but for what has unpublished events, and for what is still to be
   * claimed, or is, because an effect came late. Answers how many.
   */
  deleteEnded(endedMsAgo: number, limit: number): Promise<number>;

  /**
   * Runs work in a transaction of the store: commits when it resolves, rolls back when it rejects, and rejects with what that, or the
   * commit, rejected with. Left out where the store cannot be handed to a step.
   */
  transact?(work: (handle: unknown, write: WriteInTransaction) => Promise<void>): Promise<void>;
}
