import { describe, expect, it } from 'vitest';
import { LogUnavailableError } from 'class-saga';
import type { PayloadTransform } from 'class-saga';
import { Cluster } from './cluster.js';
import type { Process } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const forEver = (): Promise<never> => new Promise(() => {});

describe('an execution whose log cannot be read', () => {
  const encrypted: PayloadTransform = {
    write: (text) => Buffer.from(text).toString('base64'),
    read: (text) => Buffer.from(text, 'base64').toString(),
  };

  /** Its process died, and the next one lacks the key. */
  async function unreadable() {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process({ payloads: { transform: encrypted } });
    await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x' }));
    await cluster.rest();
    first.die();
    const Trip = tripOf(diary);
    const second = await cluster.worker({ sagas: [Trip] });
    await cluster.advance(20_000);
    return { cluster, diary, Trip, second };
  }

  it('is stuck, alone: the others go on (G8)', async () => {
    const { cluster, diary, Trip, second } = await unreadable();
    expect(await cluster.until(second.runner.handle(Trip, 'x').status())).toBe('stuck');
    expect(second.reports('not-taken-up')).toMatchObject([{ id: 'x', error: { code: 'SAGA_LOG_UNREADABLE' } }]);
    expect(await cluster.until(second.runner.settle(Trip, lisbon))).toMatchObject({ status: 'completed' });
    await cluster.advance(300_000);
    expect(second.reports('not-taken-up')).toHaveLength(1);
    expect(diary.entries.filter((entry) => entry === 'hotel?')).toEqual([]);
  });

  it('says why it is stuck', async () => {
    const { cluster, Trip, second } = await unreadable();
    const error = { code: 'SAGA_LOG_UNREADABLE' };
    expect(await cluster.until(second.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'stuck', error, remaining: [] });
  });

  it('goes on from where it was, once somebody can read it and repairs it (G8, R27)', async () => {
    const { cluster, diary, Trip, second } = await unreadable();
    await expect(cluster.until(second.runner.repair('x', { by: 'ann' }).retry())).rejects.toMatchObject({ code: 'SAGA_LOG_UNREADABLE' });
    expect(await cluster.until(second.runner.handle(Trip, 'x').status())).toBe('stuck');
    const third = cluster.process({ sagas: [Trip], payloads: { transform: encrypted } });
    await cluster.until(third.runner.repair('x', { by: 'ann' }).retry('the key is back'));
    expect(await cluster.until(third.runner.handle(Trip, 'x').result())).toMatchObject({ effects: { hotel: { hotel: 1 } } });
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
  });

  it.each([
    ['lacks an event in the middle', (rows: readonly unknown[]) => rows.filter((_, index) => index !== 1)],
    ['lacks its last event', (rows: readonly unknown[]) => rows.slice(0, -1)],
    ['has events out of place', (rows: readonly object[]) => rows.map((row) => ({ ...row, type: 'wait-ended' }))],
    ['has an event of no known type', (rows: readonly object[]) => rows.map((row) => ({ ...row, type: 'hotel-on-fire' }))],
  ])('is stuck where it %s (G8)', async (_, damage) => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x' }));
    await cluster.rest();
    first.die();
    const Trip = tripOf(diary);
    const second = cluster.process({ sagas: [Trip] });
    second.ask = async (method, ask, [id]) => {
      const answer = await ask();
      return method === 'events' && id === 'x' ? damage(answer as never) : answer;
    };
    await cluster.until(second.runner.open());
    await cluster.advance(20_000);
    expect(await cluster.until(second.runner.handle(Trip, 'x').status())).toBe('stuck');
    second.ask = (_method, ask) => ask();
    await cluster.until(second.runner.repair('x', { by: 'ann' }).retry());
    expect(await cluster.until(second.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'completed' });
  });
});

describe('an execution over which its workers die', () => {
  /** One after another takes it up and dies of it, so many milliseconds later each. */
  async function deaths(count: number, apartMs: number, dyingIn: 'hotel' | 'its constructor' = 'hotel') {
    const cluster = new Cluster();
    const diary = new Diary();
    const deadly = tripOf(diary, { hotel: forEver });
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(deadly, lisbon, { id: 'x' }));
    for (let death = 1; death <= count; death++) {
      const process: Process = cluster.process({
        sagas: [deadly],
        ...(dyingIn === 'its constructor' && { resolver: { open: () => (process.die(), forEver()) } }),
      });
      await cluster.until(Promise.race([process.runner.open(), cluster.pause(1_000)]));
      await cluster.advance(apartMs);
      process.die();
    }
    await cluster.advance(apartMs);
    const Trip = tripOf(diary);
    const last = await cluster.worker({ sagas: [Trip] });
    await cluster.advance(30_000);
    return { cluster, diary, handle, last };
  }

  it('is stuck when five have died without its getting anywhere, and says so (G8)', async () => {
    const { cluster, diary, handle, last } = await deaths(5, 61_000);
    expect(await cluster.until(handle.status())).toBe('stuck');
    const message = '5 workers died over it, and it got nowhere in between.';
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'stuck', error: { message } });
    const entries = diary.entries.length;
    await cluster.until(last.runner.repair('x', { by: 'ann' }).retry('the bug is mended'));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
    expect(diary.entries.slice(entries)).toEqual(['hotel?', 'flight']);
  });

  it('goes on when it were four (G8)', async () => {
    const { cluster, handle } = await deaths(4, 61_000);
    expect(await cluster.until(handle.status())).toBe('completed');
  });

  it('goes on where they died within the same minute: a host that restarts in a loop is no fault of it (G8)', async () => {
    const { cluster, handle } = await deaths(9, 17_000);
    expect(await cluster.until(handle.status())).not.toBe('stuck');
  });

  it('is stuck where they died before they had begun anything, too (G8)', async () => {
    const { cluster, handle } = await deaths(5, 61_000, 'its constructor');
    expect(await cluster.until(handle.status())).toBe('stuck');
  });

  it('counts no worker that drained (G8)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const slow = tripOf(diary, { hotel: forEver });
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(slow, lisbon, { id: 'x' }));
    for (let drained = 0; drained < 6; drained++) {
      const process = await cluster.worker({ sagas: [slow] });
      await cluster.advance(61_000);
      await cluster.until(process.runner.close({ drainMs: 100 }));
    }
    await cluster.worker({ sagas: [tripOf(diary)] });
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
    expect(diary.entries.filter((entry) => entry === 'hotel?')).toHaveLength(6);
  });

  it('counts no worker that fenced itself, or lost its database, and lived on (G8)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const slow = tripOf(diary, { hotel: forEver });
    const [one, other] = [await cluster.worker({ sagas: [slow] }), await cluster.worker({ sagas: [slow] })];
    await cluster.until(one.runner.start(slow, lisbon, { id: 'x' }));
    const loses = async (process: Process): Promise<void> => {
      process.ask = () => Promise.reject(new LogUnavailableError(new Error('no route to host')));
      await cluster.advance(61_000);
      process.ask = (_, ask) => ask();
      await cluster.advance(5_000);
    };
    for (let lost = 0; lost < 3; lost++) {
      await loses(one);
      await loses(other);
    }
    expect(diary.entries.filter((entry) => entry === 'hotel?').length).toBeGreaterThanOrEqual(6);
    expect(await cluster.until(one.runner.handle(slow, 'x').status())).toBe('running');
  });
});
