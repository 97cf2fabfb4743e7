// What has gone wrong elsewhere (durability.md, the last section), each as a test of its own. The same with real processes and databases:
// test/processes.

import { describe, expect, it } from 'vitest';
import { Async, Compensate, isSagaError, LogUnavailableError, Retry, Saga, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import type { LoggedEvent } from '../../src/durable/execution-log.js';
import { loadEvents } from '../../src/durable/history.js';
import type { LogMethod, Process } from './cluster.js';
import { Cluster } from './cluster.js';
import type { TripScript } from './trip.js';
import { Diary, lisbon, tripOf } from './trip.js';

const forEver = (): Promise<never> => new Promise(() => {});
const throwing = (message: string) => (): never => {
  throw new Error(message);
};
const unavailable = (): LogUnavailableError => new LogUnavailableError(new Error('no route to host'));

/** A trip whose process died inside the hotel. */
async function orphan(cluster: Cluster, diary: Diary, script: TripScript = { hotel: forEver }): Promise<void> {
  const first = cluster.process();
  await cluster.until(first.runner.start(tripOf(diary, script), lisbon, { id: 'x' }));
  await cluster.rest();
  first.die();
}

describe('a saga that cannot be recovered (omicron #5947)', () => {
  it('does not keep any other from being recovered', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { hotel: forEver });
    const first = cluster.process();
    const ids = Array.from({ length: 60 }, (_, index) => `trip-${index}`);
    await cluster.until(Promise.all(ids.map((id) => first.runner.start(Trip, lisbon, { id }))));
    await cluster.rest();
    first.die();
    const bad = new Set(['trip-0', 'trip-29', 'trip-59']);
    const second = cluster.process({ sagas: [tripOf(diary)] });
    second.ask = async (method, ask, [id]) => {
      const answer = await ask();
      if (method !== 'events' || !bad.has(id as string)) return answer;
      return (answer as readonly LoggedEvent[]).map((event) => ({ ...event, data: 'no JSON' }));
    };
    await cluster.until(second.runner.open());
    const ends = await cluster.until(Promise.all(ids.map((id) => second.runner.handle(Trip, id).settled())));
    expect(ends.filter(({ status }) => status !== 'completed').map(({ id, status }) => [id, status])).toEqual(
      [...bad].map((id) => [id, 'stuck']),
    );
  });
});

describe('a log that is longer than a page (omicron #5948)', () => {
  const event = (seq: number): LoggedEvent => ({ seq, atMs: 0, type: 'wait-begun', step: null, data: '{}' });

  it.each([999, 1_000, 1_001, 1_999, 2_000, 2_001])('is loaded whole: %i events', async (count) => {
    const all = Array.from({ length: count }, (_, index) => event(index + 1));
    const log = { events: async (_: string, afterSeq: number, limit: number) => all.slice(afterSeq, afterSeq + limit) };
    expect(await loadEvents(log, 'x', count)).toEqual(all);
    await expect(loadEvents(log, 'x', count + 1)).rejects.toMatchObject({ code: 'SAGA_LOG_UNREADABLE' });
  });

  it('is loaded whole from a store that gives less at a time than it is asked for', async () => {
    const all = Array.from({ length: 250 }, (_, index) => event(index + 1));
    const log = { events: async (_: string, afterSeq: number, limit: number) => all.slice(afterSeq, afterSeq + Math.min(limit, 100)) };
    expect(await loadEvents(log, 'x', 250)).toEqual(all);
  });
});

type Call = StepContext<{ readonly to: string }>;
type Undo = CompensationContext<{ readonly to: string }>;

/** Waits, siblings, retries of steps and compensations: as many kinds of events as one saga can have. */
function richTripOf(diary: Diary) {
  @Saga({ name: 'RichTrip' })
  class RichTrip {
    @Step()
    @Retry({ attempts: 2, baseMs: 100 })
    async card(call: Call): Promise<object> {
      diary.step('card', call);
      if (call.attempt === 1) throw new Error('busy');
      return { card: 1 };
    }
    @Compensate('card')
    @Retry({ attempts: 3, baseMs: 100 })
    async undoCard(effect: object | undefined, call: Undo): Promise<void> {
      diary.undo('card', effect, call);
      if (call.attempt === 1) throw new Error('busy');
    }

    @Step()
    @Async()
    async hotel(call: Call): Promise<object> {
      diary.step('hotel', call);
      return { hotel: 1 };
    }
    @Compensate('hotel')
    async undoHotel(effect: object | undefined, call: Undo): Promise<void> {
      diary.undo('hotel', effect, call);
    }

    @Step()
    @Async({ timeoutMs: 1_000, graceMs: 100 })
    async flight(call: Call): Promise<object> {
      diary.step('flight', call);
      return call.input.to === 'Lisbon' ? { flight: 1 } : forEver();
    }
    @Compensate('flight')
    async undoFlight(effect: object | undefined, call: Undo): Promise<void> {
      diary.undo('flight', effect, call);
    }

    @Step()
    async mail(call: Call): Promise<void> {
      diary.step('mail', call);
    }
  }
  return RichTrip;
}

