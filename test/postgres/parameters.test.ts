import { describe, expect, it } from 'vitest';
import { arrayOf, ParameterTable, wholeMs } from '../../src/postgres/parameters.js';
import { hostileTexts } from '../contracts/log/given.js';
import { pgliteForThisFile } from './server.js';

const pglite = pgliteForThisFile();

describe('an array', () => {
  it('comes out of PostgreSQL as it went in', async () => {
    const values = [...hostileTexts, '', 'null', '"', '\\"', ',', '{}', null];
    const { rows } = await pglite().query('SELECT $1::text::text[] AS back', [arrayOf(values)]);
    expect(rows).toEqual([{ back: values }]);
  });

  it('may have nothing in it', () => {
    expect(arrayOf([])).toBe('{}');
  });
});

describe('a table of parameters', () => {
  const trips = new ParameterTable({ n: 'int', id: 'text', at: 'bigint', isOpen: 'boolean' });

  it('comes out of PostgreSQL row by row', async () => {
    const given = [{ n: 1, id: 'a,b', at: 2 ** 52, isOpen: true }, { n: -1, id: '{"', at: null, isOpen: false }];
    const text = `SELECT t.* FROM (SELECT 1) s, ${trips.source('t', 2)} WHERE $1 <> ''`;
    const { rows } = await pglite().query(text, ['x', ...trips.parameters(given)]);
    expect(rows).toEqual([{ n: 1, id: 'a,b', at: 2 ** 52, isopen: true }, { n: -1, id: '{"', at: null, isopen: false }]);
  });

  it('has as many parameters as columns, however many rows', () => {
    expect(trips.width).toBe(4);
    expect(trips.parameters([])).toEqual(['{}', '{}', '{}', '{}']);
    expect(trips.parameters(Array.from({ length: 500 }, (_, n) => ({ n, id: '', at: n, isOpen: true })))).toHaveLength(4);
  });
});

describe('milliseconds', () => {
  it.each([[0, 0], [0.1, 1], [-0.9, -0], [12, 12], [Infinity, 2 ** 52]])('of %d are %d whole ones', (ms, whole) => {
    expect(wholeMs(ms)).toBe(whole);
  });
});
