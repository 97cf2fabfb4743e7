import { describe, expect, it } from 'vitest';
import { LogUnavailableError } from 'class-saga';
import type { LogMethod, Process } from './cluster.js';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

const unavailable = (): Promise<never> => Promise.reject(new LogUnavailableError(new Error('connection reset')));

/** The next call of this method is done, and its answer is lost. */
function losesAnswerOf(process: Process, lost: LogMethod): void {
  process.ask = async (method, ask) => {
    const answer = await ask();
    if (method !== lost) return answer;
    process.ask = (_, next) => next();
    return unavailable();
  };
}

describe('a worker', () => {
  it('asks the log no more than four times a second while there is nothing to do', async () => {
    const cluster = new Cluster();
    const worker = await cluster.worker({ sagas: [tripOf(new Diary())], publish: () => {} });
    await cluster.advance(60_000);
    const before = worker.asked.length;
    await cluster.advance(600_000);
    expect((worker.asked.length - before) / 600).toBeLessThanOrEqual(4);
  });

  it('asks as often as its `pollMs` says', async () => {
    const cluster = new Cluster();
    const worker = await cluster.worker({ sagas: [tripOf(new Diary())], worker: { pollMs: 250 } });
    const before = worker.asked.filter((method) => method === 'claim').length;
    await cluster.advance(10_000);
    expect(worker.asked.filter((method) => method === 'claim').length - before).toBe(40);
  });

  it('asks for nothing at all where it has no saga to run', async () => {
    const cluster = new Cluster();
    const worker = await cluster.worker({ sagas: [] });
    await cluster.advance(60_000);
    expect(worker.asked).not.toContain('claim');
  });

  it('goes on once the log can be reached again', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const worker = await cluster.worker({ sagas: [Trip] });
    worker.ask = unavailable;
    const handle = await cluster.until(cluster.process({ worker: false }).runner.start(Trip, lisbon));
    await cluster.advance(120_000);
    worker.ask = (_, ask) => ask();
    expect(await cluster.until(handle.settled(), 10_000)).toMatchObject({ status: 'completed' });
  });
});

describe('a claim whose answer was lost', () => {
  it.each(['claim', 'events', 'inbox'] as const)('does not wedge the execution, nor does a lost answer of %s behind it', async (lost) => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary);
    const client = cluster.process({ worker: false });
    const handle = await cluster.until(client.runner.start(Trip, lisbon));
    if (lost === 'inbox') await cluster.until(handle.cancel());
    const worker = cluster.process({ sagas: [Trip] });
    losesAnswerOf(worker, lost);
    await cluster.until(worker.runner.open());
    expect(await cluster.until(handle.settled(), 10_000)).toMatchObject({ status: lost === 'inbox' ? 'compensated' : 'completed' });
    expect(diary.entries.filter((entry) => entry.endsWith('?'))).toEqual([]);
  });

  it('leaves what the worker runs besides alone', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: () => cluster.pause(20_000) });
    const worker = await cluster.worker({ sagas: [Trip] });
    const running = await cluster.until(worker.runner.start(Trip, lisbon));
    const handle = await cluster.until(cluster.process({ worker: false }).runner.start(Trip, lisbon));
    losesAnswerOf(worker, 'claim');
    await cluster.until(Promise.all([running.settled(), handle.settled()]));
    expect(diary.entries.sort()).toEqual(['card', 'card', 'flight', 'flight', 'hotel', 'hotel']);
  });
});

describe('an append whose answer was lost', () => {
  it('is found, and the execution goes on as if nothing had been', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const process = cluster.process();
    let writes = 0;
    process.ask = async (method, ask) => {
      const answer = await ask();
      return method === 'write' && ++writes % 2 === 0 ? unavailable() : answer;
    };
    const handle = await cluster.until(process.runner.start(tripOf(diary, { flight: () => Promise.reject(new Error('no seat')) }), lisbon));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(diary.entries).toEqual(['card', 'hotel', 'flight', 'undo flight()', 'undo hotel({"hotel":1})', 'undo card({"card":1})']);
  });
});

describe('two workers', () => {
  it('never run the same step at once, however they race for it', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const client = cluster.process({ worker: false });
    const Trip = tripOf(diary);
    const ids = Array.from({ length: 60 }, (_, index) => `x${index}`);
    const handles = await cluster.until(Promise.all(ids.map((id) => client.runner.start(Trip, lisbon, { id }))));
    const workers = [1, 2, 3].map(() => cluster.process({ sagas: [Trip], worker: { concurrency: 25 } }));
    await cluster.until(Promise.all(workers.map(({ runner }) => runner.open())));
    await cluster.until(Promise.all(handles.map((handle) => handle.settled())));
    expect(diary.steps).toHaveLength(180);
    expect(new Set(diary.steps.map(({ key }) => key)).size).toBe(180);
    expect(workers.every(({ told }) => told.length > 0)).toBe(true);
  });
});
