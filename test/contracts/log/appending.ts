import { describe, expect, it } from 'vitest';
import { isSagaError } from 'class-saga';
import type { Write } from '../../../src/durable/execution-log.js';
import type { OpenStore } from './given.js';
import { append, claimed, creation, ending, event, headOf, hourMs, idsFrom, write, written } from './given.js';

export function holdsForAppends(open: OpenStore): void {
  describe('an append', () => {
    it('adds its events, and makes the head what it says', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker', events: [event('execution-begun')] }));
      const before = await headOf(log, 'trip-1');
      const [{ atMs } = expect.fail()] = await written(
        log,
        append('trip-1', {
          fromSeq: 1,
          nonce: 'second',
          events: [event('step-succeeded', 'hotel', '[7]'), event('step-begun', 'flight')],
          status: 'compensating',
          stage: 4,
          wakeInMs: 1_234,
          output: 'so far',
        }),
      );
      expect(await log.heads(['trip-1'])).toEqual([
        {
          ...before,
          seq: 3,
          status: 'compensating',
          stage: 4,
          nonce: 'second',
          wakeAtMs: atMs + 1_234,
          updatedAtMs: atMs,
          output: 'so far',
        },
      ]);
      expect(await log.events('trip-1', 1, 10)).toEqual([
        { seq: 2, atMs, type: 'step-succeeded', step: 'hotel', data: '[7]' },
        { seq: 3, atMs, type: 'step-begun', step: 'flight', data: '' },
      ]);
    });

    it('leaves the output as it was where it gives none, and takes one that is empty', async () => {
      const { log } = await open();
      await written(log, creation('trip-1'));
      await written(log, append('trip-1', { output: 'stuck with this' }));
      await written(log, append('trip-1', { fromSeq: 1 }));
      expect((await headOf(log, 'trip-1')).output).toBe('stuck with this');
      await written(log, append('trip-1', { fromSeq: 2, output: '' }));
      expect((await headOf(log, 'trip-1')).output).toBe('');
    });

    it('without events changes the head alone', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker', events: [event('execution-begun')] }));
      await written(log, append('trip-1', { fromSeq: 1, events: [], status: 'stuck', wakeInMs: null, keepsOwner: false }));
      expect(await headOf(log, 'trip-1')).toMatchObject({ seq: 1, status: 'stuck', wakeAtMs: null, owner: null, endedAtMs: null });
      expect(await log.events('trip-1', 0, 10)).toHaveLength(1);
    });

    it('that keeps no owner gives it up, to be claimed when it wakes and not before', async () => {
      const { log } = await open();
      await written(log, creation('soon', { owner: 'worker' }), creation('late', { owner: 'worker' }));
      await written(log, append('soon', { keepsOwner: false }), append('late', { keepsOwner: false, wakeInMs: hourMs }));
      expect(await log.owned('worker')).toEqual([]);
      expect(await claimed(log, 'other')).toMatchObject([{ id: 'soon', takenFrom: null, takeovers: '' }]);
    });

    it('that ends an execution says when, and nobody can claim it any more', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker' }));
      const [{ atMs } = expect.fail()] = await written(log, ending('trip-1', { output: 'done' }));
      const ended = { status: 'completed', endedAtMs: atMs, wakeAtMs: null, owner: null, output: 'done' };
      expect(await headOf(log, 'trip-1')).toMatchObject(ended);
      expect(await claimed(log, 'other')).toEqual([]);
    });

    it.each([
      ['an older epoch', { epoch: 0 }],
      ['an epoch that is yet to come', { epoch: 2 }],
      ['an older seq', { fromSeq: 0 }],
      ['a seq that is yet to come', { fromSeq: 2 }],
    ])('with %s is fenced, and changes nothing', async (_, over) => {
      const { log } = await open();
      await written(log, creation('trip-1', { owner: 'worker', events: [event('execution-begun')] }));
      await log.request('trip-1', { kind: 'cancel', data: '' });
      const head = await headOf(log, 'trip-1');
      const [{ number } = expect.fail()] = await log.inbox('trip-1');
      const late = ending('trip-1', { fromSeq: 1, outbox: ['event'], inboxThrough: number, dropsEvents: true, ...over });
      expect(await write(log, late)).toEqual({ type: 'fenced' });
      expect(await log.heads(['trip-1'])).toEqual([head]);
      expect(await log.events('trip-1', 0, 10)).toHaveLength(1);
      expect(await log.inbox('trip-1')).toHaveLength(1);
      expect(await log.takeOutbox(10, 0)).toEqual([]);
    });

    it('to an execution that does not exist is fenced', async () => {
      const { log } = await open();
      expect(await write(log, append('nobody'))).toEqual({ type: 'fenced' });
      expect(await log.heads(['nobody'])).toEqual([]);
      expect(await log.events('nobody', 0, 10)).toEqual([]);
    });

    it('of whoever owned it before a claim is fenced, and that of whoever claimed it is written', async () => {
      const { log, another } = await open();
      await written(log, creation('trip-1', { owner: 'gone' }));
      const [{ epoch } = expect.fail()] = await claimed(log, 'other');
      expect(epoch).toBe(2);
      expect(await write(await another(), append('trip-1', { epoch: 1 }))).toEqual({ type: 'fenced' });
      await written(log, append('trip-1', { epoch }));
      expect(await log.events('trip-1', 0, 10)).toHaveLength(1);
    });

    it('from one seq is written once among many at a time, and leaves no gap', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      await written(log, creation('trip-1', { owner: 'worker' }));
      for (let seq = 0; seq < 6; seq += 2) {
        const results = await Promise.all(
          idsFrom('nonce', 12).map((nonce, index) =>
            write(logs[index % 3]!, append('trip-1', { fromSeq: seq, nonce, events: [event(nonce), event(nonce)] })),
          ),
        );
        expect(results.filter(({ type }) => type === 'written')).toHaveLength(1);
        const { nonce } = await headOf(log, 'trip-1');
        expect(await log.events('trip-1', seq, 10)).toMatchObject([{ seq: seq + 1, type: nonce }, { seq: seq + 2, type: nonce }]);
      }
      expect((await headOf(log, 'trip-1')).seq).toBe(6);
    });

    it('that drops events leaves none, and the head keeps their number', async () => {
      const { log } = await open();
      await written(log, creation('trip-1', { events: [event('one'), event('two')] }), creation('trip-2', { events: [event('one')] }));
      await written(log, append('trip-1', { fromSeq: 2, events: [event('three')], dropsEvents: true }));
      expect(await log.events('trip-1', 0, 10)).toEqual([]);
      expect((await headOf(log, 'trip-1')).seq).toBe(3);
      await written(log, append('trip-1', { fromSeq: 3, events: [event('four')] }));
      expect(await log.events('trip-1', 0, 10)).toMatchObject([{ seq: 4, type: 'four' }]);
      expect(await log.events('trip-1', 3, 10)).toMatchObject([{ seq: 4 }]);
      expect(await log.events('trip-1', 4, 10)).toEqual([]);
      expect((await headOf(log, 'trip-1')).input).toBe('{}');
      expect(await log.events('trip-2', 0, 10)).toHaveLength(1);
    });
  });

  describe('events', () => {
    it('come in order, from any seq, page by page', async () => {
      const { log } = await open();
      const types = idsFrom('event', 25);
      const [first, second] = [types.slice(0, 12), types.slice(12)].map((some) => some.map((type) => event(type)));
      await written(log, creation('trip-1', { events: first! }), creation('trip-2', { events: [event('x')] }));
      await written(log, append('trip-1', { fromSeq: 12, events: second! }));
      const read: string[] = [];
      for (let seq = 0, page = await log.events('trip-1', seq, 10); page.length > 0; page = await log.events('trip-1', seq, 10)) {
        expect(page.map((one) => one.seq)).toEqual(page.map((_, index) => seq + index + 1));
        read.push(...page.map(({ type }) => type));
        seq += page.length;
      }
      expect(read).toEqual(types);
      expect(await log.events('trip-1', 25, 10)).toEqual([]);
    });
  });

  describe('a batch', () => {
    it('of creations and appends is answered one by one', async () => {
      const { log } = await open();
      await written(log, creation('taken'), creation('mine'), creation('fenced'));
      const results = await log.write([
        append('mine', { events: [event('a'), event('b')] }),
        creation('taken', { nonce: 'other' }),
        append('fenced', { epoch: 7 }),
        creation('new', { events: [event('c')] }),
        append('nobody'),
      ]);
      expect(results).toMatchObject([
        { type: 'written' },
        { type: 'exists', head: { id: 'taken', nonce: 'created taken' } },
        { type: 'fenced' },
        { type: 'written' },
        { type: 'fenced' },
      ]);
      expect((await log.events('mine', 0, 10)).map(({ type }) => type)).toEqual(['a', 'b']);
      expect((await log.events('new', 0, 10)).map(({ type }) => type)).toEqual(['c']);
      expect(await log.events('fenced', 0, 10)).toEqual([]);
    });

    it('of nothing is answered with nothing', async () => {
      const { log } = await open();
      expect(await log.write([])).toEqual([]);
    });

    it('of hundreds is written as one', async () => {
      const { log } = await open();
      const ids = idsFrom('trip', 500);
      await written(log, ...ids.map((id) => creation(id, { events: [event('execution-begun', null, id)] })));
      await written(log, ...ids.map((id) => append(id, { fromSeq: 1, events: [event('a', id), event('b', id)] })));
      expect(await log.events('trip-499', 0, 10)).toMatchObject([{ data: 'trip-499' }, { type: 'a', step: 'trip-499' }, { type: 'b' }]);
      expect((await log.list({ limit: 1_000 })).map(({ seq }) => seq)).toEqual(ids.map(() => 3));
    });

    it.each([
      ['an event', creation('bad', { events: [event('step-begun', null, 'a\0b')] })],
      ['an input', creation('bad', { input: '\0' })],
      ['an output', append('old', { output: 'a\0' })],
      ['something for the outbox', append('old', { outbox: ['fine', '\0a'] })],
    ])('is written as a whole or not at all: with NUL in %s not at all', async (_, bad) => {
      const { log } = await open();
      await written(log, creation('old'), creation('older'));
      const before = await log.heads(['old', 'older']);
      const batch = [creation('new'), append('older'), bad, creation('newest')];
      const error: unknown = await log.write(batch).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      // Somebody who waits until the store can be reached would wait for ever.
      expect(isSagaError(error) && error.code === 'SAGA_LOG_UNAVAILABLE').toBe(false);
      expect(await log.heads(['old', 'older', 'new', 'newest', 'bad'])).toEqual(before);
      expect(await log.events('older', 0, 10)).toEqual([]);
      expect(await written(log, creation('new'), append('older'))).toHaveLength(2);
    });

    it('waits for no other that has the same executions in another order', async () => {
      const { log, another } = await open();
      const logs = [log, await another(), await another()];
      const ids = idsFrom('trip', 20);
      const turned = ids.toReversed();
      const batchesOf = (one: (id: string, nonce: string) => Write) => {
        const batches = idsFrom('nonce', 12).map((nonce, index) => (index % 2 ? ids : turned).map((id) => one(id, nonce)));
        return Promise.all(batches.map((batch, index) => logs[index % 3]!.write(batch)));
      };

      const created = await batchesOf((id, nonce) => creation(id, { nonce }));
      expect(created.flat().filter(({ type }) => type === 'written')).toHaveLength(20);
      const appended = await batchesOf((id, nonce) => append(id, { nonce }));
      expect(appended.flat().filter(({ type }) => type === 'written')).toHaveLength(20);
      expect((await log.list({ limit: 100 })).map(({ seq }) => seq)).toEqual(ids.map(() => 1));
    });
  });
}
