import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { legend } from '../../shared/account/account.js';
import type { Tell } from '../../shared/run-sample.js';
import { announce } from '../account/announcement.js';
import { reckon } from '../reckoning/reckon.js';
import type { Expected } from '../reckoning/reckoning.js';
import type { OutsideWorld } from '../services/outside-world.js';
import type { PlannedTrip } from '../trips-file.js';
import type { Booked, Death, Order, Orders } from './orders.js';

const runner = fileURLToPath(new URL('../../run.mjs', import.meta.url));
const program = 'samples/trip-booking/durable/booking-process.ts';

/** On the way forward, with the card held and three bookings about to be made; and on the way back, with the rest still to be undone. */
const deaths: readonly Death[] = [{ event: 'step-succeeded', step: 'authorization' }, { event: 'compensation-succeeded' }];

/**
 * Books the trips one after the other in a process of its own, which is killed twice in the middle of one, and started again. Answers
 * whether all is as it should be.
 */
export async function bookTripsDurably(trips: readonly PlannedTrip[], world: OutsideWorld, tell: Tell): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'class-saga-trips-'));
  const orders = { logFile: join(folder, 'sagas.db'), addresses: world.addresses };
  tell(legend);
  let process = await BookingProcess.start({ ...orders, death: deaths[0] ?? null }, tell);
  let killed = 0;
  try {
    const ends: Expected[] = [];
    for (const trip of trips) {
      announce(trip, tell);
      world.play(trip.faults);
      let booked = await process.book(trip);
      while (booked === 'killed') {
        tell('         ✗ the process is killed, with SIGKILL; another is started, and takes over');
        killed += 1;
        process = await BookingProcess.start({ ...orders, death: deaths[killed] ?? null }, tell);
        booked = await process.book(trip);
      }
      ends.push({ reference: trip.request.reference, title: trip.title, ...booked });
    }
    return await reckon(world.addresses, ends, tell);
  } finally {
    await process.close();
    await rm(folder, { recursive: true });
  }
}

/** One life of the process that books. */
class BookingProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Its exit, with all that it had to tell told. */
    private readonly over: Promise<'killed'>,
  ) {}

  static async start(orders: Orders, tell: Tell): Promise<BookingProcess> {
    const child = fork(runner, [program, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', tell);
    const isTold = new Promise((resolve) => lines.on('close', resolve));
    const over = new Promise<'killed'>((resolve, reject) => {
      child.on('exit', (code, signal) => {
        if (signal === 'SIGKILL' || code === 0) void isTold.then(() => resolve('killed'));
        else reject(new Error(`The process that books has ended with ${signal ?? String(code)}.`));
      });
    });
    over.catch(() => {}); // whoever has it book hears of it
    return new BookingProcess(child, over);
  }

  /** Has it book a trip, or, where it was killed over that, go on with it. */
  book({ request }: PlannedTrip): Promise<Booked | 'killed'> {
    const booked = new Promise<Booked>((resolve) => this.child.once('message', (message) => resolve(message as Booked)));
    this.send({ type: 'book', request });
    return Promise.race([booked, this.over]);
  }

  async close(): Promise<void> {
    if (this.child.connected) this.send({ type: 'close' });
    await this.over;
  }

  private send(order: Order): void {
    this.child.send(order);
  }
}
