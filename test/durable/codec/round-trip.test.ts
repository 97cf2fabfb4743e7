import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec } from '../../../src/durable/codec/codec.js';
import { parametersOf } from '../../properties/seeds.js';
import { classes, codec, copyOf } from './money.js';
import { isDeepCopy } from './same-graph.js';
import { graphs, trees } from './values.js';

const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);
const hasNoData = (text: string): boolean => isStorable(text) && !text.includes('{');

function holds(property: string, values: fc.Arbitrary<unknown>, numRuns: number, check: (value: unknown) => void): void {
  it(property, () => {
    fc.assert(fc.property(values, check), parametersOf(property, numRuns));
  });
}

describe('what is encoded', () => {
  holds('comes back as a deep copy', trees, 3_000, (value) => {
    expect(isDeepCopy(value, copyOf(value))).toBe(true);
  });

  holds('comes back with one object where there was one, in any web of references', graphs, 3_000, (value) => {
    expect(isDeepCopy(value, copyOf(value))).toBe(true);
  });

  holds('is text without NUL and lone surrogates', trees, 1_000, (value) => {
    expect(isStorable(codec.encode(value))).toBe(true);
  });

  holds('gives the same text again when it is read and written', trees, 1_000, (value) => {
    const text = codec.encode(value);
    expect(codec.encode(codec.decode(text))).toBe(text);
  });

  holds('is the same where nothing had to be left out', fc.oneof(trees, graphs), 1_000, (value) => {
    expect(codec.encodeLeniently(value)).toBe(codec.encode(value));
  });

  holds('is given with the copy that reading it makes, and is the same text', fc.oneof(trees, graphs), 3_000, (value) => {
    const { text, copy } = codec.copied(value);
    expect(text).toBe(codec.encode(value));
    expect(isDeepCopy(value, copy)).toBe(true);
    expect(isDeepCopy(codec.decode(text), copy)).toBe(true);
  });

  const base64 = new Codec({
    classes: classes!,
    transform: {
      write: (text) => Buffer.from(text).toString('base64'),
      read: (text) => Buffer.from(text, 'base64').toString(),
    },
  });
  holds('goes through the transform, there and back', trees, 500, (value) => {
    expect(hasNoData(base64.encode(value))).toBe(true);
    expect(isDeepCopy(value, copyOf(value, base64))).toBe(true);
    expect(isDeepCopy(value, base64.copied(value).copy)).toBe(true);
  });
});
