import type {
  Append,
  Claimable,
  Claimed,
  Creation,
  ExecutionLog,
  Head,
  StoredEvent,
  Write,
  WriteResult,
} from '../../../src/durable/execution-log.js';

/** A store of its own for one test, ready and empty. */
export interface LogUnderTest {
  readonly log: ExecutionLog;
  /** Another log on the same store, by a connection of its own where the store has such; opened. */
  readonly another: () => Promise<ExecutionLog>;
  /** Closes all of them, and does away with the store. */
  readonly close: () => Promise<void>;
}
export type OpenStore = () => Promise<LogUnderTest>;

export const hourMs = 3_600_000;

/** Any execution that `creation` makes. */
export const bookTrip: Claimable = { saga: 'BookTrip', fingerprint: 'v1', belowStage: Infinity, becomes: 'v1' };

/** Nobody owns it, and it has no event. */
export function creation(id: string, over: Partial<Creation> = {}): Creation {
  return {
    type: 'create',
    id,
    saga: 'BookTrip',
    fingerprint: 'v1',
    nonce: `created ${id}`,
    input: '{}',
    inputHash: 'of {}',
    metadata: null,
    deadlineMs: null,
    owner: null,
    status: 'pending',
    stage: -1,
    events: [],
    ...over,
  };
}

/** One event, as the first of an execution that was never claimed. */
export function append(id: string, over: Partial<Append> = {}): Append {
  return {
    type: 'append',
    id,
    epoch: 1,
    fromSeq: 0,
    nonce: `appended to ${id}`,
    events: [event('step-begun')],
    status: 'running',
    stage: 0,
    keepsOwner: true,
    wakeInMs: 0,
    output: null,
    isProgress: true,
    hasEnded: false,
    outbox: [],
    inboxThrough: null,
    dropsEvents: false,
    ...over,
  };
}

/** The append that ends an execution. */
export function ending(id: string, over: Partial<Append> = {}): Append {
  return append(id, { status: 'completed', keepsOwner: false, wakeInMs: null, hasEnded: true, output: '{"ok":true}', ...over });
}

export function event(type: string, step: string | null = null, data = ''): StoredEvent {
  return { type, step, data };
}

export async function write(log: ExecutionLog, one: Write): Promise<WriteResult> {
  const results = await log.write([one]);
  if (results.length !== 1) throw new Error(`${results.length} results for one write`);
  return results[0]!;
}

type Written = Extract<WriteResult, { readonly type: 'written' }>;

/** Fails where one of them was not written. */
export async function written(log: ExecutionLog, ...batch: readonly Write[]): Promise<readonly Written[]> {
  return (await log.write(batch)).map((result) => {
    if (result.type !== 'written') throw new Error(`${result.type}, not written`);
    return result;
  });
}

export async function headOf(log: ExecutionLog, id: string): Promise<Head> {
  const [head] = await log.heads([id]);
  if (head === undefined) throw new Error(`There is no execution ${id}.`);
  return head;
}

/** Everything that this worker gets. */
export async function claimed(log: ExecutionLog, worker: string, claimable = [bookTrip]): Promise<readonly Claimed[]> {
  return log.claim({ worker, claimable, limit: 1_000 });
}

export function idsOf(executions: readonly { readonly id: string }[]): readonly string[] {
  return executions.map(({ id }) => id);
}

export function idsFrom(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** What a database must neither run, nor cut, nor change, nor take for something else. */
export const hostileTexts: readonly string[] = [
  "'; DROP TABLE saga_execution; --",
  '"saga_execution"',
  '$1 ? :id @id {}',
  'back\\slash \\n \\u0000 \\',
  'line\nbreak\r\ntab\t\u0001\u007f',
  '%_ like *?[a]',
  '__proto__',
  'constructor',
  'NULL',
  '0',
  ' padded ',
  'e\u0301 is not \u00e9',
  'ÄÖÜ ß İ ı',
  '\u202eright to left\u2066',
  '🧳✈️👨‍👩‍👧‍👦',
  '\uffff\u{10ffff}\ud7ff\ue000',
  '{1,NULL,"x"}',
  '[1,"x",null]',
  'x'.repeat(300),
  '🧳'.repeat(300),
];
