import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { bookTrip, claimed, creation, hourMs, idsOf, write, append, written } from './given.js';

export function holdsForLeases(open: OpenStore): void {
  describe('a lease', () => {
    it('is taken with the first beat, and extended by the others while it lasts', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      const first = await log.beat('worker', hourMs, [bookTrip]);
      expect(first).toEqual({ isAlive: true, nowMs: first.nowMs, withInbox: [] });
      expect(Number.isSafeInteger(first.nowMs)).toBe(true);
      const second = await (await another()).beat('worker', hourMs);
      expect(second.isAlive).toBe(true);
      expect(second.nowMs).toBeGreaterThanOrEqual(first.nowMs);
      expect(await claimed(log, 'other')).toEqual([]);
    });

    it('that has expired is not extended, and what the worker owns may be claimed', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      expect(await log.beat('worker', 0)).toMatchObject({ isAlive: true });
      expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: false });
      expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: false });
      expect(await claimed(log, 'other')).toMatchObject([{ id: 'trip-1', takenFrom: 'worker' }]);
    });

    it('lasts for as long as the last beat said', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      await log.beat('worker', hourMs);
      await log.beat('worker', 0);
      expect(idsOf(await claimed(log, 'other'))).toEqual(['trip-1']);
    });

    it('counts as expired where there never was one', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'unheard of' }));
      expect(await claimed(log, 'other')).toMatchObject([{ id: 'trip-1', takenFrom: 'unheard of' }]);
    });

    it('that has expired takes nothing from the worker that nobody else has claimed', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      await log.beat('worker', 0);
      expect(await log.owned('worker')).toEqual([{ id: 'trip-1', epoch: 1 }]);
      expect(await write(log, append('trip-1'))).toMatchObject({ type: 'written' });
    });

    it('of one worker says nothing of another', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await log.beat('Worker', 0);
      await written(log, creation('lower', { owner: 'worker' }), creation('upper', { owner: 'Worker' }));
      expect(idsOf(await claimed(log, 'other'))).toEqual(['upper']);
      expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: true });
    });
  });

  describe('a worker that retires', () => {
    it('has no lease any more', async () => {
      const { log } = await open();
      await log.beat('worker', hourMs);
      await written(log, creation('trip-1', { owner: 'worker' }));
      await log.retire('worker', true);
      expect(await log.beat('worker', hourMs)).toMatchObject({ isAlive: false });
      expect(await claimed(log, 'other')).toMatchObject([{ id: 'trip-1', takenFrom: 'worker' }]);
    });

    it('is known to have lived on where it says so, even after its lease had expired', async () => {
      const { log, another } = await open();
      for (const worker of ['drained', 'dying', 'silent', 'expired']) await log.beat(worker, worker === 'expired' ? 0 : hourMs);
      await log.retire('drained', true);
      await log.retire('dying', false);
      await log.retire('expired', true);
      const all = ['silent', 'expired', 'unheard of', 'dying', 'drained'];
      expect((await (await another()).livedOn(all)).toSorted()).toEqual(['drained', 'expired']);
      expect(await log.livedOn(['drained'])).toEqual(['drained']);
      expect(await log.livedOn([])).toEqual([]);
    });

    it('may do so twice, and without ever having had a lease', async () => {
      const { log } = await open();
      await log.retire('unheard of', true);
      await log.retire('unheard of', true);
      expect(await log.livedOn(['unheard of'])).toEqual(['unheard of']);
      expect(await log.beat('unheard of', hourMs)).toMatchObject({ isAlive: false });
    });
  });

  describe('what a worker owns', () => {
    it('is what it created, and what it claimed, under the epochs of now', async () => {
      const { log, another } = await open();
      await log.beat('worker', hourMs);
      await written(log, creation('created', { owner: 'worker' }), creation('claimed'), creation('other', { owner: 'other' }));
      await log.claim({ worker: 'worker', claimable: [bookTrip], limit: 10, id: 'claimed' });
      const owned = [...(await (await another()).owned('worker'))].sort((a, b) => a.id.localeCompare(b.id));
      expect(owned).toEqual([{ id: 'claimed', epoch: 2 }, { id: 'created', epoch: 1 }]);
      expect(await log.owned('unheard of')).toEqual([]);
    });
  });
}
