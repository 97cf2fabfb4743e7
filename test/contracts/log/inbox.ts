import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, ending, headOf, hourMs, idsFrom, idsOf, write, written } from './given.js';

export function holdsForInboxes(open: OpenStore): void {
  describe('an inbox', () => {
    it('holds what was asked, in order, under rising numbers', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1'), creation('trip-2'));
      expect(await log.inbox('trip-1')).toEqual([]);
      expect(await log.request('trip-1', { kind: 'cancel', data: '{"by":"me"}' })).toBe('delivered');
      expect(await (await another()).request('trip-1', { kind: 'late-effect', data: '' })).toBe('delivered');
      expect(await log.request('trip-2', { kind: 'cancel', data: 'other' })).toBe('delivered');
      const rows = await log.inbox('trip-1');
      expect(rows).toMatchObject([{ kind: 'cancel', data: '{"by":"me"}' }, { kind: 'late-effect', data: '' }]);
      expect(rows[1]!.number).toBeGreaterThan(rows[0]!.number);
      for (const row of rows) {
        expect(Object.keys(row).toSorted()).toEqual(['atMs', 'data', 'kind', 'number']);
        expect(Number.isSafeInteger(row.atMs)).toBe(true);
      }
      expect(await headOf(log, 'trip-1')).toMatchObject({ hasInbox: true, seq: 0 });
    });

    it('of an execution that does not exist is nobody’s', async () => {
      const { log } = await open();
      expect(await log.request('nobody', { kind: 'cancel', data: '' })).toBe('unknown');
      expect(await log.inbox('nobody')).toEqual([]);
      await written(log, creation('nobody'));
      expect(await log.inbox('nobody')).toEqual([]);
    });

    it('is told of by the next write and the next beat of the owner', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, ...['a', 'b', 'c'].map((id) => creation(id, { owner: id === 'c' ? 'other' : 'worker' })));
      expect(await written(log, append('a'))).toMatchObject([{ hasInbox: false }]);
      for (const id of ['a', 'a', 'c']) await log.request(id, { kind: 'cancel', data: '' });
      expect((await log.beat('worker', hourMs)).withInbox).toEqual(['a']);
      expect(await written(log, append('a', { fromSeq: 1 }), append('b'))).toMatchObject([{ hasInbox: true }, { hasInbox: false }]);
      expect((await log.beat('nobody', hourMs)).withInbox).toEqual([]);
    });

    it('is emptied up to what was read, and keeps what came after', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }), creation('trip-2'));
      for (const data of ['first', 'second', 'third']) await log.request('trip-1', { kind: 'late-effect', data });
      await log.request('trip-2', { kind: 'cancel', data: 'other' });
      const [, { number: second } = expect.fail()] = await log.inbox('trip-1');
      expect(await written(log, append('trip-1', { inboxThrough: second }))).toMatchObject([{ hasInbox: true }]);
      expect(await log.inbox('trip-1')).toMatchObject([{ data: 'third' }]);
      const [{ number: third } = expect.fail()] = await log.inbox('trip-1');
      expect(await written(log, append('trip-1', { fromSeq: 1, inboxThrough: third }))).toMatchObject([{ hasInbox: false }]);
      expect(await log.inbox('trip-1')).toEqual([]);
      expect(await headOf(log, 'trip-1')).toMatchObject({ hasInbox: false });
      expect(await log.inbox('trip-2')).toHaveLength(1);
    });

    it('that was emptied goes on with higher numbers', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      await log.request('trip-1', { kind: 'cancel', data: '' });
      const [{ number: first } = expect.fail()] = await log.inbox('trip-1');
      await written(log, append('trip-1', { inboxThrough: first }));
      await log.request('trip-1', { kind: 'cancel', data: '' });
      const [{ number: second } = expect.fail()] = await log.inbox('trip-1');
      expect(second).toBeGreaterThan(first);
    });

    it.each([
      ['waits', append('trip-1', { keepsOwner: false, wakeInMs: hourMs })],
      ['is stuck', append('trip-1', { keepsOwner: false, status: 'stuck', wakeInMs: null })],
      ['has ended', ending('trip-1')],
      ['is orphaned while it waits', append('trip-1', { wakeInMs: hourMs })],
    ] as const)('wakes an execution that %s', async (_, before) => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'gone' }), creation('trip-2', { owner: 'gone' }));
      await written(log, before, { ...before, id: 'trip-2' });
      const { status, endedAtMs } = await headOf(log, 'trip-1');
      expect(await claimed(log, 'worker')).toEqual([]);
      await log.request('trip-1', { kind: 'cancel', data: '' });
      expect(await claimed(log, 'worker')).toMatchObject([{ id: 'trip-1', status, endedAtMs, hasInbox: true }]);
    });

    it('wakes nothing sooner for others while somebody alive owns it', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, creation('trip-1', { owner: 'worker' }));
      await log.request('trip-1', { kind: 'cancel', data: '' });
      expect(await claimed(log, 'other')).toEqual([]);
    });

    it('makes no execution due later than it is', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, append('trip-1', { keepsOwner: false, wakeInMs: -hourMs }));
      const { wakeAtMs } = await headOf(log, 'trip-1');
      await log.request('trip-1', { kind: 'cancel', data: '' });
      expect((await headOf(log, 'trip-1')).wakeAtMs).toBe(wakeAtMs);
    });

    it.each([
      ['waits', append('trip-1', { keepsOwner: false, wakeInMs: hourMs })],
      ['is stuck', append('trip-1', { keepsOwner: false, status: 'stuck', wakeInMs: null })],
      ['has ended', ending('trip-1')],
      ['waits for an owner that dies', append('trip-1', { wakeInMs: hourMs })],
    ] as const)('that is not empty when the execution %s lets it be claimed at once', async (_, one) => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'gone' }));
      await log.request('trip-1', { kind: 'cancel', data: 'read' });
      const [{ number } = expect.fail()] = await log.inbox('trip-1');
      await log.request('trip-1', { kind: 'cancel', data: 'not yet' });
      expect(await written(log, { ...one, inboxThrough: number })).toMatchObject([{ hasInbox: true }]);
      expect(idsOf(await claimed(log, 'worker'))).toEqual(['trip-1']);
    });

    it('loses nothing that comes in while what was read is taken out', async () => {
      const { log, another } = await open();
      const asking = [await another(), await another()];
      await written(log, creation('trip-1', { owner: 'worker' }));
      const asked = idsFrom('request', 40);
      const taken: string[] = [];
      let fromSeq = 0;
      const takeOnce = async (): Promise<void> => {
        const rows = await log.inbox('trip-1');
        if (rows.length === 0) return;
        await written(log, append('trip-1', { fromSeq, inboxThrough: rows.at(-1)!.number }));
        fromSeq += 1;
        taken.push(...rows.map(({ data }) => data));
      };
      const take = async (): Promise<void> => {
        for (let turn = 0; turn < 20; turn++) await takeOnce();
      };
      const ask = async (index: number): Promise<void> => {
        for (const data of asked.filter((_, turn) => turn % 2 === index)) await asking[index]!.request('trip-1', { kind: 'cancel', data });
      };
      await Promise.all([take(), ask(0), ask(1)]);
      await takeOnce();
      expect(taken.toSorted()).toEqual(asked.toSorted());
      expect(await log.inbox('trip-1')).toEqual([]);
    });

    it('wakes an execution that somebody gives up at the same moment', async () => {
      const { log, another } = await open();
      const asking = [await another(), await another()];
      for (let turn = 0; turn < 5; turn++) {
        const ids = idsFrom(`trip-${turn}`, 16);
        await written(log, ...ids.map((id) => creation(id, { owner: 'worker' })));
        const wakeInMs = turn % 2 ? null : hourMs;
        await Promise.all([
          log.write(ids.map((id) => append(id, { keepsOwner: false, wakeInMs }))),
          ...ids.map((id, index) => asking[index % 2]!.request(id, { kind: 'cancel', data: '' })),
          ...ids.map((id) => write(log, append(id, { keepsOwner: false, wakeInMs, fromSeq: 1 }))),
        ]);
        expect(idsOf(await claimed(log, 'other', [bookTrip])).filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
      }
    });

    it('takes many at a time', async () => {
      const { log, another } = await open();
      const logs = [log, await another()];
      await written(log, creation('trip-1'));
      const requests = idsFrom('request', 30).map((data, index) => logs[index % 2]!.request('trip-1', { kind: 'cancel', data }));
      const answers = await Promise.all(requests);
      expect(new Set(answers)).toEqual(new Set(['delivered']));
      const numbers = (await log.inbox('trip-1')).map(({ number }) => number);
      expect(new Set(numbers).size).toBe(30);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });
  });
}
