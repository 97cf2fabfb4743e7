import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Codec, lostEffect } from '../../../src/durable/codec/codec.js';
import { NotStorableError, TooLargeError } from '../../../src/errors/log-errors.js';
import { abort, continueWith, skip } from '../../../src/saga/verdicts.js';
import { Address, codec, copyOf, Money, PostBox } from './money.js';
import { isDeepCopy } from './same-graph.js';

/** How encoding fails; `undefined`: it does not. */
function refusalOf(value: unknown): string | undefined {
  try {
    codec.encode(value);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(NotStorableError);
    return (error as Error).message;
  }
}

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

describe('the text of a value', () => {
  it.each<[unknown, string]>([
    [{ ref: 'h1', price: 100.5, paid: true, note: null }, '{"ref":"h1","price":100.5,"paid":true,"note":null}'],
    [undefined, '{"$":"undefined"}'],
    [[1, undefined], '[1,{"$":"undefined"}]'],
    [NaN, '{"$":"number","is":"NaN"}'],
    [-Infinity, '{"$":"number","is":"-Infinity"}'],
    [-0, '{"$":"number","is":"-0"}'],
    [123n, '{"$":"bigint","is":"123"}'],
    ['\0\ud800', '"\\u0000\\ud800"'],
    [new Date(0), '{"$":"Date","is":"1970-01-01T00:00:00.000Z"}'],
    [new Date(NaN), '{"$":"Date","is":null}'],
    [/a\/b/gi, '{"$":"RegExp","is":"a\\\\/b","flags":"gi","lastIndex":0}'],
    [new URL('https://example.org/?a=1'), '{"$":"URL","is":"https://example.org/?a=1"}'],
    [new Map<unknown, unknown>([['a', { b: 1 }]]), '{"$":"Map","is":[["a",{"b":1}]]}'],
    [new Set([1, 2n]), '{"$":"Set","is":[1,{"$":"bigint","is":"2"}]}'],
    [Buffer.from('hi'), '{"$":"bytes","of":"Buffer","is":"aGk="}'],
    [new Float32Array([1]), '{"$":"bytes","of":"Float32Array","is":"AACAPw=="}'],
    [{ $: 'Date', is: 1 }, '{"$":"object","is":[["$","Date"],["is",1]]}'],
    [Object.assign(Object.create(null) as object, { a: 1 }), '{"$":"null-object","is":[["a",1]]}'],
    // eslint-disable-next-line no-sparse-arrays -- the hole is the case
    [[1, , 3], '{"$":"array","length":3,"is":[["0",1],["2",3]]}'],
    [new Address('Main Street'), '{"$":"class","name":"Address","is":{"street":"Main Street","of":{"$":"undefined"}}}'],
    [new Money(5n), '{"$":"class","name":"money","data":[{"$":"bigint","is":"5"},{"$":"undefined"}]}'],
    [lostEffect, '{"$":"lost"}'],
  ])('is for ever: %o', (value, text) => {
    expect(codec.encode(value)).toBe(text);
    expect(codec.encode(codec.decode(text))).toBe(text);
  });

  it('refers to what was there before by its number', () => {
    const address = { street: 'Main Street' };
    expect(codec.encode([address, address])).toBe('[{"street":"Main Street"},{"$":"ref","to":1}]');
    const self: unknown[] = [];
    self.push(self);
    expect(codec.encode(self)).toBe('[{"$":"ref","to":0}]');
  });

  it('holds what a getter answers, asked once', () => {
    let asked = 0;
    const value = {
      get count() {
        return ++asked;
      },
    };
    expect(codec.encode(value)).toBe('{"count":1}');
  });

  it('holds what a proxy answers', () => {
    const value = new Proxy({ ref: 'h1' }, { get: (target, name) => `${String(name)} ${Reflect.get(target, name) as string}` });
    expect(codec.encode({ value, list: new Proxy([1, 2], {}) })).toBe('{"value":{"ref":"ref h1"},"list":[1,2]}');
  });

  it('leaves out what is not enumerable', () => {
    expect(codec.encode(Object.defineProperty({ a: 1 }, 'b', { value: () => 2 }))).toBe('{"a":1}');
    expect(codec.encode(Object.defineProperty([1], Symbol('s'), { value: 2 }))).toBe('[1]');
  });

  it('does not ask toJSON', () => {
    expect(codec.encode({ at: new Date(0), toJSON: 1 })).toBe('{"at":{"$":"Date","is":"1970-01-01T00:00:00.000Z"},"toJSON":1}');
  });

  it('shows of a view no more than the view does: the rest of a pool is not ours', () => {
    const pool = Buffer.from('secret secret');
    expect(codec.encode(pool.subarray(7, 9))).toBe(codec.encode(Buffer.from('se')));
    expect(codec.encode(new Uint8Array(pool.buffer, pool.byteOffset, 2))).toBe(codec.encode(Uint8Array.from([115, 101])));
  });

  it('is that of our own realm for objects of another', () => {
    const text = '[{a: [1]}, new Date(0), new Map([[1, 2]]), new Uint8Array([1]), /x/, new TypeError("no", {cause: 1})]';
    const value = copyOf(runInNewContext(text)) as readonly object[];
    expect(value.slice(0, -1)).toEqual([{ a: [1] }, new Date(0), new Map([[1, 2]]), new Uint8Array([1]), /x/]);
    expect(value.at(-1)).toBeInstanceOf(TypeError);
    expect(value.at(-1)).toMatchObject({ message: 'no', cause: 1 });
  });
});

