import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, ending, headOf, hourMs, idsOf, written } from './given.js';

const centuryMs = 3_000_000_000_000;

export function holdsForDurations(open: OpenStore): void {
  describe('a duration', () => {
    it('that is no whole number of milliseconds is rounded up: nothing is due before its time', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { deadlineMs: 1.5 }), creation('trip-2'));
      const { deadlineAtMs, startedAtMs } = await headOf(log, 'trip-1');
      expect(deadlineAtMs! - startedAtMs).toBe(2);
      await written(log, append('trip-1', { keepsOwner: false, wakeInMs: hourMs + 0.25 }));
      const { wakeAtMs, updatedAtMs } = await headOf(log, 'trip-1');
      expect(wakeAtMs! - updatedAtMs).toBe(hourMs + 1);
      await log.beat('worker', hourMs + 0.5, [bookTrip]);
      expect(await log.beat('worker', hourMs / 7)).toMatchObject({ isAlive: true });
      expect(await log.unclaimable(0.5, 10)).toEqual([]);
      await written(log, ending('trip-2', { outbox: ['a'] }));
      expect(await log.takeOutbox(10, 0.1, 'trip-1')).toEqual([]);
      expect(await log.takeOutbox(10, hourMs / 7)).toHaveLength(1);
      await log.unpublished('trip-2', hourMs / 7);
      expect(await log.takeOutbox(10, 0)).toEqual([]);
      expect(await log.deleteEnded(hourMs / 7, 10)).toBe(0);
    });

    it('without an end is as good as for ever', async () => {
      const { log } = await open();
      await log.beat('worker', Infinity, [bookTrip]);
      await written(log, creation('trip-1', { owner: 'worker', deadlineMs: Infinity }), creation('trip-2'));
      await written(log, append('trip-1', { wakeInMs: Infinity }), ending('trip-2', { outbox: ['a'] }));
      const { startedAtMs, deadlineAtMs, wakeAtMs } = await headOf(log, 'trip-1');
      for (const atMs of [deadlineAtMs!, wakeAtMs!]) {
        expect(Number.isSafeInteger(atMs)).toBe(true);
        expect(atMs - startedAtMs).toBeGreaterThan(centuryMs);
      }
      expect(await log.beat('worker', Infinity)).toMatchObject({ isAlive: true });
      expect(await claimed(log, 'other')).toEqual([]);
      expect(await log.takeOutbox(10, Infinity)).toHaveLength(1);
      expect(await log.takeOutbox(10, Infinity)).toEqual([]);
      await log.unpublished('trip-2', Infinity);
      expect(await log.takeOutbox(10, Infinity)).toEqual([]);
      await log.published(['trip-2']);
      expect(await log.unclaimable(Infinity, 10)).toEqual([]);
      expect(await log.deleteEnded(Infinity, 10)).toBe(0);
      expect(idsOf(await log.list({ limit: 10 })).toSorted()).toEqual(['trip-1', 'trip-2']);
    });
  });
}
