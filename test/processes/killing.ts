// An execution that goes from process to process: each dies where its plan says, and the next takes up what it left, until one lives to
// see the end. Then everything that durability.md promises of it is checked, against the log and against the world outside.

import { expect } from 'vitest';
import type { ExecutionLog, Head, LoggedEvent } from '../../src/durable/execution-log.js';
import type { Ledger, Mark, Place } from './ledger.js';
import { openLedger } from './ledger.js';
import type { Ended } from './program/crash-points.js';
import type { Task } from './program/main.js';
import type { Exit, WorkerProcess } from './worker-process.js';

/** A log of its own for one execution, and the world outside. */
export interface Ground {
  readonly log: Task['log'];
  readonly ledger: Place;
  /** The same log, as this process sees it. */
  readonly open: () => Promise<ExecutionLog>;
}

export interface Story {
  readonly saga: Task['saga'];
  /** The step that fails; `null`: none. */
  readonly fails: string | null;
  /** Where the first process dies, the second, and so on; `null`: it lives. */
  readonly deaths: readonly string[];
}

/** What was found when all had ended. */
export interface Outcome {
  readonly story: Story;
  readonly id: string;
  /** The points that processes did die at. A later one may have been passed before. */
  readonly died: readonly string[];
  /** What the log held when each of these was dead. */
  readonly left: readonly (readonly LoggedEvent[])[];
  readonly last: Exit;
  readonly ended: Ended;
  readonly head: Head;
  readonly events: readonly LoggedEvent[];
  readonly marks: readonly Mark[];
  readonly booked: readonly string[];
  readonly published: readonly string[];
}

/** As long as a process of the last run may be thought alive, in milliseconds. */
export const leaseMs = 500;

let executions = 0;

type Start = (task: Task) => WorkerProcess;

export async function tell(story: Story, ground: Ground, start: Start, tells: Task['tells']): Promise<Outcome> {
  executions += 1;
  const id = `tour-${executions}`;
  const order = { execution: id, fails: story.fails };
  const task = { log: ground.log, ledger: ground.ledger, saga: story.saga, orders: [order], tells, leaseMs };
  const log = await ground.open();
  const ledger = await openLedger(ground.ledger);
  try {
    const deaths = [...story.deaths];
    const died: string[] = [];
    const left: (readonly LoggedEvent[])[] = [];
    for (let run = 0; ; run++) {
      const at = deaths.shift();
      const crash = at === undefined ? null : ({ at, signal: 'SIGKILL' } as const);
      const { exited } = start({ ...task, run, crash });
      const exit = await exited;
      if (exit.signal === 'SIGKILL' && at !== undefined) {
        died.push(at);
        left.push(await log.events(id, 0, 1_000));
        continue;
      }
      const ended = exit.news.find((news) => news.type === 'ended')?.settled[0];
      if (exit.code !== 0 || ended === undefined) throw new Error(`A process ended with ${exit.signal ?? exit.code}: ${exit.errors}`);
      return { story, id, died, left, last: exit, ended, ...(await found(log, ledger, id)) };
    }
  } finally {
    await log.close();
    await ledger.close();
  }
}

type Found = Pick<Outcome, 'head' | 'events' | 'marks' | 'booked' | 'published'>;

export async function found(log: ExecutionLog, ledger: Ledger, id: string): Promise<Found> {
  const [head] = await log.heads([id]);
  return {
    head: head!,
    events: await log.events(id, 0, 1_000),
    marks: await ledger.marks(id),
    booked: await ledger.booked(id),
    published: await ledger.published(id),
  };
}

/** The points that an execution passes which nobody kills, in order: one for each moment. */
export function pointsOf({ last }: Outcome): readonly string[] {
  return [...new Set(last.news.flatMap((news) => (news.type === 'points' && news.names.length > 0 ? [news.names[0]!] : [])))];
}

/** Spreads the points over stories of so many deaths each, the deaths of each in the order in which the points come. */
export function storiesOf(saga: Task['saga'], fails: string | null, points: readonly string[], deathsEach: number): readonly Story[] {
  const length = Math.ceil(points.length / deathsEach);
  return Array.from({ length }, (_, first) => ({ saga, fails, deaths: points.filter((__, index) => index % length === first) }));
}

/** Everything that must be so, whatever happened on the way. */
export function check(outcome: Outcome): void {
  checkEnd(outcome);
  checkEffects(outcome);
  checkNothingIsDoneAgain(outcome);
  checkKeys(outcome);
  checkDoubt(outcome);
  checkOrderOfUndoing(outcome);
  checkAttempts(outcome);
}

function checkEnd({ events, head, ended, left }: Outcome): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(head.seq).toBe(events.length);
  const ends = events.filter(({ type }) => type === 'execution-ended');
  expect(ends).toEqual([events[events.length - 1]]);
  expect(head).toMatchObject({ status: ended.status, owner: null, wakeAtMs: null, hasInbox: false });
  expect(events.filter(({ type }) => type === 'execution-begun')).toHaveLength(1);
  // What was durable when a process died is what the others began with.
  for (const before of left) expect(events.slice(0, before.length)).toEqual(before);
}

