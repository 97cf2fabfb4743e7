import { expect } from 'vitest';
import type { ExecutionLog } from '../../src/durable/execution-log.js';
import type { Ledger, Mark } from './ledger.js';
import type { News } from './program/crash-points.js';
import type { Order } from './program/office.js';
import type { Exit } from './worker-process.js';

/** Every fourth of them fails, at its last step. */
export function manyOrders(count: number): readonly Order[] {
  return Array.from({ length: count }, (_, index) => ({ execution: `tour-${index}`, fails: index % 4 === 0 ? 'charge' : null }));
}

export function endedIn({ news, code, signal, errors }: Exit): Extract<News, { readonly type: 'ended' }>['settled'] {
  const end = news.find((one) => one.type === 'ended');
  if (code !== 0 || end === undefined) throw new Error(`A process ended with ${signal ?? code}: ${errors}`);
  return end.settled;
}

/** Resolves once so much was done; rejects where the process ends before. */
export async function untilMarked(ledger: Ledger, count: number, exited: Promise<Exit>): Promise<void> {
  let isOver = false;
  void exited.then(() => (isOver = true));
  while ((await ledger.count()) < count) {
    if (isOver) throw new Error(`Everything had ended with ${await ledger.count()} marks in the ledger. ${(await exited).errors}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const steps = ['account', 'charge', 'deposit', 'flight', 'hotel', 'letter'];
const undoings = ['undo account', 'undo charge', 'undo deposit', 'undo flight', 'undo hotel'];
/** How often the service is busy before it does what it is asked. */
const busy: Readonly<Record<string, number>> = { deposit: 2, 'undo hotel': 1 };

/** All of them have ended as they must, and everything was done once: no process died, and none lost its lease. */
export async function checkAll(orders: readonly Order[], log: ExecutionLog, ledger: Ledger): Promise<ReadonlyMap<string, readonly Mark[]>> {
  const heads = new Map((await log.heads(orders.map(({ execution }) => execution))).map((head) => [head.id, head]));
  const marksOf = new Map<string, readonly Mark[]>();
  for (const { execution, fails } of orders) {
    const status = fails === null ? 'completed' : 'compensated';
    expect(heads.get(execution)).toMatchObject({ status, owner: null, wakeAtMs: null, epoch: expect.any(Number) as number });
    const events = await log.events(execution, 0, 1_000);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'execution-ended')).toEqual([events[events.length - 1]]);
    const marks = await ledger.marks(execution);
    marksOf.set(execution, marks);
    const calls = fails === null ? steps : [...steps, ...undoings];
    for (const call of calls) {
      const count = (what: Mark['what']): number => marks.filter((mark) => mark.call === call && mark.what === what).length;
      const [entered, done] = [count('entered'), count('done')];
      expect({ execution, call, entered, done }).toEqual({ execution, call, entered: 1 + (busy[call] ?? 0), done: call === fails ? 0 : 1 });
    }
    expect(await ledger.booked(execution)).toHaveLength(fails === null ? 10 : 0);
    expect(new Set(await ledger.published(execution)).size).toBe(fails === null ? 1 : 0);
  }
  return marksOf;
}
