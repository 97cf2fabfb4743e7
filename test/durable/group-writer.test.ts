import { describe, expect, it } from 'vitest';
import { LogUnavailableError, memoryLog, NotStorableError } from 'class-saga';
import { GroupWriter } from '../../src/durable/group-writer.js';
import type { Append, Creation, ExecutionLog } from '../../src/durable/execution-log.js';
import { append, bookTrip, creation } from '../contracts/log/given.js';
import { ManualClock } from '../support/manual-clock.js';
import type { Ask } from './cluster.js';
import { logThrough } from './cluster.js';

const answerWithinMs = 5_000;
const unavailable = new LogUnavailableError(new Error('connection reset'));

/** A writer on a log that a test can disturb. */
function world(writesAtOnce?: number) {
  const clock = new ManualClock();
  const log = memoryLog({ now: () => clock.monotonicMs() });
  const batches: string[][] = [];
  const disturbed: { by: Ask } = { by: (_, ask) => ask() };
  const asked = logThrough<ExecutionLog>(log, (method, ask, args) => {
    if (method === 'write') batches.push((args[0] as (Creation | Append)[]).map(({ id }) => id));
    return disturbed.by(method, ask, args);
  });
  const store = writesAtOnce === undefined ? asked : Object.assign(Object.create(asked) as ExecutionLog, { writesAtOnce });
  const writer = new GroupWriter(store, clock, () => 0.5, answerWithinMs);
  const created = async (...ids: string[]): Promise<void> => void (await log.write(ids.map((id) => creation(id))));
  return { clock, log, batches, disturbed, writer, created };
}

/** The first write is done, and what becomes of its answer is the test's. */
function afterFirstWrite(then: () => Promise<never>): Ask {
  let isFirst = true;
  return async (method, ask) => {
    if (method !== 'write' || !isFirst) return ask();
    isFirst = false;
    await ask();
    return then();
  };
}

describe('a group writer', () => {
  it('writes what is queued in one turn at once, and what is queued meanwhile with the next', async () => {
    const { clock, batches, disturbed, writer } = world();
    disturbed.by = async (_, ask) => {
      await new Promise<void>((resolve) => clock.schedule(10, resolve));
      return ask();
    };
    const first = ['a', 'b', 'c'].map((id) => writer.write(creation(id)));
    await clock.advance(5);
    const later = ['d', 'e'].map((id) => writer.write(creation(id)));
    const results = await clock.until(Promise.all([...first, ...later]));
    expect(results.map(({ type }) => type)).toEqual(Array(5).fill('written'));
    expect(batches).toEqual([['a', 'b', 'c'], ['d', 'e']]);
  });

  it('writes no more than 500 at once', async () => {
    const { clock, batches, writer } = world();
    await clock.until(Promise.all(Array.from({ length: 1_100 }, (_, index) => writer.write(creation(`x${index}`)))));
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 100]);
  });

  it('answers each with what became of it', async () => {
    const { clock, writer, created } = world();
    await created('a', 'b');
    const results = await clock.until(
      Promise.all([writer.write(creation('a', { nonce: 'other' })), writer.write(append('b', { epoch: 7 })), writer.write(creation('c'))]),
    );
    expect(results.map(({ type }) => type)).toEqual(['exists', 'fenced', 'written']);
  });

  it('finds what the log cannot take by halving, so that it alone is refused', async () => {
    const { clock, log, batches, writer } = world();
    const writes = ['a', 'b', 'bad', 'd', 'e', 'f', 'g', 'h'].map((id) => writer.write(creation(id, { input: id === 'bad' ? '\0' : '' })));
    const outcomes = await clock.until(Promise.allSettled(writes));
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([2]);
    expect(outcomes[2]).toMatchObject({ reason: expect.any(NotStorableError) as Error });
    expect((await log.heads(['a', 'b', 'bad', 'd', 'e', 'f', 'g', 'h'])).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'e', 'f', 'g', 'h']);
    expect(batches.length).toBeLessThanOrEqual(8);
  });
});

