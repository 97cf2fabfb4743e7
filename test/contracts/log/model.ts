import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claimable, ExecutionLog, ExecutionStatus, Head, Write } from '../../../src/durable/execution-log.js';
import { memoryLog } from '../../../src/durable/memory-log.js';
import { parametersOf } from '../../properties/seeds.js';
import type { OpenStore } from './given.js';
import { append, creation, hourMs, idsFrom } from './given.js';

// Any calls, in any order, made to the memory log and to the log under test: the answers are the same. Each has a clock of its own, so that
// a time is past, or an hour off, or none; and where the order depends on times that may be equal, everything is asked for.

const ids = idsFrom('trip', 4);
const workers = idsFrom('worker', 3);
const sagas = ['BookTrip', 'Order'];
const fingerprints = ['v1', 'v2'];
const ends: readonly ExecutionStatus[] = ['completed', 'compensated', 'abandoned'];
const statuses: readonly ExecutionStatus[] = ['pending', 'running', 'compensating', 'stuck', ...ends];

const id = fc.constantFrom(...ids);
const worker = fc.constantFrom(...workers);
const anHourOrNot = fc.constantFrom(0, hourMs);
const logged = fc.record({ type: fc.constantFrom('a', 'b'), step: fc.option(fc.constant('hotel')), data: fc.string() });
const events = fc.array(logged, { maxLength: 3 });
const texts = fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 });
const claimable: fc.Arbitrary<readonly Claimable[]> = fc.uniqueArray(
  fc.record({
    saga: fc.constantFrom(...sagas),
    fingerprint: fc.constantFrom(...fingerprints),
    belowStage: fc.constantFrom(0, 1, Infinity),
    becomes: fc.constantFrom(...fingerprints),
  }),
  { selector: ({ saga, fingerprint }) => `${saga} ${fingerprint}`, maxLength: 4 },
);

const creating = fc.record({
  write: fc.constant('create' as const),
  id,
  nonce: fc.uuid(),
  saga: fc.constantFrom(...sagas),
  fingerprint: fc.constantFrom(...fingerprints),
  deadlineMs: fc.option(fc.constant(hourMs)),
  owner: fc.option(worker),
  stage: fc.integer({ min: -1, max: 1 }),
  metadata: fc.option(fc.string()),
  events,
});
const appending = fc.record({
  write: fc.constant('append' as const),
  id,
  nonce: fc.uuid(),
  isFenced: fc.constantFrom(null, null, null, 'epoch' as const, 'seq' as const),
  status: fc.constantFrom(...statuses),
  stage: fc.integer({ min: -1, max: 2 }),
  keepsOwner: fc.boolean(),
  wakeInMs: fc.constantFrom(0, hourMs, null),
  output: fc.option(fc.string()),
  isProgress: fc.boolean(),
  hasEnded: fc.boolean(),
  outbox: texts,
  takesFromInbox: fc.nat({ max: 2 }),
  dropsEvents: fc.constantFrom(true, false, false, false),
  events,
});
type Generated<Of> = Of extends fc.Arbitrary<infer T> ? T : never;
type Creating = Generated<typeof creating>;
type Appending = Generated<typeof appending>;

const someIds = fc.subarray([...ids]);
const writes = fc.uniqueArray(fc.oneof(creating, appending), { selector: (one) => one.id, minLength: 1, maxLength: 3 });
const leaseMs = fc.constantFrom(0, hourMs, hourMs);
const someStatuses = fc.subarray([...statuses], { minLength: 1 });

const call = fc.oneof(
  { weight: 5, arbitrary: fc.record({ call: fc.constant('write' as const), writes }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('beat' as const), worker, leaseMs, claimable: fc.option(claimable) }) },
  fc.record({ call: fc.constant('retire' as const), worker, livedOn: fc.boolean() }),
  { weight: 3, arbitrary: fc.record({ call: fc.constant('claim' as const), worker, claimable, id: fc.option(id) }) },
  fc.record({ call: fc.constant('release' as const), ids: someIds, isStale: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ call: fc.constant('request' as const), id, data: fc.string() }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('takeOutbox' as const), holdMs: anHourOrNot, id: fc.option(id) }) },
  fc.record({ call: fc.constant('published' as const), ids: someIds }),
  fc.record({ call: fc.constant('unpublished' as const), id, retryInMs: anHourOrNot }),
  fc.record({ call: fc.constant('deleteEnded' as const), agoMs: anHourOrNot }),
  fc.record({ call: fc.constant('unclaimable' as const), sinceMs: anHourOrNot }),
  fc.record({ call: fc.constant('list' as const), saga: fc.option(fc.constantFrom(...sagas)), status: fc.option(someStatuses) }),
  fc.record({ call: fc.constant('events' as const), id, afterSeq: fc.nat({ max: 5 }), limit: fc.integer({ min: 1, max: 3 }) }),
);
type Call = Generated<typeof call>;

