import type { Write } from 'class-saga';
import type { Contender } from '../serve.js';
import type { Booking, Shape } from '../work.js';
import { book, bookOrFail, cancel } from '../work.js';
import { GroupFlush } from './group-flush.js';
import { recordedWrites } from './recorded-writes.js';

const ignore = (): void => {};
const booking: Booking = { ref: 'BOOKING-1', price: 100 };
const fourSteps = [1, 2, 3, 4].map((step) => () => book(step));

let ids = 0;
/** As long as a UUID, and growing with time, as those of class-saga do. */
const newId = (): string => `${Date.now().toString(16)}-${(ids += 1)}`.padEnd(36, '-');

/** What happens behind each write but the last. */
const calls: Record<Shape, readonly (() => Promise<unknown>)[]> = {
  happy: [...fourSteps, () => book(5)],
  failing: [...fourSteps, () => bookOrFail(5, 'failing').catch(ignore), ...fourSteps.map(() => () => cancel(booking))],
};

/**
 * The practical limit of writing each step down before the next one begins: the rows that class-saga writes, with nothing that decides
 * about them. No fencing, no leases, no recovery; what the writes of concurrent sagas have in common is the flush.
 */
export async function raw(flush: (batch: readonly Write[]) => void | Promise<void>, close: () => Promise<void>): Promise<Contender> {
  const writes = { happy: await recordedWrites('happy'), failing: await recordedWrites('failing') };
  const log = new GroupFlush(flush);
  return {
    run: async (shape) => {
      const id = newId();
      for (const [index, write] of writes[shape].entries()) {
        await log.add({ ...write, id });
        await calls[shape][index]?.();
      }
    },
    close,
  };
}
