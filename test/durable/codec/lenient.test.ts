import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec } from '../../../src/durable/codec/codec.js';
import { AbortSaga, isAbortSaga } from '../../../src/errors/abort-saga.js';
import { parametersOf } from '../../properties/seeds.js';
import { Address, classes, codec } from './money.js';
import { trees } from './values.js';

const small = new Codec({ classes: classes!, maxPayloadBytes: 1_024 });
const medium = new Codec({ classes: classes!, maxPayloadBytes: 10_000 });
const kept = (thrown: unknown, by = codec): unknown => by.decode(by.encodeLeniently(thrown));

describe('of what was thrown', () => {
  it('what is no data is replaced by a text that says what it was', () => {
    class Socket {}
    const thrown = Object.assign(new Error('no answer'), {
      retry: () => 1,
      request: { socket: new Socket(), id: 7, [Symbol('s')]: 1 },
      sent: new Map<unknown, unknown>([[() => 1, 2n]]),
    });
    Object.defineProperty(thrown, 'late', { enumerable: true, get: () => { throw new Error('gone'); } });
    expect(kept(thrown)).toMatchObject({
      message: 'no answer',
      retry: '[not stored: a function]',
      request: { socket: '[not stored: an instance of Socket]', id: 7 },
      sent: new Map([['[not stored: a function]', 2n]]),
      late: '[not stored: a getter that throws (gone)]',
    });
  });

  it('what refers to something that is not held after all is not held either', () => {
    const inner = { a: 1 };
    const hostile: unknown[] = [inner, 0, inner];
    Object.defineProperty(hostile, 1, { enumerable: true, get: () => { throw new Error('no'); } });
    const after = { b: 2 };
    expect(kept({ hostile, inner, after, again: [after, inner] })).toEqual({
      hostile: '[not stored: an object that cannot be read (no)]',
      inner: { a: 1 },
      after: { b: 2 },
      again: [{ b: 2 }, { a: 1 }],
    });
  });

  it.each<[string, unknown, unknown]>([
    ['undefined', undefined, undefined],
    ['a text', 'no', 'no'],
    ['a function', () => 1, '[not stored: a function]'],
    ['a plain object', { code: 1 }, { code: 1 }],
    ['a proxy', new Proxy({}, { getPrototypeOf: () => { throw new Error('no'); } }), '[not stored: an object that cannot be read (no)]'],
  ])('it is held where it is no Error: %s', (_, thrown, expected) => {
    expect(kept(thrown)).toEqual(expected);
  });

  it('an instance whose toData throws is replaced', () => {
    const refusing = { class: Address, toData: () => { throw new Error('no'); }, fromData: () => 1 };
    expect(kept({ to: new Address('x') }, new Codec({ classes: [refusing] }))).toEqual({
      to: '[not stored: an object that cannot be read (no)]',
    });
  });
});

describe('what was thrown and is too large', () => {
  it('has its longest texts shortened first', () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => n);
    const thrown = Object.assign(new Error('no'), { body: 'x'.repeat(50_000), code: 'E_NO', rows });
    const copy = kept(thrown, medium) as typeof thrown;
    expect(copy).toMatchObject({ message: 'no', code: 'E_NO', body: `${'x'.repeat(1_000)}… (50000 characters)` });
    expect(copy.rows.slice(98)).toEqual([98, 99, '[not stored: 4900 more]']);
    expect(copy.stack).toContain('Error: no');
  });

  it('has a text in place of its bytes', () => {
    const thrown = Object.assign(new Error('no'), { body: Buffer.alloc(20_000) });
    expect(kept(thrown, medium)).toMatchObject({ message: 'no', body: '[not stored: 20000 bytes]' });
  });

  it('has its stack and its other parts cut next', () => {
    const thrown = Object.assign(new Error('no'), Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field${n}`, 'y'.repeat(900)])));
    const copy = kept(thrown, medium) as Error;
    expect(copy.message).toBe('no');
    expect(copy.stack!.length).toBeLessThan(150);
    expect(Object.keys(copy)).toHaveLength(10);
  });

  it('has only its name, its message and its code at last', () => {
    const more = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`field${n}`, 'z'.repeat(99)]));
    const thrown = Object.assign(new TypeError('\0'.repeat(9_000)), { code: 'E_NO', ...more });
    const copy = kept(thrown, small);
    expect(copy).toBeInstanceOf(Error);
    expect(copy).toMatchObject({ name: 'TypeError', message: '\0'.repeat(42), code: 'E_NO' });
  });

  it('aborts its saga still', () => {
    expect(isAbortSaga(kept(new AbortSaga('z'.repeat(100_000)), small))).toBe(true);
  });

  it('is small enough, whatever it was, and can be read', () => {
    const property = 'lenient and small';
    fc.assert(
      fc.property(trees, fc.nat(2_000), (value, length) => {
        const text = small.encodeLeniently([value, value, 'é'.repeat(length)]);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
        small.decode(text);
      }),
      parametersOf(property, 500),
    );
  });

  it('says nothing of itself where the transform refuses it: it may be what nobody is to read', () => {
    const refusing = new Codec({ transform: { write: () => { throw new Error('no key'); }, read: (text) => text } });
    const text = refusing.encodeLeniently(new Error('the secret'));
    expect(text).not.toContain('secret');
    expect(refusing.decode(text)).toMatchObject({ message: 'An error was thrown that could not be stored.' });
  });
});
