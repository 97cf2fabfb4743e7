import { describe, expect, it } from 'vitest';
import { LogUnavailableError } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { Cluster } from './cluster.js';
import type { Process } from './cluster.js';
import type { TripScript } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

// A worker that lost its database fences itself, and what it had begun goes on. When its step settles with an effect after all, another
// worker has the execution, and hears of the effect by its inbox (R5a).

const cutOff = (process: Process): void => {
  process.ask = () => Promise.reject(new LogUnavailableError(new Error('no route to host')));
};
const reconnect = (process: Process): void => {
  process.ask = (_, ask) => ask();
};

/** A trip whose worker was cut off from the log while it booked the hotel; another worker has it by now. */
async function strandedTrip(script: TripScript | ((cluster: Cluster) => TripScript)) {
  const cluster = new Cluster();
  const diary = new Diary();
  const hotel = deferred<object>();
  const Stranded = tripOf(diary, { hotel: () => hotel.promise });
  const first = await cluster.worker({ sagas: [Stranded] });
  await cluster.until(first.runner.start(Stranded, lisbon, { id: 'x' }));
  await cluster.advance(1_000);
  cutOff(first);
  const second = await cluster.worker({ sagas: [tripOf(diary, typeof script === 'function' ? script(cluster) : script)] });
  await cluster.advance(20_000);
  return { cluster, diary, first, second, hotel };
}

const flightFailsLater = (cluster: Cluster): TripScript => ({
  flight: async () => {
    await cluster.pause(60_000);
    throw new Error('no seat');
  },
});

describe('an effect that comes to a worker which has lost the execution', () => {
  it('is recorded as a duplicate where the step stands, and not compensated (R5a, G2)', async () => {
    const { cluster, diary, first, second, hotel } = await strandedTrip((world) => ({ flight: () => world.pause(60_000) }));
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
    reconnect(first);
    hotel.resolve({ hotel: 'booked twice' });
    await cluster.advance(5_000);
    expect(second.told).toContainEqual(expect.objectContaining({ type: 'late-effect', step: 'hotel', effect: { hotel: 'booked twice' } }));
    expect(await cluster.until(second.runner.handle(tripOf(diary), 'x').settled())).toMatchObject({
      status: 'completed',
      effects: { hotel: { hotel: 1 } },
    });
    expect(diary.undos).toEqual([]);
  });

  it('is compensated with the rest where the step is undone later, each distinct effect once (R5a)', async () => {
    const { cluster, diary, first, second, hotel } = await strandedTrip(flightFailsLater);
    reconnect(first);
    hotel.resolve({ hotel: 'booked twice' });
    expect(await cluster.until(second.runner.handle(tripOf(diary), 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(diary.undos.filter(({ name }) => name === 'hotel').map(({ effect, key }) => [effect, key])).toEqual([
      [{ hotel: 1 }, 'x:hotel:1:undo-1'],
      [{ hotel: 'booked twice' }, 'x:hotel:1:undo-2'],
    ]);
  });

  it('is not compensated twice where the service gave the same effect for the same key (R5a)', async () => {
    const { cluster, diary, first, second, hotel } = await strandedTrip(flightFailsLater);
    reconnect(first);
    hotel.resolve({ hotel: 1 });
    await cluster.until(second.runner.handle(tripOf(diary), 'x').settled());
    expect(diary.undos.filter(({ name }) => name === 'hotel')).toHaveLength(1);
  });

  it('is known for the same by whoever takes over next, too, whichever of them came first (R5a)', async () => {
    const { cluster, diary, first, second, hotel } = await strandedTrip({ hotel: () => new Promise(() => {}) });
    reconnect(first);
    hotel.resolve({ hotel: 1 });
    await cluster.advance(5_000);
    second.die();
    const third = await cluster.worker({ sagas: [tripOf(diary, { flight: () => Promise.reject(new Error('no seat')) })] });
    expect(await cluster.until(third.runner.handle(tripOf(diary), 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(diary.entries).toEqual([
      'card', 'hotel', 'hotel?', 'hotel?', 'flight', 'undo flight()', 'undo hotel({"hotel":1})', 'undo card({"card":1})',
    ]);
  });

  it('is compensated then, where the step was undone without it, even after the end (R5a)', async () => {
    const { cluster, diary, first, second, hotel } = await strandedTrip({ hotel: () => Promise.reject(new Error('no room')) });
    const handle = second.runner.handle(tripOf(diary), 'x');
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated', failedStep: 'hotel' });
    reconnect(first);
    hotel.resolve({ hotel: 'late' });
    await cluster.advance(5_000);
    expect(diary.undos.filter(({ name }) => name === 'hotel').map(({ effect, key }) => [effect, key])).toEqual([
      [undefined, 'x:hotel:1:undo-1'],
      [{ hotel: 'late' }, 'x:hotel:1:undo-2'],
    ]);
    expect(await cluster.until(handle.status())).toBe('compensated');
    expect((await second.runner.executions.show('x')).owner).toBeNull();
  });

  it('is told of as soon as the log can be reached again', async () => {
    const { cluster, first, second, hotel } = await strandedTrip((world) => ({ flight: () => world.pause(60_000) }));
    hotel.resolve({ hotel: 'booked twice' });
    await cluster.advance(10_000);
    expect(second.typesOf('x')).not.toContain('late-effect');
    reconnect(first);
    await cluster.advance(5_000);
    expect(second.typesOf('x')).toContain('late-effect');
  });

  it('is reported where the worker found nobody to tell for too long', async () => {
    const { cluster, first, hotel } = await strandedTrip({});
    hotel.resolve({ hotel: 'booked twice' });
    await cluster.advance(600_000);
    expect(first.reports('late-effect-lost')).toMatchObject([{ id: 'x', step: 'hotel', effect: { hotel: 'booked twice' } }]);
  });

  it('is treated alike where the same worker took the execution up again by itself', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const hotel = deferred<object>();
    const Trip = tripOf(diary, {
      hotel: ({ inDoubt }) => (inDoubt ? { hotel: 2 } : hotel.promise),
      ...flightFailsLater(cluster),
    });
    const process = await cluster.worker({ sagas: [Trip] });
    const handle = await cluster.until(process.runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.rest();
    cutOff(process);
    await cluster.advance(20_000);
    reconnect(process);
    await cluster.advance(5_000);
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
    hotel.resolve({ hotel: 1 });
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(diary.undos.filter(({ name }) => name === 'hotel').map(({ effect }) => effect)).toEqual([{ hotel: 2 }, { hotel: 1 }]);
  });
});

describe('a step whose worker has lost the execution', () => {
  it('hears that by its signal, and what it rejects with means nothing', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const reasons: unknown[] = [];
    const Stranded = tripOf(diary, {
      hotel: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason as Error);
          });
        }),
    });
    const first = await cluster.worker({ sagas: [Stranded] });
    await cluster.until(first.runner.start(Stranded, lisbon, { id: 'x' }));
    await cluster.advance(1_000);
    cutOff(first);
    await cluster.advance(15_000);
    expect(reasons).toMatchObject([{ message: 'This worker has lost the execution, and another goes on with it.' }]);
    const second = await cluster.worker({ sagas: [tripOf(diary)] });
    expect(await cluster.until(second.runner.handle(tripOf(diary), 'x').settled())).toMatchObject({ status: 'completed' });
    expect(diary.undos).toEqual([]);
  });
});