async function answerTo(log: ExecutionLog, one: Call): Promise<unknown> {
  switch (one.call) {
    case 'write': {
      const results = await log.write(await Promise.all(one.writes.map((write) => asWrite(log, write))));
      return results.map((result) =>
        result.type === 'written'
          ? { type: result.type, hasInbox: result.hasInbox }
          : result.type === 'exists' ? { type: result.type, head: timeless(result.head) } : result,
      );
    }
    case 'beat': {
      const { isAlive, withInbox } = await log.beat(one.worker, one.leaseMs, one.claimable ?? undefined);
      return { isAlive, withInbox: withInbox.toSorted() };
    }
    case 'retire':
      return log.retire(one.worker, one.livedOn);
    case 'claim': {
      const got = await log.claim({ worker: one.worker, claimable: one.claimable, limit: 100, ...(one.id !== null && { id: one.id }) });
      return sortedById(got).map((head) => ({ ...timeless(head), takenFrom: head.takenFrom }));
    }
    case 'release': {
      const heads = await log.heads(one.ids);
      return log.release(heads.map((head) => ({ id: head.id, epoch: head.epoch - Number(one.isStale) })));
    }
    case 'request':
      return log.request(one.id, { kind: 'cancel', data: one.data });
    case 'takeOutbox': {
      const rows = await log.takeOutbox(100, one.holdMs, one.id ?? undefined);
      return rows.toSorted((a, b) => (a.execution < b.execution ? -1 : Number(a.execution > b.execution)));
    }
    case 'published':
      return log.published(one.ids);
    case 'unpublished':
      return log.unpublished(one.id, one.retryInMs);
    case 'deleteEnded':
      return log.deleteEnded(one.agoMs, 100);
    case 'unclaimable':
      return sortedById(await log.unclaimable(one.sinceMs, 100)).map(timeless);
    case 'list': {
      const filter = { ...(one.saga !== null && { saga: one.saga }), ...(one.status !== null && { status: one.status }) };
      return sortedById(await log.list({ limit: 100, ...filter })).map(timeless);
    }
    case 'events':
      return (await log.events(one.id, one.afterSeq, one.limit)).map(({ atMs: _, ...rest }) => rest);
  }
}

/** By what the log itself says of the execution, so that most appends are not fenced. */
async function asWrite(log: ExecutionLog, one: Creating | Appending): Promise<Write> {
  if (one.write === 'create') {
    const { write: _, ...over } = one;
    return creation(one.id, over);
  }
  const { write: _, isFenced, takesFromInbox, ...over } = one;
  const [head] = await log.heads([one.id]);
  const inbox = await log.inbox(one.id);
  const hasEnded = one.hasEnded || ends.includes(one.status);
  return append(one.id, {
    ...over,
    hasEnded,
    epoch: (head?.epoch ?? 1) - Number(isFenced === 'epoch'),
    fromSeq: (head?.seq ?? 0) - Number(isFenced === 'seq'),
    inboxThrough: inbox[takesFromInbox - 1]?.number ?? null,
    // An execution emits once, with its end.
    outbox: hasEnded && head?.endedAtMs === null ? one.outbox : [],
  });
}

/** Everything that can be read of the log. */
async function stateOf(log: ExecutionLog): Promise<unknown> {
  const { stuck, oldestUnfinishedAtMs, unpublished } = await log.health();
  const each = <T>(of: (one: string) => Promise<readonly T[]>) => Promise.all(ids.map(of));
  return {
    heads: sortedById(await log.heads(ids)).map(timeless),
    events: await each(async (one) => (await log.events(one, 0, 1_000)).map(({ atMs: _, ...rest }) => rest)),
    inboxes: await each(async (one) => (await log.inbox(one)).map(({ kind, data }) => ({ kind, data }))),
    owned: await Promise.all(workers.map(async (one) => sortedById(await log.owned(one)))),
    livedOn: (await log.livedOn(workers)).toSorted(),
    health: { stuck, unpublished, isUnfinished: oldestUnfinishedAtMs !== null },
  };
}

function timeless(head: Head): object {
  const { wakeAtMs, startedAtMs, updatedAtMs, endedAtMs, deadlineAtMs } = head;
  const halfAnHourOnMs = Date.now() + hourMs / 2;
  return {
    ...head,
    wakeAtMs: wakeAtMs === null ? null : wakeAtMs > halfAnHourOnMs ? 'later' : 'now',
    deadlineAtMs: deadlineAtMs === null ? null : deadlineAtMs - startedAtMs,
    takeovers: head.takeovers.replaceAll(/@\d+,/g, '@,'),
    startedAtMs: 'once',
    updatedAtMs: updatedAtMs >= startedAtMs,
    endedAtMs: endedAtMs === null ? null : endedAtMs >= startedAtMs,
    nowMs: 'now',
  };
}

function sortedById<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

export function holdsForAnyCalls(open: OpenStore): void {
  describe('any calls in any order', () => {
    it('are answered as the memory log answers them', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40, size: 'max' }), async (calls) => {
          const { log, another, close } = await open();
          const logs = [log, await another()];
          const model = memoryLog();
          for (const [index, one] of calls.entries()) {
            const expected = await answerTo(model, one);
            expect(await answerTo(logs[index % 2]!, one), JSON.stringify(one)).toEqual(expected);
            expect(await stateOf(log), JSON.stringify(one)).toEqual(await stateOf(model));
          }
          await close();
        }),
        parametersOf('any calls to a log', 60),
      );
    });
  });
}