describe('a log that is legal (steno #462)', () => {
  it.each(['Lisbon', 'nowhere'])('is never judged illegal, after whichever write the process dies: to %s', async (to) => {
    let deaths = 0;
    for (let dies = 1; deaths === dies - 1; dies++) {
      const cluster = new Cluster();
      const first = cluster.process();
      let writes = 0;
      first.ask = async (method, ask) => {
        const answer = await ask();
        if (method === 'write' && ++writes === dies) {
          first.die();
          deaths += 1;
        }
        return answer;
      };
      // Of a process that dies nobody hears whether it was started.
      void first.runner.start(richTripOf(new Diary()), { to }, { id: 'x' });
      await cluster.advance(10_000);
      const second = await cluster.worker({ sagas: [richTripOf(new Diary())] });
      const { status } = await cluster.until(second.runner.handle(richTripOf(new Diary()), 'x').settled());
      expect({ dies, status }).toEqual({ dies, status: to === 'Lisbon' ? 'completed' : 'compensated' });
    }
    expect(deaths).toBeGreaterThan(5);
  });
});

describe('the state of an execution and its events (vercel/workflow #3081)', () => {
  it('cannot diverge, whichever write fails, is lost, or loses its answer', async () => {
    const faults: Record<string, (ask: () => Promise<unknown>) => Promise<unknown>> = {
      lost: () => Promise.reject(unavailable()),
      unanswered: async (ask) => {
        await ask();
        throw unavailable();
      },
    };
    for (const [name, fault] of Object.entries(faults)) {
      for (let failing = 1, writes = failing; failing <= writes; failing++) {
        const cluster = new Cluster();
        const Rich = richTripOf(new Diary());
        const process = cluster.process({ sagas: [Rich] });
        writes = 0;
        process.ask = async (method, ask) => {
          if (method !== 'write') return ask();
          writes += 1;
          try {
            return await (writes === failing ? fault(ask) : ask());
          } finally {
            const [head] = await cluster.log.heads(['x']);
            const events = await cluster.log.events('x', 0, 1_000);
            expect(head?.seq ?? 0).toBe(events.length);
            const hasEnded = events.some(({ type }) => type === 'execution-ended');
            expect({ name, failing, ended: head?.endedAtMs != null, output: head?.output != null }).toEqual({
              name, failing, ended: hasEnded, output: hasEnded,
            });
          }
        };
        const settled = cluster.until(process.runner.settle(Rich, { to: 'nowhere' }, { executionId: 'x' }));
        expect(await settled).toMatchObject({ status: 'compensated' });
        const ends = (await cluster.log.events('x', 0, 1_000)).filter(({ type }) => type === 'execution-ended');
        expect(ends).toHaveLength(1);
      }
    }
  });
});

describe('an async step (medusa #11771)', () => {
  it('is run by one worker alone, for as long as that keeps its lease', async () => {
    const cluster = new Cluster();
    let entered = 0;
    const make = () => {
      @Saga({ name: 'Slow' })
      class Slow {
        @Step()
        @Async({ timeoutMs: 7_200_000 })
        async hotel(): Promise<void> {
          entered += 1;
          await cluster.pause(3_000_000);
        }
      }
      return Slow;
    };
    const Slow = make();
    const { runner } = await cluster.worker({ sagas: [Slow] });
    for (const Other of [make(), make()]) await cluster.worker({ sagas: [Other] });
    const handle = await cluster.until(runner.start(Slow, undefined, { id: 'x' }));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
    expect(entered).toBe(1);
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ epoch: 1 });
  });
});

/** All that a worker asks of the log when it recovers something. */
const asked: readonly LogMethod[] = ['declare', 'graphsOf', 'beat', 'claim', 'events', 'inbox', 'write', 'heads', 'owned', 'release'];

