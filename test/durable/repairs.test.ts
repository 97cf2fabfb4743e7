import { describe, expect, it } from 'vitest';
import type { Settled } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

/** A trip that is stuck, because its hotel cannot be cancelled: it and the card remain. */
async function stuckTrip() {
  const cluster = new Cluster();
  const diary = new Diary();
  const desk = { isOpen: false };
  const asked: string[] = [];
  const ends: Settled<object>[] = [];
  const Trip = tripOf(diary, {
    card: ({ input: { to } }) => (to === 'Lisbon' ? { card: 1 } : new Promise(() => {})),
    flight: () => Promise.reject(new Error('no seat')),
    undoHotel: () => {
      if (!desk.isOpen) throw new Error('front desk closed');
    },
  });
  const options = {
    sagas: [Trip],
    retentionMs: 100_000,
    finally: (end: Settled<object>) => void ends.push(end),
    onCompensationError: ({ step }: { readonly step: string }) => {
      asked.push(step);
      return 'stop' as const;
    },
  };
  const process = await cluster.worker(options);
  const handle = await cluster.until(process.runner.start(Trip, lisbon, { id: 'x' }));
  await cluster.until(handle.settled());
  const begun = diary.entries.length;
  const repairs = async (): Promise<unknown[]> => {
    const { events } = await process.runner.executions.show('x');
    return events.filter(({ type }) => type === 'execution-repaired').map(({ data }) => data);
  };
  return { cluster, diary, desk, asked, ends, Trip, options, process, handle, repairs, since: () => diary.entries.slice(begun) };
}

describe('an execution whose compensation fails for good', () => {
  it('halts: nothing else of it runs, and what remains is listed (G5)', async () => {
    const { cluster, process, handle, since } = await stuckTrip();
    await cluster.advance(300_000);
    expect(since()).toEqual([]);
    expect(await handle.settled()).toMatchObject({
      status: 'stuck',
      failedStep: 'flight',
      error: { message: 'no seat' },
      compensationError: { message: 'front desk closed' },
      remaining: [{ step: 'hotel', effect: { hotel: 1 } }, { step: 'card', effect: { card: 1 } }],
    });
    expect(process.typesOf('x').at(-1)).toBe('execution-halted');
    expect(await process.runner.executions.health()).toMatchObject({ stuck: 1, oldestUnfinishedAt: null });
  });

  it('has not ended: no `finally` is called, and it is kept beyond all retention (G5)', async () => {
    const { cluster, ends, asked, handle } = await stuckTrip();
    await cluster.advance(300_000);
    expect(ends).toEqual([]);
    expect(asked).toEqual(['hotel']);
    expect(await cluster.until(handle.status())).toBe('stuck');
  });
});

