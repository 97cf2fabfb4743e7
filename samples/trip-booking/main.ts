// npm start [-- my-trips.json]: starts the services, books the trips of the file, and shows that nothing is left behind.
import 'reflect-metadata';
import { runSample } from '../shared/run-sample.js';
import { bookTrips } from './program.js';
import { openOutsideWorld } from './services/outside-world.js';
import { readTrips } from './trips-file.js';

await runSample({ ownFile: new URL('trips.json', import.meta.url), read: readTrips, open: openOutsideWorld, run: bookTrips });
