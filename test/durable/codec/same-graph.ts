import { types } from 'node:util';
import { lostEffect } from '../../../src/durable/codec/codec.js';
import { Money } from './money.js';

/**
 * Whether one value is a deep copy of another: the same in all its parts, objects that are one object there being one here, and no object
 * belonging to both. (Of two invalid dates `isDeepStrictEqual` says that they differ, and of references it says nothing.)
 */
export function isDeepCopy(original: unknown, copy: unknown): boolean {
  const copies = new Map<unknown, unknown>();
  const originals = new Map<unknown, unknown>();
  const open: [unknown, unknown][] = [[original, copy]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [one, other] = pair;
    if (!isObject(one) || !isObject(other)) {
      if (Object.is(one, other)) continue;
      return false;
    }
    if (one === lostEffect || other === lostEffect) {
      if (one === other) continue;
      return false;
    }
    if (copies.has(one) || originals.has(other)) {
      if (copies.get(one) === other && originals.get(other) === one) continue;
      return false;
    }
    if (one === other) return false;
    copies.set(one, other);
    originals.set(other, one);
    const [parts, otherParts] = [partsOf(one), partsOf(other)];
    if (parts.length !== otherParts.length || Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
    parts.forEach((part, index) => open.push([part, otherParts[index]]));
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Everything an object consists of, its keys included, in their order. */
function partsOf(value: object): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return ['view', Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')];
  if (types.isArrayBuffer(value)) return ['buffer', Buffer.from(value).toString('hex')];
  const own = Object.keys(value).flatMap((name) => [name, (value as Record<string, unknown>)[name]]);
  if (value instanceof Money) return [...own, value.cents];
  if (Array.isArray(value)) return ['array', value.length, ...own];
  if (types.isDate(value)) return ['date', value.getTime(), ...own];
  if (types.isMap(value)) return ['map', ...own, ...[...value].flatMap((entry) => entry)];
  if (types.isSet(value)) return ['set', ...own, ...value];
  if (types.isRegExp(value)) return ['regexp', value.source, value.flags, value.lastIndex, ...own];
  if (value instanceof URL) return ['url', value.href, ...own];
  if (!(value instanceof Error)) return own;
  const hidden = ['name', 'message', 'stack', 'cause', 'errors'].map((name) => (value as unknown as Record<string, unknown>)[name]);
  return ['error', ...own, ...hidden, ...Object.getOwnPropertyNames(value).sort()];
}
