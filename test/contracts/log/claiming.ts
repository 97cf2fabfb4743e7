import { describe, expect, it } from 'vitest';
import type { Claimable } from '../../../src/durable/execution-log.js';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, ending, event, headOf, hourMs, idsFrom, idsOf, write, written } from './given.js';

export function holdsForClaims(open: OpenStore): void {
  describe('a claim', () => {
    it('makes the worker the owner, under a new epoch, and answers with the head as it is then', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { metadata: '{"a":1}', events: [event('execution-begun')] }));
      const before = await headOf(log, 'trip-1');
      const [{ takenFrom, nowMs, ...head } = expect.fail(), ...others] = await claimed(log, 'worker');
      expect(others).toEqual([]);
      expect(head).toEqual({ ...before, metadata: '{"a":1}', owner: 'worker', epoch: 2 });
      expect(takenFrom).toBeNull();
      expect(nowMs).toBeGreaterThanOrEqual(before.startedAtMs);
      expect(await log.heads(['trip-1'])).toEqual([head]);
      expect(await log.owned('worker')).toEqual([{ id: 'trip-1', epoch: 2 }]);
    });

    it('gets nothing where nothing is due', async () => {
      const { log } = await open();
      await log.beat('alive', hourMs, [bookTrip]);
      await written(log, ...['later', 'stuck', 'ended', 'owned'].map((id) => creation(id, { owner: 'alive' })));
      await written(
        log,
        append('later', { keepsOwner: false, wakeInMs: hourMs }),
        append('stuck', { keepsOwner: false, status: 'stuck', wakeInMs: null }),
        ending('ended'),
        append('owned', { wakeInMs: -hourMs }),
      );
      expect(await claimed(log, 'worker')).toEqual([]);
      expect(await claimed(log, 'alive')).toEqual([]);
    });

    it('takes over from a worker whose lease has expired, and writes down from whom and when', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'first' }));
      await log.beat('first', 0);
      const [second = expect.fail()] = await claimed(log, 'second');
      expect(second).toMatchObject({ owner: 'second', epoch: 2, takenFrom: 'first', takeovers: `first@${second.nowMs},` });
      const [third = expect.fail()] = await claimed(log, 'third');
      expect(third).toMatchObject({ epoch: 3, takenFrom: 'second', takeovers: `first@${second.nowMs},second@${third.nowMs},` });
    });

    it('takes over no sooner than the execution is to wake', async () => {
      const { log } = await open();
      await written(log, creation('later', { owner: 'gone' }), creation('never', { owner: 'gone' }), creation('now', { owner: 'gone' }));
      await written(log, append('later', { wakeInMs: hourMs }), append('never', { wakeInMs: null, status: 'stuck' }), append('now'));
      expect(idsOf(await claimed(log, 'worker'))).toEqual(['now']);
    });

    it('finds the takeovers forgotten after progress, and only then', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'first' }));
      const [{ epoch, takeovers } = expect.fail()] = await claimed(log, 'second');
      await written(log, append('trip-1', { epoch, isProgress: false }));
      expect((await headOf(log, 'trip-1')).takeovers).toBe(takeovers);
      await written(log, append('trip-1', { epoch, fromSeq: 1, isProgress: true }));
      expect((await headOf(log, 'trip-1')).takeovers).toBe('');
    });

    it('gets the longest due first, orphans among them, and no more than asked for', async () => {
      const { log } = await open();
      const dueForMs = { b: 2_000, e: 5_000, a: 1_000, d: 4_000, c: 3_000 };
      const ids = Object.keys(dueForMs);
      await written(log, ...ids.map((id) => creation(id, { owner: 'gone' })));
      await written(
        log,
        ...Object.entries(dueForMs).map(([id, ms]) => append(id, { keepsOwner: ms % 2_000 === 0, wakeInMs: -ms })),
      );
      await log.beat('worker', hourMs);
      const claim = async () => idsOf(await log.claim({ worker: 'worker', claimable: [bookTrip], limit: 2 }));
      expect((await claim()).toSorted()).toEqual(['d', 'e']);
      expect((await claim()).toSorted()).toEqual(['b', 'c']);
      expect(await claim()).toEqual(['a']);
      expect(await claim()).toEqual([]);
    });

    it('is ordered over all graphs and not graph by graph', async () => {
      const { log } = await open();
      await written(log, ...['a', 'b', 'c', 'd'].map((id, index) => creation(id, { saga: index % 2 ? 'Odd' : 'Even' })));
      await written(log, ...['a', 'b', 'c', 'd'].map((id, index) => append(id, { keepsOwner: false, wakeInMs: -1_000 * (index + 1) })));
      const claimable = ['Even', 'Odd'].map((saga) => ({ ...bookTrip, saga }));
      expect(idsOf(await log.claim({ worker: 'worker', claimable, limit: 2 })).toSorted()).toEqual(['c', 'd']);
    });

    it('gets nothing of graphs that the worker cannot run', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, creation('trip-1'), creation('trip-2', { fingerprint: 'v2' }), creation('order-1', { saga: 'Order' }));
      expect(await claimed(log, 'worker', [])).toEqual([]);
      expect(await claimed(log, 'worker', [{ ...bookTrip, fingerprint: 'v3' }, { ...bookTrip, saga: 'Trip' }])).toEqual([]);
      expect(idsOf(await claimed(log, 'worker', [{ ...bookTrip, fingerprint: 'v2' }]))).toEqual(['trip-2']);
      const rest = [bookTrip, { ...bookTrip, saga: 'Order' }];
      expect(idsOf(await claimed(log, 'worker', rest)).toSorted()).toEqual(['order-1', 'trip-1']);
    });

    it('is not kept from what it can run by any number that it cannot, however long they are due', async () => {
      const { log } = await open();
      const old = idsFrom('old', 50);
      await written(log, ...old.map((id) => creation(id, { fingerprint: 'v0' })), creation('far'), creation('trip-1'));
      await written(log, ...old.map((id) => append(id, { keepsOwner: false, wakeInMs: -hourMs })));
      await written(log, append('far', { keepsOwner: false, stage: 9, wakeInMs: -hourMs }));
      const claimable = [{ ...bookTrip, belowStage: 9 }];
      expect(idsOf(await log.claim({ worker: 'worker', claimable, limit: 1 }))).toEqual(['trip-1']);
    });

    it('gets what has begun no stage that differs, and makes it one of the new graph', async () => {
      const { log } = await open();
      await written(log, ...[-1, 0, 1, 2].map((stage) => creation(`at-${stage}`, { stage })));
      const upgrade: Claimable = { saga: 'BookTrip', fingerprint: 'v1', belowStage: 1, becomes: 'v2' };
      const got = await claimed(log, 'worker', [{ ...bookTrip, fingerprint: 'v2' }, upgrade]);
      expect(got.map(({ id, fingerprint }) => `${id} ${fingerprint}`).toSorted()).toEqual(['at--1 v2', 'at-0 v2']);
      expect(await headOf(log, 'at-0')).toMatchObject({ fingerprint: 'v2' });
      expect(await headOf(log, 'at-1')).toMatchObject({ fingerprint: 'v1', owner: null, epoch: 1 });
    });

    it('never gets the same as another at the same time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another(), await another()];
      const ids = idsFrom('trip', 60);
      await written(log, ...ids.map((id, index) => creation(id, { owner: index % 2 ? 'gone' : null })));
      const workers = idsFrom('worker', 12);
      for (const worker of workers) await log.beat(worker, hourMs, [bookTrip]);
      const got = await Promise.all(
        workers.map(async (worker, index) => {
          const mine: string[] = [];
          for (let turn = 0; turn < 8; turn++) {
            mine.push(...idsOf(await logs[index % 4]!.claim({ worker, claimable: [bookTrip], limit: 3 })));
          }
          return mine;
        }),
      );
      expect(got.flat()).toHaveLength(new Set(got.flat()).size);
      for (const [index, mine] of got.entries()) {
        expect(idsOf(await log.owned(workers[index]!)).toSorted()).toEqual(mine.toSorted());
      }
      // One at a time may be passed over by another who claims it: what is left is claimed by the next.
      const left = idsOf(await claimed(log, 'last'));
      expect([...got.flat(), ...left].toSorted()).toEqual(ids.toSorted());
      for (const { epoch } of await log.heads(ids)) expect(epoch).toBe(2);
    });

    it('of one id is granted to one among many at a time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const ids = idsFrom('trip', 10);
      await written(log, ...ids.map((id) => creation(id)));
      const workers = idsFrom('worker', 6);
      for (const worker of workers) await log.beat(worker, hourMs);
      for (const id of ids) {
        const claims = workers.map((worker, index) => logs[index % 3]!.claim({ worker, claimable: [bookTrip], limit: 1, id }));
        expect(idsOf((await Promise.all(claims)).flat())).toEqual([id]);
      }
    });

    it('and the append of whoever owned it before: one comes first, and nothing of the other is left', async () => {
      const { log, another } = await open();
      const other = await another();
      const ids = idsFrom('trip', 20);
      await written(log, ...ids.map((id) => creation(id, { owner: 'gone' })));
      await log.beat('worker', hourMs);
      const [claims, appends] = await Promise.all([
        Promise.all(ids.map((id) => other.claim({ worker: 'worker', claimable: [bookTrip], limit: 1, id }))),
        Promise.all(ids.map((id) => write(log, append(id)))),
      ]);
      for (const [index, id] of ids.entries()) {
        const [{ seq } = expect.fail()] = claims[index]!;
        const isWritten = appends[index]!.type === 'written';
        expect(seq).toBe(isWritten ? 1 : 0);
        expect(await log.events(id, 0, 10)).toHaveLength(seq);
      }
    });
  });

  describe('a claim of one execution', () => {
    it('gets this one, whenever it is to wake, and whether it is stuck or has ended', async () => {
      const { log } = await open();
      const ids = ['other', 'later', 'stuck', 'ended', 'orphan'];
      await written(log, ...ids.map((id) => creation(id, { owner: 'gone' })));
      await written(
        log,
        append('later', { keepsOwner: false, wakeInMs: hourMs }),
        append('stuck', { keepsOwner: false, status: 'stuck', wakeInMs: null }),
        ending('ended'),
        append('orphan', { wakeInMs: hourMs }),
      );
      await log.beat('worker', hourMs);
      for (const id of ids.slice(1)) {
        const before = await headOf(log, id);
        const claimable = [bookTrip];
        const [{ takenFrom, nowMs, ...head } = expect.fail(), ...others] = await log.claim({ worker: 'worker', claimable, limit: 5, id });
        expect(others).toEqual([]);
        expect(takenFrom).toBe(id === 'orphan' ? 'gone' : null);
        expect(head).toEqual({ ...before, owner: 'worker', epoch: 2, takeovers: id === 'orphan' ? `gone@${nowMs},` : '' });
      }
      expect(await headOf(log, 'other')).toMatchObject({ owner: 'gone', epoch: 1 });
    });

    it('gets nothing where somebody alive owns it, or the worker cannot run it, or there is none', async () => {
      const { log } = await open();
      await log.beat('alive', hourMs);
      await written(log, creation('owned', { owner: 'alive' }), creation('other', { fingerprint: 'v2' }), creation('far', { stage: 3 }));
      for (const id of ['owned', 'other', 'far', 'nobody']) {
        expect(await log.claim({ worker: 'worker', claimable: [{ ...bookTrip, belowStage: 3 }], limit: 1, id })).toEqual([]);
      }
      expect(await log.claim({ worker: 'alive', claimable: [bookTrip], limit: 1, id: 'owned' })).toEqual([]);
      expect(await log.list({ limit: 10 })).toMatchObject([{ epoch: 1 }, { epoch: 1 }, { epoch: 1 }]);
    });
  });

  describe('a release', () => {
    it('lets others claim at once, whenever it was to wake', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, ...['now', 'later', 'kept'].map((id) => creation(id, { owner: 'worker' })));
      await written(log, append('later', { wakeInMs: hourMs }));
      await log.release([{ id: 'now', epoch: 1 }, { id: 'later', epoch: 1 }]);
      expect(await log.owned('worker')).toEqual([{ id: 'kept', epoch: 1 }]);
      const got = await claimed(log, 'other');
      expect(idsOf(got).toSorted()).toEqual(['later', 'now']);
      expect(got).toMatchObject([{ takenFrom: null, takeovers: '' }, { takenFrom: null, takeovers: '' }]);
    });

    it('wakes nothing that is stuck or has ended', async () => {
      const { log } = await open();
      await written(log, creation('stuck'), creation('ended'));
      await written(log, append('stuck', { status: 'stuck', wakeInMs: null, keepsOwner: false }), ending('ended'));
      for (const id of ['stuck', 'ended']) {
        const [{ epoch } = expect.fail()] = await log.claim({ worker: 'worker', claimable: [bookTrip], limit: 1, id });
        await log.release([{ id, epoch }]);
        expect(await headOf(log, id)).toMatchObject({ owner: null, wakeAtMs: null });
      }
      expect(await claimed(log, 'other')).toEqual([]);
    });

    it('under another epoch, of what nobody owns, or of what does not exist, changes nothing', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, creation('owned', { owner: 'worker' }), creation('free', { owner: 'worker' }));
      await written(log, append('free', { keepsOwner: false, wakeInMs: hourMs }));
      const before = await log.list({ limit: 10 });
      await log.release([{ id: 'owned', epoch: 0 }, { id: 'free', epoch: 1 }, { id: 'nobody', epoch: 1 }]);
      await log.release([{ id: 'owned', epoch: 2 }]);
      await log.release([]);
      expect(await log.list({ limit: 10 })).toEqual(before);
    });
  });
}
