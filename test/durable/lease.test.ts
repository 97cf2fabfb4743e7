import { describe, expect, it } from 'vitest';
import { LogUnavailableError, memoryLog } from 'class-saga';
import type { ExecutionLog } from 'class-saga';
import { Lease } from '../../src/durable/lease.js';
import type { Claimable } from '../../src/durable/execution-log.js';
import { bookTrip, creation } from '../contracts/log/given.js';
import { ManualClock, settled } from '../support/manual-clock.js';
import type { Ask } from './cluster.js';
import { logThrough } from './cluster.js';

const leaseMs = 15_000;

/** A lease on a log that a test can disturb, with what the worker was told. */
function world() {
  const clock = new ManualClock();
  const log = memoryLog({ now: () => clock.monotonicMs() });
  const told: string[] = [];
  const beats: { readonly worker: string; readonly claimable: boolean }[] = [];
  const disturbed: { by: Ask } = { by: (_, ask) => ask() };
  const runs: { claimable: readonly Claimable[] } = { claimable: [bookTrip] };
  let names = 0;
  const lease = new Lease({
    log: logThrough<ExecutionLog>(log, (method, ask, args) => {
      if (method === 'beat') beats.push({ worker: args[0] as string, claimable: args[2] !== undefined });
      return disturbed.by(method, ask, args);
    }),
    clock,
    newId: () => `w${(names += 1)}`,
    leaseMs,
    claimable: () => runs.claimable,
    leaseLost: () => void told.push(`lost at ${clock.monotonicMs()}`),
    withInbox: (ids) => void told.push(`inbox of ${ids.join()}`),
    beatFailed: () => void told.push('beat failed'),
  });
  return { clock, log, told, beats, disturbed, runs, lease };
}

const unreachable: Ask = () => Promise.reject(new LogUnavailableError(new Error('no route to host')));

describe('a lease', () => {
  it('is taken with the first beat, and extended every fifth of it', async () => {
    const { clock, beats, lease } = world();
    expect(lease.lasts).toBe(false);
    await lease.join();
    expect(lease.lasts).toBe(true);
    await clock.advance(60_000);
    expect(lease.lasts).toBe(true);
    expect(beats).toHaveLength(1 + 60_000 / 3_000);
    await lease.end();
  });

  it('is joined once, however often that is asked for', async () => {
    const { beats, lease } = world();
    await Promise.all([lease.join(), lease.join(), lease.join()]);
    await lease.join();
    expect(beats).toHaveLength(1);
    await lease.end();
  });

  it('cannot be joined while the log cannot be reached, and is when it can', async () => {
    const { clock, disturbed, lease } = world();
    disturbed.by = unreachable;
    await expect(lease.join()).rejects.toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE' });
    expect(lease.lasts).toBe(false);
    disturbed.by = (_, ask) => ask();
    await clock.until(lease.join());
    expect(lease.lasts).toBe(true);
    await lease.end();
  });

  it('says what the worker can run when that is new, and never again', async () => {
    const { clock, beats, runs, lease } = world();
    await lease.join();
    await clock.advance(6_000);
    runs.claimable = [bookTrip, { ...bookTrip, saga: 'PlaceOrder' }];
    await clock.advance(6_000);
    expect(beats.map(({ claimable }) => claimable)).toEqual([true, false, false, true, false]);
    await lease.end();
  });

  it('tells which executions have something in their inbox', async () => {
    const { clock, log, told, lease } = world();
    await lease.join();
    await log.write([creation('x', { owner: lease.worker })]);
    await log.request('x', { kind: 'cancel', data: '' });
    await clock.advance(3_000);
    expect(told).toEqual(['inbox of x']);
    await lease.end();
  });
});

