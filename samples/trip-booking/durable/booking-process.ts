// The process that books trips, on an execution log. The office starts it, gives it one order after the other, and has it killed.
import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { SagaRunner } from 'class-saga';
import type { ObservedEvent } from 'class-saga';
import { sqliteLog } from 'class-saga/sqlite';
import { fromContainer } from 'class-saga/tsyringe';
import { undoAgain } from '../../shared/clients/ask-again.js';
import { account } from '../account/account.js';
import { conclusion } from '../account/conclusion.js';
import { BookTrip } from '../book-trip.js';
import { contextsFor } from '../contexts.js';
import type { Booked, Death, Order, Orders } from './orders.js';

const { logFile, addresses, death } = JSON.parse(process.argv[2]!) as Orders;

/** At once, because the process may be killed right behind it. */
const tell = (line: string): void => void writeSync(process.stdout.fd, `${line}\n`);

const runner = new SagaRunner({
  log: sqliteLog(logFile),
  sagas: [BookTrip],
  worker: { leaseMs: 1_000, pollMs: 100 }, // so that nobody waits long for the next process to take over
  resolver: fromContainer(contextsFor(addresses)),
  observers: [account(tell), killedAt(death)],
  compensationRetry: undoAgain,
});
await runner.open();
process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  if (order.type === 'close') {
    await runner.close();
    process.disconnect();
    return;
  }
  // Started before, by the process that is gone, it is not started again: this waits for its end.
  const booking = await runner.start(BookTrip, order.request, { id: order.request.reference });
  const outcome = await booking.settled();
  tell(`  ${conclusion(outcome)}`);
  const booked: Booked = { isBooked: outcome.status === 'completed' };
  process.send!(booked);
}

/** No signal handler, no farewell: what a power cut or an out-of-memory killer does. */
function killedAt(moment: Death | null): (event: ObservedEvent) => void {
  return (event) => {
    if (event.type !== moment?.event || (moment.step ?? event.step) !== event.step) return;
    process.kill(process.pid, 'SIGKILL');
  };
}