describe('a group writer on a log that does two writes at once', () => {
  const many = (writer: GroupWriter, count: number, first = 0): Promise<unknown>[] =>
    Array.from({ length: count }, (_, index) => writer.write(creation(`x${first + index}`)));
  const sizesOf = (batches: readonly (readonly string[])[]): readonly number[] => batches.map(({ length }) => length);

  /** Answers each write after 10 ms, and counts how many of them are under way at a time. */
  function slowly({ clock, disturbed }: ReturnType<typeof world>): { most: number } {
    let underWay = 0;
    const seen = { most: 0 };
    disturbed.by = async (_, ask) => {
      seen.most = Math.max(seen.most, (underWay += 1));
      await new Promise<void>((resolve) => clock.schedule(10, resolve));
      underWay -= 1;
      return ask();
    };
    return seen;
  }

  it('shares what is queued between them, where that is enough for two', async () => {
    const given = world(2);
    const seen = slowly(given);
    await given.clock.until(Promise.all(many(given.writer, 64)));
    expect(sizesOf(given.batches)).toEqual([32, 32]);
    expect(seen.most).toBe(2);
  });

  it('writes what is not enough for two at once', async () => {
    const given = world(2);
    await given.clock.until(Promise.all(many(given.writer, 55)));
    expect(sizesOf(given.batches)).toEqual([55]);
  });

  it('begins another beside one that is under way only with enough, and never a third', async () => {
    const given = world(2);
    const seen = slowly(given);
    const { clock, writer, batches } = given;
    const written = many(writer, 1);
    await clock.advance(1);
    written.push(...many(writer, 27, 1));
    await clock.advance(1);
    expect(sizesOf(batches)).toEqual([1]);
    written.push(...many(writer, 1, 28));
    await clock.advance(1);
    expect(sizesOf(batches)).toEqual([1, 28]);
    written.push(...many(writer, 100, 29));
    await clock.until(Promise.all(written));
    expect(sizesOf(batches)).toEqual([1, 28, 100]);
    expect(seen.most).toBe(2);
  });

  it('writes no more than 500 with each', async () => {
    const given = world(2);
    await given.clock.until(Promise.all(many(given.writer, 1_200)));
    expect(sizesOf(given.batches)).toEqual([500, 500, 200]);
  });

  it('goes on with the one while the other waits for its answer', async () => {
    const { clock, writer, disturbed, log } = world(2);
    disturbed.by = afterFirstWrite(() => new Promise(() => {}));
    const written = many(writer, 64);
    await clock.advance(1);
    expect(log.stats.creations).toBe(64);
    expect(await Promise.race([written[63], Promise.resolve('waits')])).toMatchObject({ type: 'written' });
    expect(await Promise.race([written[0], Promise.resolve('waits')])).toBe('waits');
    await clock.until(Promise.all(written));
    expect(log.stats.creations).toBe(64);
  });

  it('rejects all of both when it gives up', async () => {
    const { clock, writer, disturbed } = world(2);
    disturbed.by = () => Promise.reject(unavailable);
    const outcomes = Promise.allSettled(many(writer, 70));
    await clock.advance(1);
    writer.giveUp(unavailable);
    expect((await clock.until(outcomes)).map(({ status }) => status)).toEqual(Array(70).fill('rejected'));
  });
});