describe('a repair', () => {
  it('retries what failed for good, under the same key, and undoes the rest (G5)', async () => {
    const { cluster, diary, desk, ends, process, handle, repairs, since } = await stuckTrip();
    desk.isOpen = true;
    await cluster.until(process.runner.repair('x', { by: 'ann' }).retry('the desk is open'));
    const settled = await cluster.until(handle.settled());
    expect(settled).toMatchObject({ status: 'compensated', failedStep: 'flight', error: { message: 'no seat' } });
    expect(since()).toEqual(['undo hotel({"hotel":1})', 'undo card({"card":1})']);
    expect(new Set(diary.undos.filter(({ name }) => name === 'hotel').map(({ key }) => key)).size).toBe(1);
    expect(await repairs()).toEqual([{ repair: { kind: 'retry', reason: 'the desk is open' }, by: 'ann' }]);
    expect(ends).toMatchObject([{ status: 'compensated' }]);
  });

  it('skips a step that somebody undid by hand (G5)', async () => {
    const { cluster, process, handle, repairs, since } = await stuckTrip();
    await cluster.until(process.runner.repair('x', { by: 'ann' }).skip('hotel', 'cancelled by phone'));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(since()).toEqual(['undo card({"card":1})']);
    expect(await repairs()).toEqual([{ repair: { kind: 'skip', step: 'hotel', reason: 'cancelled by phone' }, by: 'ann' }]);
  });

  it('resolves a step: its compensation gets what somebody found out, under a key of its own (G5, R25)', async () => {
    const { cluster, diary, desk, process, handle, repairs, since } = await stuckTrip();
    desk.isOpen = true;
    await cluster.until(process.runner.repair('x', { by: 'ann' }).resolve('hotel', { hotel: 'HOTEL-7' }));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(since()).toEqual(['undo hotel({"hotel":"HOTEL-7"})', 'undo card({"card":1})']);
    expect(diary.undos.filter(({ name }) => name === 'hotel').map(({ key }) => key)).toEqual(['x:hotel:1:undo-1', 'x:hotel:1:undo-2']);
    expect(await repairs()).toEqual([{ repair: { kind: 'resolve', step: 'hotel', effect: { hotel: 'HOTEL-7' } }, by: 'ann' }]);
  });

  it('abandons the execution, which ends as it is, for good (G5)', async () => {
    const { cluster, ends, process, handle, repairs, since } = await stuckTrip();
    await cluster.until(process.runner.repair('x', { by: 'ann' }).abandon('the customer is content'));
    expect(await cluster.until(handle.status())).toBe('abandoned');
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'stuck', remaining: [{ step: 'hotel' }, { step: 'card' }] });
    expect(since()).toEqual([]);
    expect(ends).toMatchObject([{ status: 'stuck' }]);
    expect(await repairs()).toEqual([{ repair: { kind: 'abandon', reason: 'the customer is content' }, by: 'ann' }]);
    await cluster.advance(300_000);
    await expect(cluster.until(handle.status())).rejects.toMatchObject({ code: 'SAGA_LOG_UNKNOWN_EXECUTION' });
  });

  it('may come to nothing: then the execution is stuck again, and each repair is logged (G5)', async () => {
    const { cluster, asked, process, handle, repairs } = await stuckTrip();
    await cluster.until(process.runner.repair('x', { by: 'ann' }).retry());
    await cluster.advance(1_000);
    expect(await handle.settled()).toMatchObject({ status: 'stuck', compensationError: { message: 'front desk closed' } });
    await cluster.until(process.runner.repair('x', { by: 'bob' }).skip('hotel', 'written off'));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(await repairs()).toEqual([
      { repair: { kind: 'retry' }, by: 'ann' },
      { repair: { kind: 'skip', step: 'hotel', reason: 'written off' }, by: 'bob' },
    ]);
    expect(asked).toEqual(['hotel', 'hotel']);
  });

  it('may be made in any process that is a worker, opened or not', async () => {
    const { cluster, desk, options, process, handle, since } = await stuckTrip();
    process.die();
    desk.isOpen = true;
    const other = cluster.process(options);
    await cluster.until(other.runner.repair('x', { by: 'ann' }).retry());
    expect(await cluster.until(other.runner.handle(options.sagas[0]!, handle.id).settled())).toMatchObject({ status: 'compensated' });
    expect(since()).toEqual(['undo hotel({"hotel":1})', 'undo card({"card":1})']);
  });

  it('is durable when its promise resolves: whoever takes over goes on with it', async () => {
    const { cluster, options, process, since } = await stuckTrip();
    await cluster.until(process.runner.repair('x', { by: 'ann' }).skip('hotel', 'cancelled by phone').then(() => process.die()));
    const other = await cluster.worker(options);
    expect(await cluster.until(other.runner.handle(options.sagas[0]!, 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(since()).toContain('undo card({"card":1})');
  });
});

describe('two repairs at once', () => {
  it.each(['of one process', 'of two processes'])('%s: one is made, and the other is told that it was not (G5)', async (where) => {
    const { cluster, options, process, handle, repairs } = await stuckTrip();
    const other = where === 'of one process' ? process : cluster.process(options);
    await cluster.until(other.runner.executions.health());
    const outcomes = await cluster.until(
      Promise.allSettled([
        process.runner.repair('x', { by: 'ann' }).skip('hotel', 'cancelled by phone'),
        other.runner.repair('x', { by: 'bob' }).abandon('written off'),
      ]),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refusal = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(['SAGA_LOG_REPAIR_CONFLICT', 'SAGA_LOG_NOT_STUCK']).toContain((refusal!.reason as { code: string }).code);
    await cluster.until(handle.settled());
    expect(await repairs()).toHaveLength(1);
  });

  it('one after another: the second finds that there is nothing to repair any more', async () => {
    const { cluster, desk, process, handle } = await stuckTrip();
    desk.isOpen = true;
    await cluster.until(process.runner.repair('x', { by: 'ann' }).retry());
    await cluster.until(handle.settled());
    const second = cluster.until(process.runner.repair('x', { by: 'bob' }).retry());
    await expect(second).rejects.toMatchObject({ code: 'SAGA_LOG_NOT_STUCK' });
    await expect(second).rejects.toThrow("The execution 'x' is compensated, and only what is stuck can be repaired.");
  });
});

describe('a repair that makes no sense', () => {
  const ann = { by: 'ann' };

  it.each([
    ['of a step that does not remain', 'SAGA_LOG_BAD_REPAIR', ({ runner }: Runner) => runner.repair('x', ann).skip('flight', 'done')],
    ['of a step that there is not', 'SAGA_LOG_BAD_REPAIR', ({ runner }: Runner) => runner.repair('x', ann).resolve('hotle', 1)],
    ['of nobody', 'SAGA_LOG_BAD_REPAIR', ({ runner }: Runner) => runner.repair('x', { by: '' }).retry()],
    ['for no reason', 'SAGA_LOG_BAD_REPAIR', ({ runner }: Runner) => runner.repair('x', ann).abandon(' ')],
    ['with what is no data', 'SAGA_LOG_NOT_STORABLE', ({ runner }: Runner) => runner.repair('x', ann).resolve('hotel', () => {})],
    ['of what is not there', 'SAGA_LOG_UNKNOWN_EXECUTION', ({ runner }: Runner) => runner.repair('y', { by: 'ann' }).retry()],
  ] as const)('%s is refused, and changes nothing', async (_, code, make) => {
    const { cluster, desk, process, handle, since } = await stuckTrip();
    const before = await process.runner.executions.show('x');
    await expect(cluster.until(make(process))).rejects.toMatchObject({ code });
    await cluster.advance(60_000);
    const after = await process.runner.executions.show('x');
    expect(after.events).toEqual(before.events);
    expect(after.output).toEqual(before.output);
    expect(after).toMatchObject({ status: 'stuck', owner: null, wakesAt: null });
    expect(since()).toEqual([]);
    desk.isOpen = true;
    await cluster.until(process.runner.repair('x', { by: 'ann' }).retry());
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
  });

  it('of an execution that is running is refused', async () => {
    const { cluster, Trip, process } = await stuckTrip();
    const handle = await cluster.until(process.runner.start(Trip, { to: 'Porto' }, { id: 'y' }));
    await expect(cluster.until(process.runner.repair('y', { by: 'ann' }).retry())).rejects.toMatchObject({ code: 'SAGA_LOG_NOT_STUCK' });
    expect(await cluster.until(handle.status())).toBe('running');
  });
});

type Runner = Awaited<ReturnType<typeof stuckTrip>>['process'];
