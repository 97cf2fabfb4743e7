// The execution log in memory: what the others do with a database, said as plainly as it can be. Every method does its work in one go,
// before anybody else gets a turn, so that one call is either before another or after it, whoever made them.

import { NotStorableError } from '../errors/log-errors.js';
import type {
  Append,
  Beat,
  Claimable,
  Claimed,
  ClaimRequest,
  Creation,
  EpochMs,
  ExecutionLog,
  Head,
  InboxEntry,
  InboxRow,
  ListKey,
  ListRequest,
  LoggedEvent,
  LogHealth,
  OutboxRow,
  OwnedExecution,
  StoredEvent,
  StoredGraph,
  Write,
  WriteResult,
} from './execution-log.js';
import { wholeMs } from './whole-ms.js';

export interface MemoryLogOptions {
  /** The log's clock, in milliseconds since the epoch. @defaultValue `Date.now` */
  readonly now?: () => EpochMs;
}

/** What was written since the log was made. */
export interface MemoryLogStats {
  /** Calls of `write` that did not reject; each would be one flush of a database. */
  readonly writes: number;
  /** Executions that were added. */
  readonly creations: number;
  /** Appends that were not fenced. */
  readonly appends: number;
  /** Events of both, those that were dropped at once included. */
  readonly events: number;
}

export interface MemoryLog extends ExecutionLog {
  /** As of now; counts on in the same object. */
  readonly stats: MemoryLogStats;
}

/**
 * An execution log for tests: it does all that a log on a database does, and dies with the process. Runners that are given the same one
 * are workers on the same log. It has no transaction to hand to a step.
 */
