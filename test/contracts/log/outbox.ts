import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { append, creation, ending, hourMs, idsFrom, write, written } from './given.js';

export function holdsForOutboxes(open: OpenStore): void {
  describe('an outbox', () => {
    it('gets its events in the same write as the end', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1'), creation('trip-2'));
      expect(await log.takeOutbox(10, 0)).toEqual([]);
      await written(log, ending('trip-1', { outbox: ['{"booked":1}', '', '{"booked":2}'] }), ending('trip-2'));
      expect(await (await another()).takeOutbox(10, 0)).toEqual([
        { execution: 'trip-1', saga: 'BookTrip', metadata: null, index: 0, data: '{"booked":1}', failures: 0 },
        { execution: 'trip-1', saga: 'BookTrip', metadata: null, index: 1, data: '', failures: 0 },
        { execution: 'trip-1', saga: 'BookTrip', metadata: null, index: 2, data: '{"booked":2}', failures: 0 },
      ]);
    });

    it('is given with the metadata of its execution', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { metadata: '{"a":1}' }), creation('trip-2'));
      await written(log, ending('trip-1', { outbox: ['x', 'y'] }), ending('trip-2', { outbox: ['z'] }));
      const rows = await log.takeOutbox(10, 0);
      expect(rows.map(({ data, metadata }) => [data, metadata]).toSorted()).toEqual([['x', '{"a":1}'], ['y', '{"a":1}'], ['z', null]]);
    });

    it('gets nothing of a write that is fenced', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1', { outbox: ['once'] }));
      expect(await write(log, ending('trip-1', { outbox: ['twice'] }))).toEqual({ type: 'fenced' });
      expect(await log.takeOutbox(10, 0)).toMatchObject([{ data: 'once' }]);
    });

    it('is held for whoever took it', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1', { outbox: ['a', 'b'] }));
      expect(await log.takeOutbox(10, hourMs)).toHaveLength(2);
      expect(await log.takeOutbox(10, hourMs)).toEqual([]);
      expect(await log.takeOutbox(10, hourMs, 'trip-1')).toEqual([]);
    });

    it('comes again once the hold is over, under the same numbers, and says how often it was taken before', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1', { outbox: ['a', 'b'] }));
      for (const failures of [0, 1, 2]) {
        expect(await log.takeOutbox(10, 0)).toMatchObject([
          { index: 0, data: 'a', failures },
          { index: 1, data: 'b', failures },
        ]);
      }
    });

    it('that was published never comes again', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'), creation('trip-2'));
      await written(log, ending('trip-1', { outbox: ['a', 'b'] }), ending('trip-2', { outbox: ['c'] }));
      await log.takeOutbox(10, 0);
      await log.published(['trip-1', 'nobody']);
      expect(await log.takeOutbox(10, 0)).toMatchObject([{ execution: 'trip-2' }]);
      await log.published([]);
      await log.published(['trip-2', 'trip-1']);
      expect(await log.takeOutbox(10, 0)).toEqual([]);
      expect((await log.health()).unpublished).toBe(0);
    });

    it('that could not be published comes again after a while, and no sooner', async () => {
      const { log } = await open();
      await written(log, creation('soon'), creation('later'));
      await written(log, ending('soon', { outbox: ['a'] }), ending('later', { outbox: ['b'] }));
      expect(await log.takeOutbox(10, hourMs)).toHaveLength(2);
      await log.unpublished('soon', 0);
      await log.unpublished('later', hourMs);
      await log.unpublished('nobody', 0);
      expect(await log.takeOutbox(10, hourMs)).toMatchObject([{ execution: 'soon', failures: 1 }]);
    });

    it('is taken by whole executions, the longest waiting first', async () => {
      const { log } = await open();
      const waitingForMs = { b: 2_000, d: 4_000, a: 1_000, c: 3_000 };
      const ids = Object.keys(waitingForMs);
      await written(log, ...ids.map((id) => creation(id)));
      await written(log, ...ids.map((id) => ending(id, { outbox: [`${id} one`, `${id} two`, `${id} three`] })));
      for (const [id, ms] of Object.entries(waitingForMs)) await log.unpublished(id, -ms);
      const take = async () => (await log.takeOutbox(2, hourMs)).map(({ data }) => data);
      expect(await take()).toEqual(['d one', 'd two', 'd three', 'c one', 'c two', 'c three']);
      expect(await take()).toEqual(['b one', 'b two', 'b three', 'a one', 'a two', 'a three']);
      expect(await take()).toEqual([]);
    });

    it('of one execution is taken alone', async () => {
      const { log } = await open();
      await written(log, ...['a', 'b', 'c'].map((id) => creation(id)));
      await written(log, ...['a', 'b', 'c'].map((id) => ending(id, { outbox: [id] })));
      expect(await log.takeOutbox(10, hourMs, 'b')).toMatchObject([{ execution: 'b' }]);
      expect(await log.takeOutbox(10, hourMs, 'nobody')).toEqual([]);
      expect((await log.takeOutbox(10, hourMs)).map(({ execution }) => execution).toSorted()).toEqual(['a', 'c']);
    });

    it('keeps the order of many events', async () => {
      const { log } = await open();
      const outbox = idsFrom('event', 120);
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1', { outbox }));
      const rows = await log.takeOutbox(1, 0);
      expect(rows.map(({ data }) => data)).toEqual(outbox);
      expect(rows.map(({ index }) => index)).toEqual(outbox.map((_, index) => index));
    });

    it('is never taken by two at the same time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const ids = idsFrom('trip', 30);
      await written(log, ...ids.map((id) => creation(id)));
      await written(log, ...ids.map((id) => ending(id, { outbox: ['a', 'b'] })));
      const taken = await Promise.all(idsFrom('publisher', 15).map((_, index) => logs[index % 3]!.takeOutbox(4, hourMs)));
      const rows = [...taken.flat(), ...(await log.takeOutbox(100, hourMs))].map(({ execution, index }) => `${execution} ${index}`);
      expect(rows.toSorted()).toEqual(ids.flatMap((id) => [`${id} 0`, `${id} 1`]).toSorted());
    });

    it('stands for itself: what goes on in the execution changes nothing of it', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, ending('trip-1', { outbox: ['a'] }));
      await written(log, append('trip-1', { fromSeq: 1, dropsEvents: true, status: 'completed', hasEnded: true, wakeInMs: null }));
      expect(await log.takeOutbox(10, 0)).toMatchObject([{ data: 'a', index: 0 }]);
    });
  });
}
