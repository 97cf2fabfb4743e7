import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../src/durable/execution-log.js';
import type { Grounds } from './grounds.js';
import type { Outcome, Story } from './killing.js';
import { checkEffects, found, leaseMs } from './killing.js';
import type { Mark } from './ledger.js';
import { openLedger } from './ledger.js';
import type { News } from './program/crash-points.js';
import type { Task } from './program/main.js';
import type { Exit } from './worker-process.js';
import { programForThisFile } from './worker-process.js';

/** What there was when another process had ended the execution, and the first was let go on. */
interface Meanwhile {
  readonly events: readonly LoggedEvent[];
  readonly marks: readonly Mark[];
}

interface Awakening extends Pick<Outcome, 'events' | 'marks' | 'head' | 'booked'> {
  readonly meanwhile: Meanwhile;
  /** What came of the writes of the first process that it sent in the name of its first claim, once it was let go on. */
  readonly writes: readonly string[];
}

/** The same for every log: a process sleeps for longer than its lease, and finds the execution ended by another. */
export function stopped(grounds: Grounds): void {
  const start = programForThisFile();
  let count = 0;

  const awake = async (fails: string | null, at: string): Promise<Awakening> => {
    count += 1;
    const id = `sleeper-${count}`;
    const ground = await grounds.next();
    const orders = [{ execution: id, fails }];
    const task = (run: number): Task =>
      ({ log: ground.log, ledger: ground.ledger, saga: 'BookTour', orders, run, crash: null, tells: ['writes'], leaseMs });
    const log = await ground.open();
    const ledger = await openLedger(ground.ledger);
    try {
      const sleeper = start({ ...task(0), crash: { at, signal: 'SIGSTOP' } });
      await sleeper.heard('crashed');
      const other = ended(await start(task(1)).exited);
      const meanwhile = await found(log, ledger, id);
      sleeper.kill('SIGCONT');
      const { news, ...exit } = await sleeper.exited;
      expect(ended({ news, ...exit }).settled).toMatchObject([{ id, status: other.settled[0]!.status }]);
      // Whoever comes next finds nothing left to do, or does it.
      ended(await start(task(2)).exited);
      const all = await found(log, ledger, id);
      const story: Story = { saga: 'BookTour', fails, deaths: [] };
      checkEffects({ story, id, ended: other.settled[0]!, ...all });
      return { ...all, meanwhile, writes: writesAfterSleep(news) };
    } finally {
      await log.close();
      await ledger.close();
    }
  };

  describe.concurrent(`a process that sleeps past its lease, with its log on ${grounds.name}`, () => {
    it('finds its step done again by another, and reports what it did as a duplicate', async () => {
      const { events, meanwhile, marks } = await awake(null, 'deposit half done');
      expect(events.slice(0, meanwhile.events.length)).toEqual(meanwhile.events);
      expect(typesOf(events.slice(meanwhile.events.length))).toEqual(['late-effect deposit']);
      expect(callsOf(marks.slice(meanwhile.marks.length))).toEqual(['deposit done']);
    });

    it('has what it did after all undone, where the saga was', async () => {
      const { events, meanwhile, marks } = await awake('charge', 'hotel half done');
      expect(events.slice(0, meanwhile.events.length)).toEqual(meanwhile.events);
      const since = typesOf(events.slice(meanwhile.events.length));
      expect(since).toEqual(expect.arrayContaining(['late-effect hotel', 'compensation-succeeded hotel']));
      expect(undoKeysOf('hotel', marks)).toEqual(['undo-1', 'undo-2']);
    });

    it('writes nothing any more, and has undone what it could not record', async () => {
      const { events, meanwhile, marks, writes } = await awake('charge', 'log step-succeeded account unsent');
      expect(events.slice(0, meanwhile.events.length)).toEqual(meanwhile.events);
      expect(writes).toEqual(['fenced']);
      expect(undoKeysOf('account', marks)).toEqual(['undo-1', 'undo-2']);
    });

    it('begins nothing any more of what it has recorded as begun', async () => {
      const { events, meanwhile, marks, writes } = await awake(null, 'log step-succeeded account committed');
      expect(writes).toEqual([]);
      expect(events).toEqual(meanwhile.events);
      expect(marks).toEqual(meanwhile.marks);
    });

    it('records no end of a compensation that another has ended', async () => {
      const { events, meanwhile, marks } = await awake('charge', 'undo flight half done');
      expect(events).toEqual(meanwhile.events);
      expect(callsOf(marks.slice(meanwhile.marks.length))).toEqual(['undo flight done']);
    });

    it('is refused the end of a compensation that it had sent too late', async () => {
      const { events, meanwhile, marks, writes } = await awake('charge', 'log compensation-succeeded flight unsent');
      expect(writes).toEqual(['fenced']);
      expect(events).toEqual(meanwhile.events);
      expect(marks).toEqual(meanwhile.marks);
    });
  });
}

function ended({ news, code, signal, errors }: Exit): Extract<News, { readonly type: 'ended' }> {
  const end = news.find((one) => one.type === 'ended');
  if (code !== 0 || end === undefined) throw new Error(`A process ended with ${signal ?? code}: ${errors}`);
  return end;
}

function writesAfterSleep(news: readonly News[]): readonly string[] {
  const sleep = news.findIndex(({ type }) => type === 'crashed');
  return news.slice(sleep).flatMap((one) => (one.type === 'wrote' && one.epoch === 1 ? [one.result] : []));
}

function typesOf(events: readonly LoggedEvent[]): readonly string[] {
  return events.map(({ type, step }) => `${type} ${step}`);
}

function callsOf(marks: readonly Mark[]): readonly string[] {
  return marks.map(({ call, what }) => `${call} ${what}`);
}

function undoKeysOf(step: string, marks: readonly Mark[]): readonly string[] {
  const keys = marks.filter(({ call }) => call === `undo ${step}`).map(({ key }) => key.slice(key.lastIndexOf(':') + 1));
  return [...new Set(keys)];
}
