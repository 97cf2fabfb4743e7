// npm run trips: starts PostgreSQL, the services and two instances of the application, and shows how one goes on with what the other left.
import { startPostgres } from '../shared/services/postgres.js';
import { migrate } from './database/data-source.js';
import { bookAtTwoInstances } from './office/office.js';
import { openOutsideWorld } from './outside/outside-world.js';

const postgres = await startPostgres();
try {
  await migrate(postgres.url);
  const world = await openOutsideWorld();
  try {
    if (!(await bookAtTwoInstances(world, postgres.url, (line) => console.log(line)))) process.exitCode = 1;
  } finally {
    await world.close();
  }
} finally {
  await postgres.stop();
}
