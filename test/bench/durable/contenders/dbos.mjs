import { DBOS } from '@dbos-inc/dbos-sdk';
import { serve } from '../serve.ts';
import { book, bookOrFail, cancel } from '../work.ts';

const [, , url] = process.argv;

// It would print every step that fails.
const silent = { info: ignore, debug: ignore, warn: ignore, error: ignore };
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logger: silent });
const trip = DBOS.registerWorkflow(bookTrip, { name: 'trip' });
await DBOS.launch();

serve({
  run: async (shape) => {
    const end = await trip(shape).then(() => 'happy', () => 'failing');
    if (end !== shape) throw new Error(`a ${shape} workflow ended ${end}`);
  },
  close: () => DBOS.shutdown(),
});

async function bookTrip(shape) {
  const bookings = [];
  try {
    for (const step of [1, 2, 3, 4]) bookings.push(await DBOS.runStep(() => book(step), { name: `book ${step}` }));
    bookings.push(await DBOS.runStep(() => bookOrFail(5, shape), { name: 'book 5' }));
    return bookings;
  } catch (error) {
    for (const booking of bookings.reverse()) await DBOS.runStep(() => cancel(booking), { name: `cancel ${booking.ref}` });
    throw error;
  }
}

function ignore() {}