describe('a database that restarts during recovery (dbos-transact-py #716)', () => {
  type Fault = readonly [name: string, fault: (cluster: Cluster, ask: () => Promise<unknown>) => Promise<unknown>];
  const faults: readonly Fault[] = [
    ['is not done', () => Promise.reject(unavailable())],
    ['is done and not answered', async (_, ask) => ask().then(() => Promise.reject(unavailable()))],
    ['is never answered', async (_, ask) => ask().then(forEver)],
    ['is done when nobody waits for it any more', async (cluster, ask) => cluster.pause(9_000).then(ask)],
  ];

  it.each(faults)('strands nothing, whichever question %s', async (_, fault) => {
    for (const failing of asked) {
      const cluster = new Cluster();
      const diary = new Diary();
      await orphan(cluster, diary);
      const Trip = tripOf(diary);
      const second = cluster.process({ sagas: [Trip] });
      let left = 2;
      const asks = new Set<LogMethod>();
      second.ask = (method, ask) => {
        asks.add(method);
        // What is asked only after something else went wrong goes wrong then, too.
        const fails = method === failing || (method === 'claim' && ['owned', 'release', 'heads'].includes(failing) && !asks.has(failing));
        return fails && left-- > 0 ? fault(cluster, ask) : ask();
      };
      await cluster.advance(14_000);
      while (!(await cluster.until(second.runner.open().then(() => true, isUnavailable))));
      await cluster.advance(120_000);
      expect({ failing, status: (await cluster.log.heads(['x']))[0]!.status }).toEqual({ failing, status: 'completed' });
      expect(diary.entries.filter((entry) => !entry.endsWith('?'))).toEqual(['card', 'hotel', 'flight']);
    }
  });

  it('strands nothing that is started again under its id meanwhile', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    await orphan(cluster, diary);
    await cluster.advance(20_000);
    const Trip = tripOf(diary);
    const second = cluster.process({ sagas: [Trip] });
    // What the claim has brought is not known here, and what is being started under its id is not what it has brought.
    second.ask = async (method, ask) => {
      if ((method === 'write' || method === 'heads') && cluster.nowMs < 60_000) throw unavailable();
      const answer = await ask();
      return method === 'claim' && cluster.nowMs === 20_000 ? forEver() : answer;
    };
    const opened = second.runner.open();
    const started = opened.then(() => second.runner.start(Trip, lisbon, { id: 'x' }));
    const handle = await cluster.until(started);
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'completed' });
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
  });
});

describe('a claim that the store does when its answer is not waited for any more', () => {
  it('leaves nothing with a worker that knows nothing of it', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    await orphan(cluster, diary); // until 15,000
    await cluster.advance(7_900);
    const Trip = tripOf(diary);
    const second = cluster.process({ sagas: [Trip] });
    // Asked in vain until 12,900, looked for at 13,900 and at 14,900, done at 15,200.
    second.ask = (method, ask) => (method === 'claim' && cluster.nowMs === 7_900 ? cluster.pause(7_300).then(ask) : ask());
    await cluster.until(second.runner.open());
    await cluster.advance(7_000);
    expect(second.asked.filter((method) => method === 'owned').length).toBeGreaterThan(0);
    await cluster.advance(400);
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ epoch: 2 });
    expect(await cluster.until(second.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'completed' });
  });
});

function isUnavailable(error: unknown): boolean {
  if (isSagaError(error) && error.code === 'SAGA_LOG_UNAVAILABLE') return false;
  throw error;
}

describe('a list of candidates that is stale (dbos-transact-py #742)', () => {
  it.each(['claim', 'events'] as const)('runs nothing that was not claimed: the answer to %s comes when others have it', async (late) => {
    const cluster = new Cluster();
    const diary = new Diary();
    await orphan(cluster, diary);
    await cluster.advance(20_000);
    const Trip = tripOf(diary, { hotel: () => cluster.pause(40_000) });
    const sleeper = cluster.process({ sagas: [tripOf(diary, { hotel: throwing('run by the sleeper') })] });
    let wake = (): void => {};
    const sleeps = new Promise<void>((resolve) => (wake = resolve));
    let isAsleep = false;
    sleeper.ask = async (method, ask) => {
      if (isAsleep) return sleeps.then(ask);
      const answer = await ask();
      isAsleep ||= method === late && (answer as readonly unknown[]).length > 0;
      return isAsleep ? sleeps.then(() => answer) : answer;
    };
    await cluster.until(sleeper.runner.open());
    await cluster.advance(1_000);
    expect(isAsleep).toBe(true);
    const other = await cluster.worker({ sagas: [Trip] });
    await cluster.advance(20_000);
    wake();
    expect(await cluster.until(other.runner.handle(Trip, 'x').settled())).toMatchObject({ status: 'completed' });
    await cluster.advance(60_000);
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
  });
});

