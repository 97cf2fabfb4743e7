import { describe, expect, it } from 'vitest';
import type { OpenStore } from './given.js';
import { append, bookTrip, claimed, creation, ending, event, headOf, hostileTexts, hourMs, idsOf, write, written } from './given.js';

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 4)} × ${text.length}` : text);

export function holdsForTexts(open: OpenStore): void {
  describe('text', () => {
    it.each(hostileTexts.map((text) => [shown(text), text]))('%s stays what it is, wherever it stands', async (_, text) => {
      const { log, another } = await open();
      const other = await another();
      const claimable = { saga: text, fingerprint: text, belowStage: Infinity, becomes: `${text}${text}` };
      await log.declare([{ saga: text, fingerprint: text, prefixes: [text, '', text] }]);
      expect(await other.graphsOf([text])).toEqual([{ saga: text, fingerprint: text, prefixes: [text, '', text] }]);

      const beginning = [event(text, text, text), event('second', '', '')];
      const names = { saga: text, fingerprint: text, nonce: text, input: text, inputHash: text, metadata: text };
      await written(log, creation(text, { ...names, events: beginning }), creation('other', { saga: `${text}!` }));
      expect(await headOf(other, text)).toMatchObject({ id: text, ...names });
      expect(await other.events(text, 0, 10)).toMatchObject(beginning);
      expect(await write(other, creation(text, { nonce: 'another' }))).toMatchObject({ type: 'exists', head: { id: text, ...names } });
      expect(idsOf(await other.list({ saga: text, limit: 10 }))).toEqual([text]);
      expect(idsOf(await other.unclaimable(0, 10)).toSorted()).toEqual([text, 'other'].toSorted());

      await log.beat(text, hourMs, [claimable]);
      expect(idsOf(await other.unclaimable(0, 10))).toEqual(['other']);
      const [mine = expect.fail(), ...others] = await claimed(log, text, [claimable]);
      expect(others).toEqual([]);
      expect(mine).toMatchObject({ id: text, owner: text, fingerprint: `${text}${text}`, epoch: 2, input: text });
      expect(await other.owned(text)).toEqual([{ id: text, epoch: 2 }]);
      expect(await other.request(text, { kind: 'late-effect', data: text })).toBe('delivered');
      expect(await log.inbox(text)).toMatchObject([{ data: text }]);
      expect((await log.beat(text, hourMs)).withInbox).toEqual([text]);

      await log.retire(text, true);
      expect(await other.livedOn([text])).toEqual([text]);
      const again = { ...claimable, fingerprint: `${text}${text}` };
      const [{ takeovers, nowMs, epoch } = expect.fail()] = await other.claim({ worker: 'next', claimable: [again], limit: 1, id: text });
      expect(takeovers).toBe(`${text}@${nowMs},`);

      const [{ number } = expect.fail()] = await other.inbox(text);
      const end = { epoch, fromSeq: 2, nonce: `${text} end`, output: text, outbox: [text, ''], inboxThrough: number };
      await written(other, ending(text, { ...end, events: [event(text, null, text)] }));
      expect(await headOf(log, text)).toMatchObject({ output: text, nonce: `${text} end`, hasInbox: false, seq: 3 });
      const row = { execution: text, saga: text, metadata: text, failures: 0 };
      expect(await log.takeOutbox(10, 0)).toEqual([{ ...row, index: 0, data: text }, { ...row, index: 1, data: '' }]);
      await log.unpublished(text, 0);
      expect(await log.takeOutbox(10, 0, text)).toHaveLength(2);
      await log.published([text]);
      expect(await log.deleteEnded(0, 10)).toBe(1);
      expect(idsOf(await log.list({ limit: 10 }))).toEqual(['other']);
    });

    it('is told apart by every character, in ids and in names', async () => {
      const { log } = await open();
      const ids = [...hostileTexts, 'a', 'A', 'á', 'a\u0301', 'a ', ' a', 'ａ', 'ß', 'ss', 'SS', '1', '01', '1.0', 'ı', 'i', 'I', 'İ'];
      await written(log, ...ids.map((id) => creation(id, { owner: id, saga: id, input: id })));
      for (const id of ids) {
        expect(await log.heads([id])).toMatchObject([{ id, input: id }]);
        expect(await log.owned(id)).toEqual([{ id, epoch: 1 }]);
        expect(idsOf(await log.list({ saga: id, limit: 10 }))).toEqual([id]);
      }
      expect(await log.list({ limit: 100 })).toHaveLength(ids.length);
    });

    it('of a megabyte and more comes back whole', async () => {
      const { log, another } = await open();
      const big = (of: string): string => `${of}${'0123456789abcdé🧳'.repeat(75_000)}`;
      await written(log, creation('trip-1', { input: big('input'), events: [event('a', null, big('a')), event('b', null, big('b'))] }));
      await log.request('trip-1', { kind: 'late-effect', data: big('asked') });
      const [{ number, data } = expect.fail()] = await log.inbox('trip-1');
      expect(data === big('asked')).toBe(true);
      await written(log, append('trip-1', { fromSeq: 2, inboxThrough: number, events: [event('c', null, big('c'))] }));
      await written(log, ending('trip-1', { fromSeq: 3, output: big('output'), outbox: [big('one'), big('two')] }));
      const other = await another();
      const { input, output } = await headOf(other, 'trip-1');
      expect(input === big('input') && output === big('output')).toBe(true);
      expect((await other.events('trip-1', 0, 3)).every((one) => one.data === big(one.type))).toBe(true);
      const rows = await other.takeOutbox(1, 0);
      expect(rows.map((row, index) => row.data === big(['one', 'two'][index]!))).toEqual([true, true]);
      expect(idsOf(await other.list({ limit: 10 }))).toEqual(['trip-1']);
    });

    it('of thousands of characters can be a step, a saga, a graph and a nonce', async () => {
      const { log } = await open();
      const long = 'lodging/'.repeat(200);
      await written(log, creation('trip-1', { nonce: long, events: [event(long, long, long)] }));
      expect(await log.events('trip-1', 0, 1)).toMatchObject([{ type: long, step: long, data: long }]);
      expect((await claimed(log, 'worker', [bookTrip]))[0]).toMatchObject({ nonce: long });
    });
  });
}