export function memoryLog({ now = Date.now }: MemoryLogOptions = {}): MemoryLog {
  return new InMemory(now);
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

interface Execution {
  readonly head: Changing<Omit<Head, 'hasInbox'>>;
  /** Those that were not dropped: the last ones, up to the head's `seq`. */
  events: LoggedEvent[];
  inbox: InboxRow[];
  /** Counts what ever came into the inbox. */
  inboxNumber: number;
  /** Where it waits to be claimed. */
  queue: Queue | null;
  /** Among whose it is; as the head's owner, but for the moment in which that changes. */
  heldBy: string | null;
}

interface Worker {
  leaseUntilMs: EpochMs;
  livedOn: boolean;
  claimable: readonly Claimable[];
}

/** The unpublished events of one execution. */
interface Outbox {
  readonly execution: string;
  readonly saga: string;
  readonly metadata: string | null;
  readonly data: string[];
  availableAtMs: EpochMs;
  timesTaken: number;
}

/** Names of workers are forgotten with the executions that they ran, but never sooner than this: one may be asleep and come back. */
const keepWorkersMs = 86_400_000;

class InMemory implements MemoryLog {
  readonly #now: () => EpochMs;
  readonly #stats: Changing<MemoryLogStats> = { writes: 0, creations: 0, appends: 0, events: 0 };
  readonly #executions = new Map<string, Execution>();
  readonly #workers = new Map<string, Worker>();
  /** Nobody owns these, and they have a time to wake: by saga and fingerprint. */
  readonly #waiting = new Map<string, Map<string, Queue>>();
  readonly #ownedBy = new Map<string, Set<Execution>>();
  readonly #withInbox = new Set<Execution>();
  readonly #ended = new Set<Execution>();
  readonly #outboxes = new Map<string, Outbox>();
  readonly #graphs = new Map<string, Map<string, StoredGraph>>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  get stats(): MemoryLogStats {
    return this.#stats;
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async write(batch: readonly Write[]): Promise<readonly WriteResult[]> {
    refuseUnstorable(batch);
    const nowMs = this.#now();
    this.#stats.writes += 1;
    return batch.map((write) => (write.type === 'create' ? this.#create(write, nowMs) : this.#append(write, nowMs)));
  }

  #create(creation: Creation, nowMs: EpochMs): WriteResult {
    const { id, saga, fingerprint, status, owner, stage, nonce, input, inputHash, metadata, deadlineMs, events } = creation;
    const existing = this.#executions.get(id);
    if (existing !== undefined) return { type: 'exists', head: headOf(existing) };
    const head: Execution['head'] = {
      id,
      saga,
      fingerprint,
      status,
      seq: 0,
      epoch: 1,
      owner,
      wakeAtMs: nowMs,
      deadlineAtMs: deadlineMs === null ? null : nowMs + wholeMs(deadlineMs),
      stage,
      nonce,
      input,
      inputHash,
      metadata,
      output: null,
      takeovers: '',
      startedAtMs: nowMs,
      updatedAtMs: nowMs,
      endedAtMs: null,
    };
    const execution: Execution = { head, events: [], inbox: [], inboxNumber: 0, queue: null, heldBy: null };
    this.#executions.set(id, execution);
    this.#add(execution, events, nowMs);
    this.#place(execution);
    this.#stats.creations += 1;
    return { type: 'written', atMs: nowMs, hasInbox: false };
  }

  #append(append: Append, nowMs: EpochMs): WriteResult {
    const execution = this.#executions.get(append.id);
    if (execution === undefined) return { type: 'fenced' };
    const { head } = execution;
    if (head.epoch !== append.epoch || head.seq !== append.fromSeq) return { type: 'fenced' };
    this.#add(execution, append.events, nowMs);
    if (append.dropsEvents) execution.events = [];
    if (append.inboxThrough !== null) this.#consume(execution, append.inboxThrough);
    const hasInbox = execution.inbox.length > 0;
    head.nonce = append.nonce;
    head.status = append.status;
    head.stage = append.stage;
    head.updatedAtMs = nowMs;
    head.wakeAtMs = append.wakeInMs === null ? null : nowMs + wholeMs(append.wakeInMs);
    if (append.output !== null) head.output = append.output;
    if (append.isProgress) head.takeovers = '';
    if (!append.keepsOwner) head.owner = null;
    if (append.hasEnded) this.#end(execution, nowMs);
    // What came in meanwhile waits for nobody, however long the execution itself would.
    if (hasInbox) wakeNow(execution, nowMs);
    this.#emit(execution, append.outbox, nowMs);
    this.#place(execution);
    this.#stats.appends += 1;
    return { type: 'written', atMs: nowMs, hasInbox };
  }

  #add(execution: Execution, events: readonly StoredEvent[], atMs: EpochMs): void {
    const { head } = execution;
    for (const { type, step, data } of events) {
      head.seq += 1;
      execution.events.push(Object.freeze({ seq: head.seq, atMs, type, step, data }));
    }
    this.#stats.events += events.length;
  }

  #consume(execution: Execution, through: number): void {
    execution.inbox = execution.inbox.filter(({ number }) => number > through);
    if (execution.inbox.length === 0) this.#withInbox.delete(execution);
  }

  #end(execution: Execution, nowMs: EpochMs): void {
    execution.head.endedAtMs ??= nowMs;
    this.#ended.add(execution);
  }

  #emit({ head: { id, saga, metadata } }: Execution, data: readonly string[], nowMs: EpochMs): void {
    if (data.length === 0) return;
    const outbox = this.#outboxes.get(id);
    if (outbox !== undefined) outbox.data.push(...data);
    else this.#outboxes.set(id, { execution: id, saga, metadata, data: [...data], availableAtMs: nowMs, timesTaken: 0 });
  }

  async beat(worker: string, leaseMs: number, claimable?: readonly Claimable[]): Promise<Beat> {
    const nowMs = this.#now();
    const known = this.#workers.get(worker);
    const isAlive = known === undefined || known.leaseUntilMs > nowMs;
    if (isAlive) {
      const runs = claimable?.map((one) => Object.freeze({ ...one })) ?? known?.claimable ?? [];
      this.#workers.set(worker, { leaseUntilMs: nowMs + wholeMs(leaseMs), livedOn: false, claimable: runs });
    }
    const withInbox: string[] = [];
    for (const { head } of this.#withInbox) if (head.owner === worker) withInbox.push(head.id);
    return { isAlive, nowMs, withInbox };
  }

  async retire(worker: string, livedOn: boolean): Promise<void> {
    const nowMs = this.#now();
    const known = this.#workers.get(worker) ?? { leaseUntilMs: nowMs, livedOn: false, claimable: [] };
    known.leaseUntilMs = Math.min(known.leaseUntilMs, nowMs);
    known.livedOn ||= livedOn;
    this.#workers.set(worker, known);
  }

  async livedOn(workers: readonly string[]): Promise<readonly string[]> {
    return workers.filter((worker) => this.#workers.get(worker)?.livedOn === true);
  }

  async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    const nowMs = this.#now();
    const found = request.id === undefined ? this.#due(request, nowMs) : this.#free(request.id, request.claimable, nowMs);
    return found.map(({ execution, becomes }) => {
      const { head } = execution;
      const takenFrom = head.owner;
      if (takenFrom !== null) head.takeovers += `${takenFrom}@${nowMs},`;
      head.owner = request.worker;
      head.epoch += 1;
      head.fingerprint = becomes;
      this.#place(execution);
      return { ...headOf(execution), takenFrom, nowMs };
    });
  }

  /** What is due or orphaned, the longest due first. */
  #due({ claimable, limit }: ClaimRequest, nowMs: EpochMs): readonly Found[] {
    const orphans = this.#orphans(nowMs).filter((orphan) => isDue(orphan, nowMs));
    const found = new Map<Execution, Found>();
    for (const graph of claimable) {
      const fits = (execution: Execution): boolean => canRun(graph, execution) && !found.has(execution);
      for (const orphan of orphans) if (fits(orphan)) found.set(orphan, { execution: orphan, becomes: graph.becomes });
      let left = limit;
      for (const execution of this.#waiting.get(graph.saga)?.get(graph.fingerprint)?.due(nowMs) ?? []) {
        if (left === 0) break;
        if (!fits(execution)) continue;
        found.set(execution, { execution, becomes: graph.becomes });
        left -= 1;
      }
    }
    return [...found.values()].sort((a, b) => a.execution.head.wakeAtMs! - b.execution.head.wakeAtMs!).slice(0, limit);
  }

  /** This one, whether it is due or not. */
  #free(id: string, claimable: readonly Claimable[], nowMs: EpochMs): readonly Found[] {
    const execution = this.#executions.get(id);
    if (execution === undefined || (execution.head.owner !== null && this.#isAlive(execution.head.owner, nowMs))) return [];
    const graph = claimable.find((one) => canRun(one, execution));
    return graph === undefined ? [] : [{ execution, becomes: graph.becomes }];
  }

  #orphans(nowMs: EpochMs): readonly Execution[] {
    return [...this.#ownedBy].flatMap(([owner, owned]) => (this.#isAlive(owner, nowMs) ? [] : [...owned]));
  }

  #isAlive(worker: string, nowMs: EpochMs): boolean {
    const known = this.#workers.get(worker);
    return known !== undefined && known.leaseUntilMs > nowMs;
  }

  async release(owned: readonly OwnedExecution[]): Promise<void> {
    const nowMs = this.#now();
    for (const { id, epoch } of owned) {
      const execution = this.#executions.get(id);
      if (execution?.head.epoch !== epoch || execution.head.owner === null) continue;
      execution.head.owner = null;
      if (execution.head.wakeAtMs !== null) wakeNow(execution, nowMs);
      this.#place(execution);
    }
  }

  async owned(worker: string): Promise<readonly OwnedExecution[]> {
    return [...(this.#ownedBy.get(worker) ?? [])].map(({ head: { id, epoch } }) => ({ id, epoch }));
  }

  async heads(ids: readonly string[]): Promise<readonly Head[]> {
    return [...new Set(ids)].flatMap((id) => {
      const execution = this.#executions.get(id);
      return execution === undefined ? [] : [headOf(execution)];
    });
  }

  async events(id: string, afterSeq: number, limit: number): Promise<readonly LoggedEvent[]> {
    const execution = this.#executions.get(id);
    if (execution === undefined) return [];
    const dropped = execution.head.seq - execution.events.length;
    const from = Math.max(0, afterSeq - dropped);
    return execution.events.slice(from, from + limit);
  }

  async request(id: string, { kind, data }: InboxEntry): Promise<'delivered' | 'unknown'> {
    refuseNul(data, 'inbox');
    const execution = this.#executions.get(id);
    if (execution === undefined) return 'unknown';
    const atMs = this.#now();
    execution.inboxNumber += 1;
    execution.inbox.push(Object.freeze({ number: execution.inboxNumber, atMs, kind, data }));
    this.#withInbox.add(execution);
    wakeNow(execution, atMs);
    this.#place(execution);
    return 'delivered';
  }

  async inbox(id: string): Promise<readonly InboxRow[]> {
    return [...(this.#executions.get(id)?.inbox ?? [])];
  }

  async takeOutbox(limit: number, holdMs: number, id?: string): Promise<readonly OutboxRow[]> {
    const nowMs = this.#now();
    return this.#unpublishedOf(id)
      .filter(({ availableAtMs }) => availableAtMs <= nowMs)
      .sort((a, b) => a.availableAtMs - b.availableAtMs)
      .slice(0, limit)
      .flatMap((outbox) => {
        const failures = outbox.timesTaken;
        outbox.timesTaken += 1;
        outbox.availableAtMs = nowMs + wholeMs(holdMs);
        const { execution, saga, metadata } = outbox;
        return outbox.data.map((data, index) => ({ execution, saga, metadata, index, data, failures }));
      });
  }

  #unpublishedOf(id: string | undefined): Outbox[] {
    if (id === undefined) return [...this.#outboxes.values()];
    const outbox = this.#outboxes.get(id);
    return outbox === undefined ? [] : [outbox];
  }

  async published(executions: readonly string[]): Promise<void> {
    for (const id of executions) this.#outboxes.delete(id);
  }

  async unpublished(execution: string, retryInMs: number): Promise<void> {
    const outbox = this.#outboxes.get(execution);
    if (outbox !== undefined) outbox.availableAtMs = this.#now() + wholeMs(retryInMs);
  }

  async declare(graphs: readonly StoredGraph[]): Promise<void> {
    for (const { saga, fingerprint, prefixes } of graphs) {
      const known = entryOf(this.#graphs, saga, () => new Map<string, StoredGraph>());
      if (!known.has(fingerprint)) known.set(fingerprint, Object.freeze({ saga, fingerprint, prefixes: Object.freeze([...prefixes]) }));
    }
  }

  async graphsOf(sagas: readonly string[]): Promise<readonly StoredGraph[]> {
    return [...new Set(sagas)].flatMap((saga) => [...(this.#graphs.get(saga)?.values() ?? [])]);
  }

  async list(request: ListRequest): Promise<readonly Head[]> {
    return [...this.#executions.values()]
      .filter(({ head }) => isListed(head, request))
      .sort((a, b) => inList(a.head, b.head))
      .slice(0, request.limit)
      .map(headOf);
  }

  async health(): Promise<LogHealth> {
    let stuck = 0;
    let oldestUnfinishedAtMs: EpochMs | null = null;
    for (const { head } of this.#executions.values()) {
      if (head.status === 'stuck') stuck += 1;
      else if (head.endedAtMs === null) oldestUnfinishedAtMs = Math.min(oldestUnfinishedAtMs ?? head.startedAtMs, head.startedAtMs);
    }
    let unpublished = 0;
    for (const { data } of this.#outboxes.values()) unpublished += data.length;
    return { stuck, oldestUnfinishedAtMs, unpublished, nowMs: this.#now() };
  }

  async unclaimable(sinceMs: number, limit: number): Promise<readonly Head[]> {
    const nowMs = this.#now();
    const found = this.#orphans(nowMs).filter((orphan) => isDue(orphan, nowMs - sinceMs));
    for (const queues of this.#waiting.values()) {
      for (const queue of queues.values()) for (const execution of queue.due(nowMs - sinceMs)) found.push(execution);
    }
    const runnable = [...this.#workers.values()].filter(({ leaseUntilMs }) => leaseUntilMs > nowMs).flatMap(({ claimable }) => claimable);
    return found
      .filter((execution) => !runnable.some((graph) => canRun(graph, execution)))
      .sort((a, b) => a.head.wakeAtMs! - b.head.wakeAtMs!)
      .slice(0, limit)
      .map(headOf);
  }

  async deleteEnded(endedMsAgo: number, limit: number): Promise<number> {
    const nowMs = this.#now();
    let deleted = 0;
    for (const execution of this.#ended) {
      if (deleted >= limit) break;
      const { id, endedAtMs, wakeAtMs } = execution.head;
      if (endedAtMs! > nowMs - endedMsAgo || wakeAtMs !== null || this.#outboxes.has(id)) continue;
      this.#delete(execution);
      deleted += 1;
    }
    for (const [name, { leaseUntilMs }] of this.#workers) {
      if (leaseUntilMs <= nowMs - Math.max(endedMsAgo, keepWorkersMs)) this.#workers.delete(name);
    }
    return deleted;
  }

  #delete(execution: Execution): void {
    this.#leave(execution);
    this.#ended.delete(execution);
    this.#withInbox.delete(execution);
    this.#executions.delete(execution.head.id);
  }

  /** Puts it where it is looked for, after its owner, its graph or its time to wake has changed. */
  #place(execution: Execution): void {
    const { owner, saga, fingerprint, wakeAtMs } = execution.head;
    if (owner !== null && owner === execution.heldBy) return;
    this.#leave(execution);
    if (owner !== null) {
      entryOf(this.#ownedBy, owner, () => new Set<Execution>()).add(execution);
      execution.heldBy = owner;
    } else if (wakeAtMs !== null) {
      execution.queue = entryOf(entryOf(this.#waiting, saga, () => new Map<string, Queue>()), fingerprint, () => new Queue());
      execution.queue.add(execution, wakeAtMs);
    }
  }

  #leave(execution: Execution): void {
    execution.queue?.delete(execution);
    execution.queue = null;
    if (execution.heldBy === null) return;
    const owned = this.#ownedBy.get(execution.heldBy);
    owned?.delete(execution);
    if (owned?.size === 0) this.#ownedBy.delete(execution.heldBy);
    execution.heldBy = null;
  }
}

interface Found {
  readonly execution: Execution;
  readonly becomes: string;
}

interface Place {
  readonly atMs: EpochMs;
  /** In the order of arrival, among those of one time. */
  readonly number: number;
  readonly execution: Execution;
}

/** Executions by the time at which they wake, the earliest first. */
class Queue {
  readonly #places: Place[] = [];
  readonly #placeOf = new Map<Execution, Place>();
  #number = 0;

  add(execution: Execution, atMs: EpochMs): void {
    this.#number += 1;
    const place = { atMs, number: this.#number, execution };
    this.#placeOf.set(execution, place);
    this.#places.splice(this.#indexOf(place), 0, place);
  }

  delete(execution: Execution): void {
    const place = this.#placeOf.get(execution);
    if (place === undefined) return;
    this.#placeOf.delete(execution);
    this.#places.splice(this.#indexOf(place), 1);
  }

  *due(nowMs: EpochMs): Generator<Execution> {
    for (const { atMs, execution } of this.#places) {
      if (atMs > nowMs) return;
      yield execution;
    }
  }

  /** Where it is, or would be. */
  #indexOf({ atMs, number }: Place): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#places[middle]!;
      if (other.atMs < atMs || (other.atMs === atMs && other.number < number)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function headOf({ head, inbox }: Execution): Head {
  return { ...head, hasInbox: inbox.length > 0 };
}

function wakeNow({ head }: Execution, nowMs: EpochMs): void {
  head.wakeAtMs = Math.min(head.wakeAtMs ?? nowMs, nowMs);
}

function isDue({ head: { wakeAtMs } }: Execution, nowMs: EpochMs): boolean {
  return wakeAtMs !== null && wakeAtMs <= nowMs;
}

function canRun({ saga, fingerprint, belowStage }: Claimable, { head }: Execution): boolean {
  return head.saga === saga && head.fingerprint === fingerprint && head.stage < belowStage;
}

function isListed(head: Execution['head'], { saga, status, fromMs, toMs, after }: ListRequest): boolean {
  return (
    (saga === undefined || head.saga === saga) &&
    (status === undefined || status.includes(head.status)) &&
    (fromMs === undefined || head.startedAtMs >= fromMs) &&
    (toMs === undefined || head.startedAtMs < toMs) &&
    (after === undefined || inList(after, head) < 0)
  );
}

function inList(a: ListKey, b: ListKey): number {
  if (a.startedAtMs !== b.startedAtMs) return b.startedAtMs - a.startedAtMs;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** A database takes no text with NUL, and nothing of a batch with such a text in it: nor do we. */
function refuseUnstorable(batch: readonly Write[]): void {
  for (const write of batch) {
    for (const text of textsOf(write)) refuseNul(text, write.id);
    for (const { type, step, data } of write.events) {
      refuseNul(type, write.id);
      refuseNul(step ?? '', write.id);
      refuseNul(data, write.id);
    }
  }
}

function refuseNul(text: string, where: string): void {
  if (text.includes('\0')) throw new NotStorableError(where, 'text with NUL');
}

function textsOf(write: Write): readonly string[] {
  if (write.type === 'append') return [write.nonce, write.output ?? '', ...write.outbox];
  const { id, nonce, saga, fingerprint, input, inputHash, metadata, owner } = write;
  return [id, nonce, saga, fingerprint, input, inputHash, metadata ?? '', owner ?? ''];
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
