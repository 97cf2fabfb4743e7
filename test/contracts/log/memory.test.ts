import { describe, expect, it } from 'vitest';
import { memoryLog } from '../../../src/durable/memory-log.js';
import { append, bookTrip, creation, event, headOf, hourMs, write, written } from './given.js';
import { logContract } from './suite.js';

logContract('the memory log', async () => {
  const log = memoryLog();
  await log.open();
  return { log, another: async () => log, close: () => log.close() };
});

describe('the memory log', () => {
  it('goes by the clock that it is given', async () => {
    let nowMs = 1_000;
    const log = memoryLog({ now: () => nowMs });
    await written(log, creation('trip-1', { owner: 'worker' }));
    await log.beat('worker', 500);
    const claim = () => log.claim({ worker: 'other', claimable: [bookTrip], limit: 1 });
    nowMs = 1_499;
    expect(await claim()).toEqual([]);
    nowMs = 1_500;
    expect(await claim()).toMatchObject([{ takeovers: 'worker@1500,', nowMs: 1_500 }]);
  });

  it('wakes what waits when its time has come, and not a millisecond sooner', async () => {
    let nowMs = 0;
    const log = memoryLog({ now: () => nowMs });
    await written(log, creation('trip-1'));
    await written(log, append('trip-1', { keepsOwner: false, wakeInMs: hourMs }));
    const claim = () => log.claim({ worker: 'worker', claimable: [bookTrip], limit: 1 });
    nowMs = hourMs - 1;
    expect(await claim()).toEqual([]);
    nowMs = hourMs;
    expect(await claim()).toHaveLength(1);
  });

  it('deletes what ended as long ago as asked, and not a millisecond less', async () => {
    let nowMs = 0;
    const log = memoryLog({ now: () => nowMs });
    await written(log, creation('trip-1'));
    await written(log, append('trip-1', { hasEnded: true, wakeInMs: null }));
    nowMs = hourMs - 1;
    expect(await log.deleteEnded(hourMs, 1)).toBe(0);
    nowMs = hourMs;
    expect(await log.deleteEnded(hourMs, 1)).toBe(1);
  });

  it('says when an execution ended, and not when it was last written to', async () => {
    let nowMs = 0;
    const log = memoryLog({ now: () => nowMs });
    await written(log, creation('trip-1'), creation('trip-2'));
    await written(log, append('trip-1', { hasEnded: true, wakeInMs: null }));
    nowMs = hourMs;
    await written(log, append('trip-1', { fromSeq: 1, hasEnded: true, wakeInMs: null }));
    expect(await headOf(log, 'trip-1')).toMatchObject({ endedAtMs: 0, updatedAtMs: hourMs });
  });

  it('remembers for a day at least that a worker is dead', async () => {
    let nowMs = 0;
    const log = memoryLog({ now: () => nowMs });
    await log.beat('worker', 0);
    nowMs = 86_399_999;
    await log.deleteEnded(0, 1);
    expect(await log.beat('worker', 1)).toMatchObject({ isAlive: false });
    nowMs += 1;
    await log.deleteEnded(0, 1);
    expect(await log.beat('worker', 1)).toMatchObject({ isAlive: true });
  });

  it('counts what was written, and nothing that was not', async () => {
    const log = memoryLog();
    await log.write([creation('a', { events: [event('x'), event('y')] }), creation('b')]);
    await log.write([append('a', { fromSeq: 2 }), append('b', { epoch: 9 }), creation('a')]);
    expect(log.stats).toEqual({ writes: 2, creations: 2, appends: 1, events: 3 });
    await expect(log.write([creation('bad', { input: '\0' })])).rejects.toThrow('NUL');
    await log.heads(['a']);
    expect(log.stats).toEqual({ writes: 2, creations: 2, appends: 1, events: 3 });
  });

  it('is on its own: another knows nothing of it', async () => {
    await write(memoryLog(), creation('trip-1'));
    await expect(headOf(memoryLog(), 'trip-1')).rejects.toThrow('no execution');
  });
});