describe('what comes back', () => {
  it('shares nothing with what went in', () => {
    const bytes = new Uint8Array([1, 2]);
    const value = { list: [1], bytes, date: new Date(0) };
    const copy = copyOf(value);
    copy.list.push(2);
    copy.bytes[0] = 9;
    copy.date.setTime(5);
    expect(value).toEqual({ list: [1], bytes: new Uint8Array([1, 2]), date: new Date(0) });
  });

  it('is the lost effect itself', () => {
    expect(copyOf({ effect: lostEffect }).effect).toBe(lostEffect);
    expect(Object.isFrozen(lostEffect)).toBe(true);
    expect(copyOf({ ...lostEffect })).not.toBe(lostEffect);
  });

  it('has own properties of names that mean something elsewhere, and no other prototype for it', () => {
    const value = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1,"toJSON":{"a":[]},"hasOwnProperty":2}') as object;
    const copy = copyOf(value);
    expect(Object.keys(copy)).toEqual(['__proto__', 'constructor', 'toJSON', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect('isAdmin' in copy).toBe(false);
  });

  it('has the properties that a match adds to its array', () => {
    const match = /(?<year>\d+)/.exec('in 1999')!;
    const copy = copyOf(match);
    expect([copy[0], copy.index, copy.input, copy.groups?.['year']]).toEqual(['1999', 3, 'in 1999', '1999']);
  });
});

describe('what is no data', () => {
  it.each<[string, unknown, string]>([
    ['a function', { card: { owner: () => 1 } }, '$.card.owner is a function,'],
    ['a class', [1, 2, 3, Address], '$[3] is a function,'],
    ['a symbol', { 'two words': Symbol('s') }, "$['two words'] is a symbol,"],
    ['skip()', { effect: skip() }, '$.effect is skip(), which is for a step to return by itself,'],
    ['a verdict', { effect: abort() }, '$.effect is a verdict, which is for a compensation to return by itself,'],
    ['a verdict with an effect', continueWith(1), '$ is a verdict,'],
    ['a property named by a symbol', { a: { [Symbol('s')]: 1 } }, '$.a is an object with a property named by a symbol,'],
    ['a symbol on an array', Object.assign([1], { [Symbol('s')]: 1 }), '$ is an object with a property named by a symbol,'],
    ['a symbol on an object without a prototype', Object.assign(bare(), { [Symbol('s')]: 1 }), '$ is an object with a property named'],
    ['a symbol beside a hole', Object.assign(new Array(2), { [Symbol('s')]: 1 }), '$ is an object with a property named by a symbol,'],
    ['a symbol on a Map', Object.assign(new Map(), { [Symbol('s')]: 1 }), '$ is an object with a property named by a symbol,'],
    ['a Promise', { pending: Promise.resolve(1) }, '$.pending is an instance of Promise,'],
    ['a WeakMap', new WeakMap(), '$ is an instance of WeakMap,'],
    ['a boxed string', Object('s'), '$ is an instance of String,'],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1)), '$ is a view of memory that is shared,'],
    ['shared memory itself', new SharedArrayBuffer(1), '$ is an instance of SharedArrayBuffer,'],
    ['a map key', new Map<unknown, unknown>([[1, 1], [2, 2], [() => 3, 3]]), '$<map key 2> is a function,'],
    ['a map value', new Map([[1, { a: () => 1 }]]), '$<map value 0>.a is a function,'],
    ['an item of a set', new Set([1, () => 2]), '$<item 1> is a function,'],
    ['a cause', new Error('e', { cause: { run: () => 1 } }), '$.cause.run is a function,'],
    ['a field of an error', Object.assign(new Error('e'), { retry: () => 1 }), '$.retry is a function,'],
    ['a property beside elements', Object.assign([1], { more: () => 1 }), '$.more is a function,'],
    ['data of a registered class', new Money(1n, { f: () => 1 }), '$<data of money>[1].f is a function,'],
    ['data under a registered class', { to: new Address('x', () => 1) }, '$.to.of is a function,'],
    ['a getter that throws', { card: { get owner() { return thrown('locked'); } } }, '$.card.owner is a getter that throws (locked),'],
    ['a proxy that throws', { a: new Proxy({}, { ownKeys: () => thrown('no') }) }, '$.a is an object that cannot be read (no),'],
    ['a proxy that was revoked', revoked(), '$ is an object that cannot be read ('],
    ['one that only has the prototype', Object.create(URL.prototype), '$ is an object that cannot be read ('],
  ])('is refused, with the path to it: %s', (_, value, message) => {
    expect(refusalOf(value)).toContain(message);
  });

  it('is refused with the name of the class, and with how to register it', () => {
    class Wallet {}
    expect(refusalOf({ wallet: new Wallet() })).toBe(
      '$.wallet is an instance of Wallet, which the execution log cannot hold. '
        + 'Return plain data, or register the class with the runner:  payloads: { classes: [Wallet] }.',
    );
    expect(refusalOf(new (class {})())).toContain('$ is an instance of a class without a name,');
  });

  it('includes instances of a subclass of what it knows', () => {
    expect(refusalOf(new PostBox('7'))).toContain('$ is an instance of PostBox,');
    expect(refusalOf(new (class Stack extends Array {})())).toContain('$ is an instance of Stack,');
    expect(refusalOf(new (class Day extends Date {})())).toContain('$ is an instance of Day,');
  });

  it('is told by its beginning and its end where it lies deep', () => {
    const path = `$${'.x'.repeat(10)}…${'.x'.repeat(10)}`;
    expect(refusalOf(nested(30, (x) => ({ x: x === 1 ? () => 1 : x })))).toContain(`${path} is a function`);
  });
});

