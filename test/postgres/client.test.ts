import { Client, Pool } from 'pg';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import type { PostgresClient } from '../../src/postgres/client.js';
import { postgresLog } from '../../src/postgres/postgres-log.js';
import { pgliteForThisFile } from './server.js';

const pglite = pgliteForThisFile();

describe('a client of the log', () => {
  it('gives steps a transaction, where it has a connection to write beside it', () => {
    for (const client of [new Pool(), new Pool({ max: 2 }), postgres({}), postgres({ max: 2 })]) {
      expect(typeof postgresLog(client).transact).toBe('function');
    }
  });

  it('gives them none, where it has one connection', () => {
    for (const client of [new Pool({ max: 1 }), new Client(), postgres({ max: 1 }), pglite()]) {
      expect(typeof postgresLog(client).transact).toBe('undefined');
    }
  });

  it.each([[undefined], [null], ['postgres://localhost'], [{}], [{ query: () => {} }], [new Map()], [() => {}], [Pool]])(
    'is no %s',
    (client) => {
      const make = (): unknown => postgresLog(client as unknown as PostgresClient);
      expect(make).toThrow('The client of the log is no pg.Pool, no pg.Client, no postgres.js and no PGlite.');
      expect(make).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
    },
  );
});

describe('the options of the log', () => {
  it.each([[{ schema: '' }], [{ schema: 'x'.repeat(33) }], [{ tablePrefix: '\0' }]])('cannot be %j', (options) => {
    expect(() => postgresLog(pglite(), options)).toThrow(expect.objectContaining({ code: 'SAGA_LOG_BAD_OPTIONS' }));
  });
});
