import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, event, headOf, idsFrom, idsOf, write, written } from './given.js';

export function holdsForCreations(open: OpenStore): void {
  describe('a creation', () => {
    it('makes a head that nobody owns and everybody may claim at once', async () => {
      const { log } = await open();
      const [{ atMs, hasInbox } = expect.fail()] = await written(log, creation('trip-1', { input: '{"to":"Rome"}', inputHash: 'h' }));
      expect(Number.isSafeInteger(atMs)).toBe(true);
      expect(hasInbox).toBe(false);
      expect(await log.heads(['trip-1'])).toEqual([
        {
          id: 'trip-1',
          saga: 'BookTrip',
          fingerprint: 'v1',
          status: 'pending',
          seq: 0,
          epoch: 1,
          owner: null,
          wakeAtMs: atMs,
          deadlineAtMs: null,
          stage: -1,
          nonce: 'created trip-1',
          input: '{"to":"Rome"}',
          inputHash: 'h',
          metadata: null,
          output: null,
          takeovers: '',
          hasInbox: false,
          startedAtMs: atMs,
          updatedAtMs: atMs,
          endedAtMs: null,
        },
      ]);
      expect(idsOf(await claimed(log, 'worker'))).toEqual(['trip-1']);
    });

    it('begins at once with its events, where somebody owns it', async () => {
      const { log } = await open();
      await log.beat('worker', 1e9, [bookTrip]);
      const events = [event('execution-begun', null, '{"a":1}'), event('step-begun', 'hotel')];
      const [{ atMs } = expect.fail()] = await written(log, creation('trip-1', { owner: 'worker', status: 'running', stage: 0, events }));
      expect(await headOf(log, 'trip-1')).toMatchObject({ owner: 'worker', status: 'running', stage: 0, seq: 2, epoch: 1 });
      expect(await log.events('trip-1', 0, 10)).toEqual([
        { seq: 1, atMs, type: 'execution-begun', step: null, data: '{"a":1}' },
        { seq: 2, atMs, type: 'step-begun', step: 'hotel', data: '' },
      ]);
      expect(await claimed(log, 'other')).toEqual([]);
    });

    it('keeps its metadata as it was given, whatever is written later', async () => {
      const { log, another } = await open();
      const metadata = '{"metadata":{"tenant":"acme"}}';
      await written(log, creation('with', { metadata }), creation('without'));
      await written(log, append('with'), append('without'));
      expect(await headOf(await another(), 'with')).toMatchObject({ metadata, seq: 1 });
      expect(await headOf(log, 'without')).toMatchObject({ metadata: null, seq: 1 });
      const listed = (await log.list({ limit: 10 })).map((head) => [head.id, head.metadata]);
      expect(listed.toSorted()).toEqual([['with', metadata], ['without', null]]);
    });

    it('counts the deadline from now', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { deadlineMs: 90_061_001 }));
      const { deadlineAtMs, startedAtMs } = await headOf(log, 'trip-1');
      expect(deadlineAtMs! - startedAtMs).toBe(90_061_001);
    });

    it('finds the id taken by what an append beside it is of, and keeps nobody from that', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { nonce: 'first', owner: 'worker' }));
      const exists = { type: 'exists', head: { id: 'trip-1', owner: 'worker' } };
      expect(await log.write([creation('trip-1'), append('trip-1')])).toMatchObject([exists, { type: 'written' }]);
      expect(await log.write([append('trip-1', { fromSeq: 7 }), creation('trip-1')])).toMatchObject([{ type: 'fenced' }, exists]);
      expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 1, owner: 'worker', nonce: 'appended to trip-1' });
    });

    it('changes nothing where the id is taken, and says by what', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker', status: 'running', events: [event('execution-begun')] }));
      const head = await headOf(log, 'trip-1');
      const other = { saga: 'Other', nonce: 'another', input: '{"b":2}', metadata: '{"c":3}' };
      const again = creation('trip-1', { ...other, events: [event('other'), event('other')] });
      expect(await write(log, again)).toEqual({ type: 'exists', head });
      expect(await log.heads(['trip-1'])).toEqual([head]);
      expect(await log.events('trip-1', 0, 10)).toMatchObject([{ type: 'execution-begun' }]);
    });

    it('that is sent twice finds its own nonce', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1', { nonce: 'mine' }));
      const again = await write(await another(), creation('trip-1', { nonce: 'mine' }));
      expect(again).toMatchObject({ type: 'exists', head: { nonce: 'mine' } });
      expect(await log.list({ limit: 10 })).toHaveLength(1);
    });

    it('of one id succeeds once among many at a time', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const results = await Promise.all(
        idsFrom('nonce', 24).map((nonce, index) => write(logs[index % 3]!, creation('trip-1', { nonce, events: [event(nonce)] }))),
      );
      expect(results.filter(({ type }) => type === 'written')).toHaveLength(1);
      const { nonce, seq } = await headOf(log, 'trip-1');
      expect(seq).toBe(1);
      expect(await log.events('trip-1', 0, 10)).toMatchObject([{ type: nonce }]);
      for (const result of results) if (result.type === 'exists') expect(result.head.nonce).toBe(nonce);
    });

    it('is seen by another log on the store', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1'));
      expect(await (await another()).heads(['trip-1'])).toEqual(await log.heads(['trip-1']));
    });
  });

  describe('heads', () => {
    it('come for the ids that there are, once each', async () => {
      const { log } = await open();
      await written(log, creation('a'), creation('b'), creation('c'));
      expect(idsOf(await log.heads(['c', 'nobody', 'a', 'c'])).toSorted()).toEqual(['a', 'c']);
      expect(await log.heads([])).toEqual([]);
    });

    it('belong to whoever asked: to change one changes nothing in the log', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { events: [event('execution-begun')] }));
      for (const told of [...(await log.heads(['trip-1'])), ...(await log.list({ limit: 1 })), ...(await log.events('trip-1', 0, 1))]) {
        Reflect.set(told, 'status', 'completed');
        Reflect.set(told, 'type', 'other');
      }
      expect(await headOf(log, 'trip-1')).toMatchObject({ status: 'pending' });
      expect(await log.events('trip-1', 0, 1)).toMatchObject([{ type: 'execution-begun' }]);
    });
  });
}
