import type { RunningService } from '../../shared/services/http-service.js';
import { startPostgres } from '../../shared/services/postgres.js';

/** A PostgreSQL of its own; its address is `postgres://…`. When it is closed nothing of it is left, nor when this process is killed. */
export async function openPostgres(): Promise<RunningService> {
  const postgres = await startPostgres();
  return { address: postgres.url, close: () => postgres.stop() };
}