describe('a value that is nested deeply', () => {
  const wraps: readonly [string, (inner: unknown) => unknown][] = [
    ['arrays', (inner) => [inner]],
    ['objects', (inner) => ({ inner })],
    ['objects without a prototype', (inner) => Object.assign(Object.create(null) as object, { inner })],
    ['maps', (inner) => new Map([[1, inner]])],
    ['sets', (inner) => new Set([inner])],
    ['errors', (inner) => new Error('e', { cause: inner })],
    ['instances', (inner) => new Address('a', inner)],
    ['instances with a form', (inner) => new Money(1n, inner)],
    ['dates', (inner) => Object.assign(new Date(0), { inner })],
  ];

  it.each(wraps)('comes back where it has 200 levels: %s', (_, wrap) => {
    const text = codec.encode(nested(200, wrap));
    expect(codec.encode(codec.decode(text))).toBe(text);
  });

  it.each(wraps)('is refused where it has 100,000: %s', (_, wrap) => {
    const value = nested(100_000, wrap);
    expect(refusalOf(value)).toContain('is nested more than 500 levels deep');
    expect(codec.decode(codec.encodeLeniently(value))).toBeDefined();
  });

  const within = (levels: number, value: unknown): unknown => nested(levels, (inner) => ({ inner: inner === 1 ? value : inner }));

  it('may be part of something larger that is stored whatever its size, as all effects together are', () => {
    const effect = nested(500, (inner) => [inner]);
    expect(() => codec.encode({ effect })).toThrow('nested more than 500 levels deep');
    expect(isDeepCopy({ effect }, codec.decode(codec.encode({ effect }, Infinity)))).toBe(true);
    expect(() => codec.encode(within(101, effect), Infinity)).toThrow('nested more than 600 levels deep');
  });

  it('is held leniently so that it can be part of something larger', () => {
    const thrown = codec.decode(codec.encodeLeniently(nested(499, (inner) => [inner])));
    expect(codec.decode(codec.encode(within(300, thrown)))).toEqual(within(300, thrown));
  });
});

function thrown(message: string): never {
  throw new Error(message);
}

function bare(): object {
  return Object.create(null) as object;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a value that is too large', () => {
  const small = new Codec({ maxPayloadBytes: 1_024 });

  it('is refused with both sizes, in bytes', () => {
    expect(small.encode('é'.repeat(511))).toHaveLength(513);
    const refusal = (): string => small.encode('é'.repeat(512));
    expect(refusal).toThrow(TooLargeError);
    expect(refusal).toThrow(expect.objectContaining({ sizeBytes: 1_026, limitBytes: 1_024 }) as Error);
  });

  it('is measured as the transform leaves it', () => {
    const doubling = new Codec({ maxPayloadBytes: 1_024, transform: { write: (text) => text + text, read: (text) => text } });
    expect(() => doubling.encode('x'.repeat(600))).toThrow(expect.objectContaining({ sizeBytes: 1_205 }) as Error);
    const shrinking = new Codec({ maxPayloadBytes: 1_024, transform: { write: () => 'x', read: (text) => text } });
    expect(shrinking.encode('x'.repeat(5_000))).toBe('~x');
  });

  it('may have a mebibyte where nothing is said', () => {
    expect(new Codec().encode('x'.repeat(1_048_574))).toHaveLength(1_048_576);
    expect(() => new Codec().encode('x'.repeat(1_048_575))).toThrow(TooLargeError);
  });
});