const bookingSteps: Readonly<Record<Task['saga'], readonly string[]>> = {
  BookTour: ['account', 'charge', 'deposit', 'flight', 'hotel'],
  PayOnce: ['order', 'payment'],
  MoveStock: ['invoice', 'order'],
};

type Effects = Pick<Outcome, 'story' | 'id' | 'marks' | 'booked' | 'published' | 'ended'>;

/** All of it, or nothing. */
export function checkEffects({ story: { saga, fails }, id, marks, booked, published, ended }: Effects): void {
  const hasPaid = marks.some(({ call, what }) => call === 'payment' && what === 'entered');
  // A payment that is in doubt is not sent again: the order is undone.
  const isUndone = fails !== null || (saga === 'PayOnce' && ended.status === 'compensated');
  expect(ended.status).toBe(isUndone ? 'compensated' : 'completed');
  if (isUndone) {
    expect(booked).toEqual([]);
    expect(published).toEqual([]);
    if (fails === null) expect(hasPaid && ended.error?.includes('payment')).toBe(true);
    else expect(ended.error).toBe(`Error: No ${fails} is left.`);
    return;
  }
  const steps = bookingSteps[saga];
  const keys = steps.map((step) => marks.find(({ call }) => call === step)!.key);
  expect(booked).toEqual(keys.flatMap((key) => [`${key} 1`, `${key} 2`]).sort());
  expect(Object.keys(ended.effects as object)).toEqual(expect.arrayContaining([...steps]));
  // At least once, under one id.
  expect([...new Set(published)]).toHaveLength(saga === 'BookTour' ? 1 : 0);
  expect(published.every((event) => event.includes(id))).toBe(true);
}

/** What was in the log when a process died is never entered again by those after it. */
function checkNothingIsDoneAgain({ left, marks }: Outcome): void {
  left.forEach((events, run) => {
    const later = marks.filter((mark) => mark.run > run && mark.what === 'entered').map(({ call }) => call);
    for (const call of settledIn(events)) expect(later).not.toContain(call);
  });
  const payments = marks.filter(({ call, what }) => call === 'payment' && what === 'entered');
  expect(payments.length).toBeLessThanOrEqual(1);
}

function settledIn(events: readonly LoggedEvent[]): readonly string[] {
  return events.flatMap(({ type, step }) => {
    if (type === 'step-succeeded' || type === 'step-failed') return [step!];
    return type === 'compensation-succeeded' ? [`undo ${step}`] : [];
  });
}

/** Whoever runs a method again does so under the key that it had. */
function checkKeys({ marks }: Outcome): void {
  for (const call of new Set(marks.map((mark) => mark.call))) {
    expect(new Set(marks.filter((mark) => mark.call === call).map(({ key }) => key)).size).toBe(1);
  }
}

/** A step that a process died in is told so when it runs again. */
function checkDoubt({ marks, left }: Outcome): void {
  const entered = marks.filter(({ call, what }) => what === 'entered' && !call.startsWith('undo'));
  for (const { call, run, inDoubt } of entered) {
    const wasEntered = entered.some((other) => other.call === call && other.run < run && !hasFailedIn(left[other.run]!, call));
    if (wasEntered) expect({ call, run, inDoubt }).toMatchObject({ inDoubt: true });
  }
}

function hasFailedIn(events: readonly LoggedEvent[], step: string): boolean {
  return events.some((event) => event.type === 'step-attempt-failed' && event.step === step);
}

/** Last declared first, each entered only when the one before it is undone. */
function checkOrderOfUndoing({ story: { saga, fails }, marks, ended }: Outcome): void {
  const all = { BookTour: ['account', 'hotel', 'flight', 'deposit', 'charge'], PayOnce: ['order', 'payment'], MoveStock: ['order'] }[saga];
  const undone = marks.filter(({ call }) => call.startsWith('undo')).map(({ call }) => call.slice('undo '.length));
  const order = undone.filter((step, index) => step !== undone[index - 1]);
  if (ended.status === 'completed') expect(order).toEqual([]);
  else expect(order).toEqual(all.slice(0, fails === null || !all.includes(fails) ? all.length : all.indexOf(fails) + 1).reverse());
}

/** No crash gives a step more attempts that fail than it has, and no fewer, where all of them fail. */
function checkAttempts({ story: { fails }, events }: Outcome): void {
  if (fails !== 'deposit') return;
  const failed = events.filter(({ type, step }) => step === 'deposit' && (type === 'step-attempt-failed' || type === 'step-failed'));
  expect(failed.map(({ type }) => type)).toEqual([...Array<string>(3).fill('step-attempt-failed'), 'step-failed']);
}
