import { describe, expect, it } from 'vitest';
import type { ExecutionLog, ListKey, ListRequest } from '../../../src/durable/execution-log.js';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, ending, event, headOf, hostileTexts, hourMs, idsFrom, idsOf, written } from './given.js';

async function listed(log: ExecutionLog, request: Partial<ListRequest> = {}): Promise<readonly string[]> {
  return idsOf(await log.list({ limit: 100, ...request }));
}

/** Page by page, to the end. */
async function listedInPages(log: ExecutionLog, limit: number): Promise<readonly string[]> {
  const all: string[] = [];
  for (let after: ListKey | undefined; ;) {
    const page = await log.list({ limit, ...(after !== undefined && { after }) });
    all.push(...idsOf(page));
    if (page.length < limit) return all;
    after = { startedAtMs: page.at(-1)!.startedAtMs, id: page.at(-1)!.id };
  }
}

export function holdsForLooking(open: OpenStore): void {
  describe('a list', () => {
    it('holds the heads, newest first', async () => {
      const { log } = await open();
      for (const id of ['a', 'c', 'b']) await written(log, creation(id, { input: id }));
      const heads = await log.list({ limit: 10 });
      expect(heads).toEqual([...(await log.heads(idsOf(heads)))].sort((x, y) => y.startedAtMs - x.startedAtMs || (x.id < y.id ? -1 : 1)));
      expect(heads).toHaveLength(3);
    });

    it('is filtered by saga and by status', async () => {
      const { log } = await open();
      await written(log, creation('a'), creation('b'), creation('c'), creation('order', { saga: 'Order' }));
      await written(log, ending('a'), append('b', { status: 'stuck', wakeInMs: null }), ending('order'));
      expect([...(await listed(log, { saga: 'BookTrip' }))].sort()).toEqual(['a', 'b', 'c']);
      expect(await listed(log, { saga: 'Order' })).toEqual(['order']);
      expect(await listed(log, { saga: 'order' })).toEqual([]);
      expect(await listed(log, { status: ['stuck'] })).toEqual(['b']);
      expect([...(await listed(log, { status: ['completed', 'pending'] }))].sort()).toEqual(['a', 'c', 'order']);
      expect(await listed(log, { saga: 'BookTrip', status: ['completed'] })).toEqual(['a']);
      expect(await listed(log, { status: ['abandoned'] })).toEqual([]);
    });

    it('is filtered by when they were started: from then on, and before then', async () => {
      const { log } = await open();
      await written(log, creation('a'), creation('b'));
      const { startedAtMs } = await headOf(log, 'a');
      expect(await listed(log, { fromMs: startedAtMs })).toHaveLength(2);
      expect(await listed(log, { fromMs: startedAtMs + hourMs })).toEqual([]);
      expect(await listed(log, { toMs: startedAtMs + hourMs })).toHaveLength(2);
      expect(await listed(log, { toMs: startedAtMs })).not.toContain('a');
      expect(await listed(log, { fromMs: startedAtMs, toMs: startedAtMs + hourMs, saga: 'BookTrip', status: ['pending'] })).toHaveLength(2);
    });

    it.each([1, 3, 7, 50])('in pages of %i has everything once, of whatever time and id', async (limit) => {
      const { log } = await open();
      const ids = [...idsFrom('trip', 20), ...hostileTexts.filter((text) => text.length < 300), 'Trip-1', 'trip_1', 'ä', 'z', 'A', 'a'];
      await written(log, ...ids.slice(0, 15).map((id) => creation(id)));
      await written(log, ...ids.slice(15).map((id) => creation(id)));
      const all = await listedInPages(log, limit);
      expect(all.toSorted()).toEqual(ids.toSorted());
      expect(all).toEqual(idsOf(await log.list({ limit: 1_000 })));
    });

    it('goes on behind the last page whatever is started meanwhile', async () => {
      const { log } = await open();
      await written(log, ...idsFrom('old', 6).map((id) => creation(id)));
      const first = await log.list({ limit: 3 });
      await written(log, ...idsFrom('zz-new', 6).map((id) => creation(id)));
      const { startedAtMs, id } = first.at(-1)!;
      const second = await log.list({ limit: 100, after: { startedAtMs, id } });
      expect(idsOf([...first, ...second]).filter((one) => one.startsWith('old')).toSorted()).toEqual(idsFrom('old', 6));
    });
  });

  describe('the health', () => {
    it('of an empty log is good', async () => {
      const { log } = await open();
      const health = await log.health();
      expect(health).toEqual({ stuck: 0, oldestUnfinishedAtMs: null, unpublished: 0, nowMs: health.nowMs });
      expect(Number.isSafeInteger(health.nowMs)).toBe(true);
    });

    it('counts what is stuck and what is unpublished, and knows the oldest that has yet to end', async () => {
      const { log } = await open();
      await written(log, creation('stuck'), creation('ended'));
      await written(log, append('stuck', { status: 'stuck', wakeInMs: null }), ending('ended', { outbox: ['a', 'b'] }));
      expect(await log.health()).toMatchObject({ stuck: 1, oldestUnfinishedAtMs: null, unpublished: 2 });
      await written(log, creation('running'), creation('stuck too'));
      await written(log, append('stuck too', { status: 'stuck', wakeInMs: null }));
      const { startedAtMs } = await headOf(log, 'running');
      expect(await log.health()).toMatchObject({ stuck: 2, oldestUnfinishedAtMs: startedAtMs });
      await written(log, append('stuck', { fromSeq: 1, status: 'compensating' }));
      const { startedAtMs: oldest } = await headOf(log, 'stuck');
      expect(await log.health()).toMatchObject({ stuck: 1, oldestUnfinishedAtMs: oldest });
    });
  });

  describe('what nobody can claim', () => {
    it('is what is due and no worker with a lease can run', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'), creation('trip-2', { fingerprint: 'v2' }), creation('order-1', { saga: 'Order' }));
      expect([...idsOf(await log.unclaimable(0, 10))].sort()).toEqual(['order-1', 'trip-1', 'trip-2']);
      await log.beat('worker', hourMs, [bookTrip, { ...bookTrip, saga: 'Unknown', fingerprint: 'v2' }]);
      expect([...idsOf(await log.unclaimable(0, 10))].sort()).toEqual(['order-1', 'trip-2']);
      await log.beat('other', hourMs, [{ ...bookTrip, fingerprint: 'v2' }]);
      expect(await log.unclaimable(0, 10)).toEqual(await log.heads(['order-1']));
    });

    it('is told by the worker’s last word of what it can run', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await log.beat('worker', hourMs);
      expect(await log.unclaimable(0, 10)).toHaveLength(1);
      await log.beat('worker', hourMs, [bookTrip]);
      await log.beat('worker', hourMs);
      expect(await log.unclaimable(0, 10)).toEqual([]);
      await log.beat('worker', hourMs, []);
      expect(await log.unclaimable(0, 10)).toHaveLength(1);
    });

    it('is nobody’s word who has no lease any more', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await log.beat('dead', 0, [bookTrip]);
      await log.beat('retired', hourMs, [bookTrip]);
      await log.retire('retired', true);
      expect(await log.unclaimable(0, 10)).toHaveLength(1);
      await log.beat('dead', hourMs, [bookTrip]);
      expect(await log.unclaimable(0, 10)).toHaveLength(1);
    });

    it('depends on the stage that it has begun', async () => {
      const { log } = await open();
      await written(log, ...[0, 1, 2].map((stage) => creation(`at-${stage}`, { stage })));
      await log.beat('worker', hourMs, [{ ...bookTrip, belowStage: 1, becomes: 'v2' }]);
      expect([...idsOf(await log.unclaimable(0, 10))].sort()).toEqual(['at-1', 'at-2']);
    });

    it('is orphaned, or belongs to nobody', async () => {
      const { log } = await open();
      await log.beat('alive', hourMs, []);
      await written(log, creation('owned', { owner: 'alive' }), creation('orphan', { owner: 'gone' }));
      await written(log, creation('free'), creation('ended'));
      await written(log, ending('ended'));
      expect([...idsOf(await log.unclaimable(0, 10))].sort()).toEqual(['free', 'orphan']);
    });

    it('has been due for long enough, the longest first, and is no more than asked for', async () => {
      const { log } = await open();
      const ids = ['a', 'b', 'c', 'd'];
      await written(log, ...ids.map((id) => creation(id)), creation('new'), creation('later'));
      await written(log, ...ids.map((id, index) => append(id, { keepsOwner: false, wakeInMs: -hourMs * (index + 1) })));
      await written(log, append('later', { keepsOwner: false, wakeInMs: hourMs }));
      expect(idsOf(await log.unclaimable(hourMs / 2, 10))).toEqual(['d', 'c', 'b', 'a']);
      expect(idsOf(await log.unclaimable(hourMs / 2, 2))).toEqual(['d', 'c']);
      expect(idsOf(await log.unclaimable(2.5 * hourMs, 10))).toEqual(['d', 'c']);
      expect(await log.unclaimable(0, 10)).toHaveLength(5);
    });
  });

  describe('graphs', () => {
    it('are remembered as they were first declared', async () => {
      const { log, another } = await open();
      const first = { saga: 'BookTrip', fingerprint: 'v1', prefixes: ['p1', 'p2'] };
      const second = { saga: 'BookTrip', fingerprint: 'v2', prefixes: [] };
      const order = { saga: 'Order', fingerprint: 'v1', prefixes: ['o1'] };
      await log.declare([first, order]);
      await (await another()).declare([{ ...first, prefixes: ['other'] }, second]);
      await log.declare([]);
      const sorted = async (sagas: readonly string[]) =>
        [...(await log.graphsOf(sagas))].sort((a, b) => `${a.saga} ${a.fingerprint}`.localeCompare(`${b.saga} ${b.fingerprint}`));
      expect(await sorted(['BookTrip'])).toEqual([first, second]);
      expect(await sorted(['Order', 'BookTrip', 'Unknown', 'Order'])).toEqual([first, second, order]);
      expect(await log.graphsOf([])).toEqual([]);
    });

    it('are declared by many at a time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const graphs = idsFrom('v', 10).map((fingerprint) => ({ saga: 'BookTrip', fingerprint, prefixes: [fingerprint] }));
      await Promise.all(idsFrom('worker', 9).map((_, index) => logs[index % 3]!.declare(index % 2 ? graphs : graphs.toReversed())));
      const known = [...(await log.graphsOf(['BookTrip']))].sort((a, b) => a.fingerprint.localeCompare(b.fingerprint));
      expect(known).toEqual(graphs);
    });
  });

  describe('what has ended', () => {
    it('is deleted once it ended long enough ago', async () => {
      const { log } = await open();
      await written(log, creation('ended'), creation('running'), creation('stuck'), creation('waiting'));
      await written(
        log,
        ending('ended'),
        append('stuck', { status: 'stuck', keepsOwner: false, wakeInMs: null }),
        append('waiting', { keepsOwner: false, wakeInMs: hourMs }),
      );
      expect(await log.deleteEnded(hourMs, 10)).toBe(0);
      expect(await listed(log)).toHaveLength(4);
      expect(await log.deleteEnded(0, 10)).toBe(1);
      expect((await listed(log)).toSorted()).toEqual(['running', 'stuck', 'waiting']);
      expect(await log.events('stuck', 0, 10)).toHaveLength(1);
      expect(await log.deleteEnded(0, 10)).toBe(0);
    });

    it('is deleted with all that belongs to it, and with nothing of another', async () => {
      const { log } = await open();
      for (const id of ['gone', 'kept']) {
        await written(log, creation(id, { owner: 'worker', input: `input of ${id}`, events: [event('a'), event('b')] }));
        await log.request(id, { kind: 'cancel', data: id });
        const over = { fromSeq: 2, outbox: [id] };
        const [asked] = await log.inbox(id);
        const heard = { ...over, inboxThrough: asked!.number };
        await written(log, id === 'gone' ? ending(id, heard) : append(id, { ...over, keepsOwner: true }));
      }
      await log.published(['gone']);
      expect(await log.deleteEnded(0, 10)).toBe(1);
      expect(await log.heads(['gone'])).toEqual([]);
      expect(await log.request('gone', { kind: 'cancel', data: '' })).toBe('unknown');
      expect((await log.beat('worker', hourMs)).withInbox).toEqual(['kept']);
      expect(idsOf(await log.owned('worker'))).toEqual(['kept']);
      // A new one of the same id has nothing of the old.
      await written(log, creation('gone', { input: 'new' }));
      expect(await headOf(log, 'gone')).toMatchObject({ seq: 0, epoch: 1, input: 'new', hasInbox: false, output: null, endedAtMs: null });
      expect(await log.events('gone', 0, 10)).toEqual([]);
      expect(await log.inbox('gone')).toEqual([]);
      expect(await log.takeOutbox(10, 0)).toMatchObject([{ execution: 'kept' }]);
      expect(await log.events('kept', 0, 10)).toHaveLength(3);
      expect(await log.inbox('kept')).toHaveLength(1);
      expect(await headOf(log, 'kept')).toMatchObject({ input: 'input of kept', hasInbox: true });
    });

    it('is kept while it has unpublished events', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'), creation('trip-2'));
      await written(log, ending('trip-1', { outbox: ['a'] }), ending('trip-2'));
      expect(await log.deleteEnded(0, 10)).toBe(1);
      await log.takeOutbox(1, hourMs);
      expect(await log.deleteEnded(0, 10)).toBe(0);
      expect(await listed(log)).toEqual(['trip-1']);
      await log.published(['trip-1']);
      expect(await log.deleteEnded(0, 10)).toBe(1);
    });

    it('is kept while somebody is to hear of what came late, and while somebody works at it', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'), creation('trip-2', { owner: 'worker' }));
      await log.beat('worker', hourMs);
      await written(log, ending('trip-1'), ending('trip-2', { keepsOwner: true, wakeInMs: 0 }));
      await log.request('trip-1', { kind: 'late-effect', data: 'a booking' });
      expect(await log.deleteEnded(0, 10)).toBe(0);
      const [late] = await log.inbox('trip-1');
      await written(log, append('trip-1', { status: 'completed', wakeInMs: null, fromSeq: 1, inboxThrough: late!.number }));
      await written(log, append('trip-2', { status: 'completed', wakeInMs: null, fromSeq: 1 }));
      expect(await log.deleteEnded(0, 10)).toBe(2);
    });

    it('is deleted in batches, whatever is kept', async () => {
      const { log } = await open();
      const ids = idsFrom('trip', 25);
      await written(log, ...ids.map((id) => creation(id)));
      await written(log, ...ids.map((id, index) => ending(id, index < 5 ? { outbox: ['kept'] } : {})));
      expect(await log.deleteEnded(0, 8)).toBe(8);
      expect(await listed(log)).toHaveLength(17);
      expect(await log.deleteEnded(0, 8)).toBe(8);
      expect(await log.deleteEnded(0, 8)).toBe(4);
      expect((await listed(log)).toSorted()).toEqual(ids.slice(0, 5).toSorted());
    });

    it('is deleted once by many at a time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const ids = idsFrom('trip', 30);
      await written(log, ...ids.map((id) => creation(id, { events: [event('a')] })));
      await written(log, ...ids.map((id) => ending(id, { fromSeq: 1 })));
      const counts = await Promise.all(idsFrom('sweep', 9).map((_, index) => logs[index % 3]!.deleteEnded(0, 7)));
      counts.push(await log.deleteEnded(0, 100));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30);
      expect(await listed(log)).toEqual([]);
    });

    it('is fenced for whoever writes to it afterwards, and never claimed', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1'));
      expect(await log.deleteEnded(0, 10)).toBe(1);
      expect(await log.write([append('trip-1', { fromSeq: 1 })])).toEqual([{ type: 'fenced' }]);
      expect(await claimed(log, 'worker')).toEqual([]);
    });
  });
}
