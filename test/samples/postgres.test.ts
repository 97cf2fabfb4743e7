import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../../samples/shared/services/postgres.js';

async function answerOf(url: string, statement: string): Promise<unknown> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(statement);
  await client.end();
  return Object.values(rows[0]!)[0];
}

describe('a PostgreSQL for samples and tests', () => {
  it('is one of its own for each that asks', async () => {
    const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
    const systems = await Promise.all([one, other].map(({ url }) => answerOf(url, 'select system_identifier from pg_control_system()')));
    expect(new Set(systems).size).toBe(2);
    await Promise.all([one.stop(), other.stop()]);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const postgres = await startPostgres();
    const { url } = postgres;
    const directory = await answerOf(url, 'show data_directory');
    expect(existsSync(String(directory))).toBe(true);
    await postgres.stop();
    expect(existsSync(String(directory))).toBe(false);
    await expect(answerOf(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('says why it could not be started', async () => {
    vi.stubEnv('TMPDIR', '/nowhere');
    await expect(startPostgres()).rejects.toThrow(/could not be started: [^]*no such file or directory/);
    vi.unstubAllEnvs();
  });
});
