import { expect, it } from 'vitest';
import { compensationMethodAt, setPropertyAt, stepMethodAt } from '../../src/kernel/places.js';

const names = Array.from({ length: 20 }, (_, index) => `s${index}`);

it('finds and keeps each property by its own name, whatever place of the code it falls on', () => {
  const kept: Record<string, unknown> = {};
  names.forEach((name, index) => setPropertyAt(kept, name, index, index));
  expect(Object.entries(kept)).toEqual(names.map((name, index) => [name, index]));
  expect(names.map((name, index) => stepMethodAt(kept, name, index))).toEqual(names.map((_, index) => index));
  expect(names.map((name, index) => compensationMethodAt(kept, name, index))).toEqual(names.map((_, index) => index));
});
