import type { Pool } from 'pg';

// That an address has one user is checked when a transaction commits, as in a database that takes many sign-ups at once.
const tables = `
  CREATE TABLE IF NOT EXISTS users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL,
    name text NOT NULL,
    email text NOT NULL CONSTRAINT one_user_per_address UNIQUE DEFERRABLE INITIALLY DEFERRED,
    plan text
  );
  CREATE TABLE IF NOT EXISTS jobs (
    reference text PRIMARY KEY,
    request jsonb NOT NULL,
    outcome text,
    problem text
  );
`;

export async function createTables(database: Pool): Promise<void> {
  await database.query(tables);
}
