// npm start [-- my-trips.json]: starts the services, books the trips of the file, and shows that nothing is left behind.
import 'reflect-metadata';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bookTrips } from './program.js';
import { openOutsideWorld } from './services/outside-world.js';
import { readTrips, TripsFileError } from './trips-file.js';

const [named] = process.argv.slice(2);
// npm runs scripts in the folder of the package; the user may stand elsewhere.
const file = named === undefined ? fileURLToPath(new URL('trips.json', import.meta.url)) : resolve(process.env['INIT_CWD'] ?? '.', named);

try {
  const trips = await readTrips(file);
  const world = await openOutsideWorld();
  try {
    const isAllWell = await bookTrips(trips, world, (line) => console.log(line));
    if (!isAllWell) process.exitCode = 1;
  } finally {
    await world.close();
  }
} catch (error) {
  if (!(error instanceof TripsFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
