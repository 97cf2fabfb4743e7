// Whatever a step may return that the log can hold.
import fc from 'fast-check';
import { lostEffect } from '../../../src/durable/codec/codec.js';
import { AbortSaga } from '../../../src/errors/abort-saga.js';
import { StepTimeoutError } from '../../../src/errors/runtime-errors.js';
import { Address, Basket, CardDeclined, Money } from './money.js';

/** Any UTF-16, lone surrogates and NUL included. */
const strings = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\0', '\ud800', '\udfff\ud800', '😀', '"$":', '{"$":"ref","to":0}', '~', '\u2028'),
);

const keys = fc.oneof(
  { weight: 3, arbitrary: strings },
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toJSON', '$', 'is', 'to', 'length', 'then', '0', '7', 'hasOwnProperty'),
);

const numbers = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, 0, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53));

const primitives = fc.oneof(strings, numbers, fc.bigInt(), fc.boolean(), fc.constantFrom(null, undefined));

const regExps = fc.constantFrom(
  () => /a/,
  () => /(?<year>\d{4})\/\n[/]/gimsuy,
  () => new RegExp(''),
  () => Object.assign(/x/g, { lastIndex: 3 }),
);

const leaves = fc.oneof(
  primitives,
  fc.date({ noInvalidDate: false }),
  regExps.map((make) => make()),
  fc.webUrl().map((href) => new URL(href)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.uint8Array().map((bytes) => new DataView(Uint8Array.from(bytes).buffer)),
  fc.uint8Array().map((bytes) => Uint8Array.from(bytes).buffer),
  fc.bigInt64Array(),
  fc.constant(lostEffect),
);

/** With every container there is, and no object in it twice. */
export const trees: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.anything({
      key: keys,
      values: [leaves],
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      withObjectString: true,
    }),
    tie('container'),
  ),
  container: fc.oneof(
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
    fc.tuple(strings, tie('value')).map(([street, of]) => new Address(street, of)),
    fc.tuple(fc.bigInt(), tie('value')).map(([cents, extra]) => new Money(cents, extra)),
    fc.dictionary(strings, fc.integer()).map((counts) => new Basket(Object.entries(counts))),
    tie('error'),
  ),
  error: fc.oneof(
    fc.tuple(strings, tie('value')).map(([message, cause]) => new TypeError(message, { cause })),
    fc.tuple(strings, tie('value')).map(([message, data]) => Object.assign(new Error(message), { code: 'E_FAIL', data })),
    fc.array(tie('value'), { maxLength: 2 }).map((errors) => new AggregateError(errors, 'all failed')),
    fc.tuple(strings, strings).map(([message, name]) => new DOMException(message, name)),
    strings.map((reason) => new CardDeclined(reason)),
    tie('value').map((reason) => new AbortSaga(reason)),
    strings.map((step) => new StepTimeoutError('BookTrip', step, 5_000)),
  ),
})).value;

const kinds = ['object', 'null-object', 'array', 'sparse', 'Map', 'Set', 'Error', 'Address', 'own of a Date'] as const;

/** Objects that refer to each other in any way there is, themselves included: the first of them. */
export const graphs: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }),
    primitives,
  )
  .map(([nodes, edges, leaf]) => {
    const made = nodes.map(nodeOf);
    edges.forEach(([from, to], index) => made[from % made.length]!.add(`edge${index}`, made[to % made.length]!.value));
    made.forEach(({ add }) => add('leaf', leaf));
    return made[0]!.value;
  });

interface Node {
  readonly value: object;
  readonly add: (name: string, part: unknown) => void;
}

function nodeOf(kind: (typeof kinds)[number]): Node {
  const named = (value: object): Node => ({ value, add: (name, part) => void Object.assign(value, { [name]: part }) });
  switch (kind) {
    case 'object':
      return named({});
    case 'null-object':
      return named(Object.create(null) as object);
    case 'sparse':
      return named(new Array(3));
    case 'Error':
      return named(new RangeError('too far'));
    case 'Address':
      return named(new Address('Main Street'));
    case 'own of a Date':
      return named(new Date(0));
    case 'array': {
      const array: unknown[] = [];
      return { value: array, add: (_, part) => void array.push(part) };
    }
    case 'Map': {
      const map = new Map<unknown, unknown>();
      return { value: map, add: (name, part) => void map.set(part, name).set(name, part) };
    }
    case 'Set': {
      const set = new Set<unknown>();
      return { value: set, add: (_, part) => void set.add(part) };
    }
  }
}