describe('a worker that cannot extend its lease', () => {
  it('fences itself when the lease is over that it last knew of, before anybody else may take over', async () => {
    const { clock, log, told, disturbed, lease } = world();
    await lease.join();
    await log.write([creation('x', { owner: lease.worker })]);
    await clock.advance(4_000); // the last good beat was sent at 3,000
    disturbed.by = unreachable;
    await clock.advance(13_999);
    expect(lease.lasts).toBe(true);
    expect(await log.claim({ worker: 'other', claimable: [bookTrip], limit: 1 })).toEqual([]);
    await clock.advance(1);
    expect(lease.lasts).toBe(false);
    expect(told.filter((one) => one.startsWith('lost'))).toEqual(['lost at 18000']);
    expect(await log.claim({ worker: 'other', claimable: [bookTrip], limit: 1 })).toHaveLength(1);
    await lease.end().catch(() => {});
  });

  it('reckons from when the beat was sent, so that a slow answer makes its own lease shorter, never longer', async () => {
    const { clock, told, disturbed, lease } = world();
    disturbed.by = async (_, ask) => {
      const answer = await ask();
      await new Promise<void>((resolve) => clock.schedule(4_000, resolve));
      return answer;
    };
    await clock.until(lease.join());
    expect(clock.monotonicMs()).toBe(4_000);
    disturbed.by = unreachable;
    await clock.advance(20_000);
    expect(told.filter((one) => one.startsWith('lost'))).toEqual(['lost at 15000']);
    await lease.end().catch(() => {});
  });

  it('counts a beat that is not answered as one that failed', async () => {
    const { clock, told, disturbed, lease } = world();
    await lease.join();
    disturbed.by = () => new Promise(() => {});
    await clock.advance(20_000);
    expect(told).toContain('beat failed');
    expect(told).toContain('lost at 15000');
    await lease.end().catch(() => {});
  });

  it('has another name afterwards, and tells that the one before lived on', async () => {
    const { clock, log, beats, disturbed, lease } = world();
    await lease.join();
    const former = lease.worker;
    disturbed.by = unreachable;
    await clock.advance(20_000);
    expect(lease.worker).not.toBe(former);
    expect(await log.livedOn([former])).toEqual([]);
    disturbed.by = (_, ask) => ask();
    await clock.advance(3_000);
    expect(lease.lasts).toBe(true);
    expect(await log.livedOn([former])).toEqual([former]);
    expect(beats.at(-1)).toEqual({ worker: lease.worker, claimable: true });
    await lease.end();
  });

  it('gives up at once where the log says that the lease is over: it was asleep, say', async () => {
    const { clock, log, told, lease } = world();
    await lease.join();
    const former = lease.worker;
    await clock.advance(1_000);
    await log.retire(former, false);
    await clock.advance(2_000);
    expect(told).toEqual(['lost at 3000']);
    expect(lease.worker).not.toBe(former);
    await clock.advance(3_000);
    expect(lease.lasts).toBe(true);
    await lease.end();
  });
});

describe('what is to begin under a lease', () => {
  it('begins at once while two thirds of it are not over, and after that with the next good beat', async () => {
    const { clock, disturbed, lease } = world();
    const begun: string[] = [];
    await lease.join();
    disturbed.by = unreachable;
    await clock.advance(9_999);
    lease.whenMayBegin(() => begun.push('in time'));
    expect(begun).toEqual(['in time']);
    await clock.advance(1);
    lease.whenMayBegin(() => begun.push('too late'));
    expect(begun).toEqual(['in time']);
    disturbed.by = (_, ask) => ask();
    await clock.advance(3_000);
    expect(begun).toEqual(['in time', 'too late']);
    await lease.end();
  });

  it('never begins where the lease is lost', async () => {
    const { clock, disturbed, lease } = world();
    const begun: string[] = [];
    await lease.join();
    disturbed.by = unreachable;
    await clock.advance(12_000);
    lease.whenMayBegin(() => begun.push('never'));
    await clock.advance(3_000);
    disturbed.by = (_, ask) => ask();
    await clock.advance(30_000);
    expect(lease.lasts).toBe(true);
    expect(begun).toEqual([]);
    await lease.end();
  });
});

describe('a lease that is ended', () => {
  it('lets the others take over at once, and beats no more', async () => {
    const { clock, log, beats, lease } = world();
    await lease.join();
    await log.write([creation('x', { owner: lease.worker })]);
    await lease.end();
    expect(await log.claim({ worker: 'other', claimable: [bookTrip], limit: 1 })).toMatchObject([{ id: 'x' }]);
    expect(await log.livedOn([lease.worker])).toEqual([lease.worker]);
    await clock.advance(60_000);
    expect(beats).toHaveLength(1);
    await settled();
    expect(clock.pending).toBe(0);
  });
});
