// npm start [-- --durable] [my-trips.json]: starts the services, books the trips of the file, and shows that nothing is left behind.
import 'reflect-metadata';
import { runSample } from '../shared/run-sample.js';
import { bookTripsDurably } from './durable/office.js';
import { bookTrips } from './program.js';
import { openOutsideWorld } from './services/outside-world.js';
import { readTrips } from './trips-file.js';

const flag = '--durable';
const named = process.argv.slice(2).filter((argument) => argument !== flag);

await runSample({
  named: named[0],
  ownFile: new URL('trips.json', import.meta.url),
  read: readTrips,
  open: openOutsideWorld,
  run: process.argv.includes(flag) ? bookTripsDurably : bookTrips,
});
