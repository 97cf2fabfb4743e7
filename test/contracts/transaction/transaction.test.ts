import { afterAll, beforeAll } from 'vitest';
import { startPostgres } from '../../../samples/shared/services/postgres.js';
import type { Postgres } from '../../../samples/shared/services/postgres.js';
import { transactionContract } from './contract.js';
import { openDrizzle } from './drivers/drizzle.js';
import { openKnex } from './drivers/knex.js';
import { openKysely } from './drivers/kysely.js';
import { openPg } from './drivers/pg.js';
import { openTypeOrm } from './drivers/typeorm.js';

let postgres: Postgres;
beforeAll(async () => {
  process.noDeprecation = true; // pg warns of statements that overlap on one connection, as those of async siblings do
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
const url = (): string => postgres.url;

transactionContract('pg', url, openPg);
transactionContract('Kysely', url, openKysely);
transactionContract('Knex', url, openKnex);
transactionContract('Drizzle', url, openDrizzle);
transactionContract('TypeORM', url, openTypeOrm);