describe('a write whose answer was lost', () => {
  const lost = (): Promise<never> => Promise.reject(unavailable);
  const late = (): Promise<never> => new Promise(() => {});

  const losses = [['with the connection', lost], ['because none came in time', late]] as const;

  it.each(losses)('is found to be done, and not done again: %s', async (_, then) => {
    const { clock, log, disturbed, writer, created } = world();
    await created('b');
    disturbed.by = afterFirstWrite(then);
    const results = await clock.until(Promise.all([writer.write(creation('a')), writer.write(append('b'))]));
    expect(results.map(({ type }) => type)).toEqual(['written', 'written']);
    expect(log.stats).toMatchObject({ creations: 2, appends: 1 });
  });

  it('is done again, where it was not done', async () => {
    const { clock, log, disturbed, writer, created } = world();
    await created('b');
    let failures = 3;
    disturbed.by = (method, ask) => (method === 'write' && failures-- > 0 ? lost() : ask());
    const results = await clock.until(Promise.all([writer.write(creation('a')), writer.write(append('b'))]));
    expect(results.map(({ type }) => type)).toEqual(['written', 'written']);
    expect(log.stats).toMatchObject({ creations: 2, appends: 1 });
  });

  it('is found to be done, where it was done only after it was looked for', async () => {
    const { clock, log, disturbed, writer, created } = world();
    await created('b');
    let sendings = 0;
    disturbed.by = async (method, ask) => {
      if (method !== 'write') return ask();
      sendings += 1;
      if (sendings > 1) return ask();
      clock.schedule(answerWithinMs + 60, () => void ask());
      return late();
    };
    // Read back after 5,000 and sent again after its pause: meanwhile the first sending has landed.
    const reads: Promise<unknown>[] = [];
    const looking = disturbed.by;
    disturbed.by = async (method, ask, args) => {
      const answer = looking(method, ask, args);
      if (method === 'heads' && reads.length === 0) {
        reads.push(answer);
        const heads = await answer;
        await new Promise<void>((resolve) => clock.schedule(200, resolve));
        return heads;
      }
      return answer;
    };
    const results = await clock.until(Promise.all([writer.write(creation('a')), writer.write(append('b'))]));
    expect(results.map(({ type }) => type)).toEqual(['written', 'written']);
    expect(sendings).toBe(2);
    expect(log.stats).toMatchObject({ creations: 2, appends: 1 });
  });

  it('is fenced, where another worker has written since', async () => {
    const { clock, log, disturbed, writer, created } = world();
    await created('b');
    disturbed.by = async (method, ask) => {
      if (method !== 'write') return ask();
      disturbed.by = (_, next) => next();
      await log.claim({ worker: 'other', claimable: [bookTrip], limit: 1 });
      return lost();
    };
    expect(await clock.until(writer.write(append('b')))).toEqual({ type: 'fenced' });
    expect(log.stats.appends).toBe(0);
  });

  it('is repeated for as long as the log cannot be reached, with pauses of up to two seconds', async () => {
    const { clock, batches, disturbed, writer } = world();
    disturbed.by = lost;
    const written = writer.write(creation('a'));
    await clock.advance(60_000);
    disturbed.by = (_, ask) => ask();
    expect(await clock.until(written)).toMatchObject({ type: 'written' });
    expect(clock.monotonicMs()).toBeLessThanOrEqual(62_000);
    expect(batches.length).toBeLessThanOrEqual(2);
  });
});

describe('a group writer that gives up', () => {
  it('rejects what is in flight and what is queued, and sends nothing of it any more', async () => {
    const { clock, batches, disturbed, writer } = world();
    disturbed.by = () => Promise.reject(unavailable);
    const outcomes = ['a', 'b'].map((id) => writer.write(creation(id)));
    await clock.advance(1_000);
    outcomes.push(writer.write(creation('c')));
    const error = new LogUnavailableError(new Error('the lease is over'));
    writer.giveUp(error);
    const sent = batches.length;
    expect(await clock.until(Promise.allSettled(outcomes))).toEqual(Array(3).fill({ status: 'rejected', reason: error }));
    disturbed.by = (_, ask) => ask();
    await clock.advance(60_000);
    expect(batches.slice(sent)).toEqual([]);
  });

  it('writes what comes afterwards', async () => {
    const { clock, disturbed, writer } = world();
    disturbed.by = () => Promise.reject(unavailable);
    const lost = writer.write(creation('a')).catch(() => {});
    await clock.advance(1_000);
    writer.giveUp(unavailable);
    await lost;
    disturbed.by = (_, ask) => ask();
    expect(await clock.until(writer.write(creation('b')))).toMatchObject({ type: 'written' });
  });
});