describe('an id that is empty (dbos-transact-py #759)', () => {
  it('is refused, and nothing is started', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const { runner } = await cluster.worker({});
    await expect(runner.start(tripOf(diary), lisbon, { id: '' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS' });
    await expect(runner.run(tripOf(diary), lisbon, { executionId: '' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS' });
    expect(diary.entries).toEqual([]);
    expect(cluster.log.stats.creations).toBe(0);
  });
});

describe('a bundle with other source text (a hash of which stranded what was under way)', () => {
  it('goes on with what another began, where the graph is the same', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    await orphan(cluster, diary);
    // The same steps, as a minifier may leave them: all of the text is another.
    class A {
      async card(b: Call): Promise<unknown> {
        return diary.step('card', b), { card: 1 };
      }
      async hotel(b: Call): Promise<unknown> {
        return diary.step('hotel', b), { hotel: 1 };
      }
      async flight(b: Call): Promise<unknown> {
        return diary.step('flight', b), { flight: 1 };
      }
      async undoCard(): Promise<void> {}
      async undoHotel(): Promise<void> {}
      async undoFlight(): Promise<void> {}
    }
    const decorate = (name: string, decorator: unknown): void => {
      (decorator as MethodDecorator)(A.prototype, name, Object.getOwnPropertyDescriptor(A.prototype, name)!);
    };
    decorate('card', Step());
    decorate('undoCard', Compensate('card'));
    decorate('hotel', Step({ needs: ['card'] }));
    decorate('undoHotel', Compensate('hotel'));
    decorate('flight', Step({ needs: ['hotel'] }));
    decorate('undoFlight', Compensate('flight'));
    (Saga({ name: 'BookTrip' }) as unknown as (saga: unknown) => void)(A);
    const { runner } = await cluster.worker({ sagas: [A] });
    expect(await cluster.until(runner.handle(A, 'x').settled())).toMatchObject({ status: 'completed' });
    expect(diary.entries).toEqual(['card', 'hotel', 'hotel?', 'flight']);
  });
});

describe('an effect of a step that timed out (samples that register its compensation when it has succeeded)', () => {
  const timedOut = (cluster: Cluster, diary: Diary) => {
    @Saga({ name: 'Timed' })
    class Timed {
      @Step({ timeoutMs: 1_000, graceMs: 100 })
      async hotel(call: StepContext): Promise<string> {
        diary.step('hotel', call);
        await cluster.pause(30_000);
        return 'booked after all';
      }
      @Compensate('hotel')
      async undoHotel(hotel: string | undefined, call: CompensationContext): Promise<void> {
        diary.undo('hotel', hotel, call);
      }
    }
    return Timed;
  };

  it('is undone when the step is given up, and once more when it comes after all', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Timed = timedOut(cluster, diary);
    const { runner } = await cluster.worker({ sagas: [Timed] });
    const handle = await cluster.until(runner.start(Timed, undefined, { id: 'x' }));
    expect(await cluster.until(handle.settled())).toMatchObject({ status: 'compensated' });
    expect(diary.undos).toMatchObject([{ effect: undefined, outcome: 'in-doubt' }]);
    await cluster.advance(60_000);
    expect(diary.undos).toMatchObject([{ effect: undefined }, { effect: 'booked after all' }]);
  });

  it('is undone by whoever goes on, where the process died before the step was over', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const first = cluster.process();
    await cluster.until(first.runner.start(timedOut(cluster, diary), undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    const Timed = timedOut(cluster, diary);
    const { runner } = await cluster.worker({ sagas: [Timed] });
    await cluster.until(runner.handle(Timed, 'x').cancel());
    expect(await cluster.until(runner.handle(Timed, 'x').settled())).toMatchObject({ status: 'compensated' });
    expect(diary.entries).toEqual(['hotel', 'undo hotel()']);
  });

  it('is undone also where that fails at first, and is tried again after the end', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    @Saga()
    class Busy {
      @Step({ timeoutMs: 1_000, graceMs: 100 })
      async hotel(): Promise<string> {
        await cluster.pause(30_000);
        return 'booked after all';
      }
      @Compensate('hotel')
      @Retry({ attempts: 3, baseMs: 60_000, maxMs: 60_000, jitter: false }) // longer than a lease: others may go on with it
      async undoHotel(hotel: string | undefined, call: CompensationContext): Promise<void> {
        diary.undo('hotel', hotel, call);
        if (hotel !== undefined && call.attempt < 3) throw new Error('busy');
      }
    }
    const { runner } = await cluster.worker({ sagas: [Busy] });
    await cluster.until(runner.settle(Busy, undefined, { executionId: 'x' }));
    await cluster.advance(200_000);
    expect(diary.undos.map(({ effect }) => effect)).toEqual([undefined, ...Array<string>(3).fill('booked after all')]);
    expect((await cluster.log.heads(['x']))[0]).toMatchObject({ status: 'compensated', owner: null, wakeAtMs: null });
  });
});

describe('an effect that its worker knew and could not record', () => {
  it('is reported to whoever has the execution by then, and undone (R5a)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { card: () => ({ card: 'of the first' }) });
    const first = await cluster.worker({ sagas: [Trip] });
    let isAsleep = false;
    let wake = (): void => {};
    const sleeps = new Promise<void>((resolve) => (wake = resolve));
    first.ask = async (method, ask) => {
      isAsleep ||= method === 'write' && diary.entries.length === 1;
      if (isAsleep) await sleeps;
      return ask();
    };
    await cluster.until(first.runner.start(Trip, lisbon, { id: 'x' }));
    const second = await cluster.worker({ sagas: [tripOf(diary, { hotel: throwing('no room') })] });
    expect(await cluster.until(second.runner.handle(tripOf(diary), 'x').settled())).toMatchObject({ status: 'compensated' });
    wake();
    await cluster.advance(60_000);
    expect(diary.undos.filter(({ name }) => name === 'card').map(({ effect }) => effect)).toEqual([{ card: 1 }, { card: 'of the first' }]);
  });

  it('is reported before the process that knows it has closed', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const Trip = tripOf(diary, { card: () => cluster.pause(40_000).then(() => ({ card: 'late' })) });
    const first = await cluster.worker({ sagas: [Trip] });
    await cluster.until(first.runner.start(Trip, lisbon, { id: 'x' }));
    cutOff(first);
    let hasClosed = false;
    const second = await cluster.worker({ sagas: [tripOf(diary, { hotel: throwing('no room') })] });
    await cluster.advance(39_999);
    first.ask = async (method, ask) => {
      if (method === 'request') await cluster.pause(3_000);
      return hasClosed ? forEver() : ask();
    };
    await cluster.advance(2);
    await cluster.until(first.runner.close());
    hasClosed = true;
    first.die();
    await cluster.advance(60_000);
    expect(second.typesOf('x')).toContain('late-effect');
    expect(diary.undos.filter(({ name }) => name === 'card').map(({ effect }) => effect)).toEqual([{ card: 1 }, { card: 'late' }]);
  });
});

function cutOff(process: Process): void {
  process.ask = () => Promise.reject(unavailable());
}

describe('the count of a backoff (kept in memory, it began anew at every crash)', () => {
  const dies = async (what: 'step' | 'compensation') => {
    const cluster = new Cluster();
    const atMs: number[] = [];
    const attempt = (): never => {
      atMs.push(cluster.nowMs);
      throw new Error('busy');
    };
    const make = () => {
      @Saga({ name: 'Patient' })
      class Patient {
        @Step()
        @Retry({ attempts: what === 'step' ? 4 : 1, baseMs: 600_000, maxMs: 86_400_000, jitter: false })
        async hotel(): Promise<void> {
          if (what === 'step') attempt();
          throw new Error('no room');
        }
        @Compensate('hotel')
        @Retry({ attempts: 4, baseMs: 600_000, maxMs: 86_400_000, jitter: false })
        async undoHotel(): Promise<void> {
          if (what === 'compensation') attempt();
        }
      }
      return Patient;
    };
    const first = cluster.process();
    await cluster.until(first.runner.start(make(), undefined, { id: 'x' }));
    await cluster.rest();
    first.die();
    // One process after the other dies in each wait, some before it is over and some long after.
    for (const waitMs of [100_000, 400_000, 300_000, 900_000, 2_000_000]) {
      const process = await cluster.worker({ sagas: [make()] });
      await cluster.advance(waitMs);
      process.die();
    }
    const last = await cluster.worker({ sagas: [make()] });
    const settled = await cluster.until(last.runner.handle(make(), 'x').settled(), 7_200_000);
    return { settled, delaysMs: atMs.slice(1).map((at, index) => at - atMs[index]!) };
  };

  it.each([['step', 'compensated'], ['compensation', 'stuck']] as const)('survives every crash: of a %s', async (what, status) => {
    const { settled, delaysMs } = await dies(what);
    expect(settled).toMatchObject({ status });
    expect(delaysMs).toHaveLength(3);
    // At most by a lease and a poll interval longer than it should be, and never shorter.
    for (const [index, delayMs] of delaysMs.entries()) {
      const dueMs = 600_000 * 2 ** index;
      expect(delayMs).toBeGreaterThanOrEqual(dueMs);
      expect(delayMs).toBeLessThanOrEqual(dueMs + 15_000 + 1_250);
    }
  });
});
