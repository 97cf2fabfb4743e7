import { expect, it } from 'vitest';
import { layoutOf } from '../../src/kernel/layout.js';
import { lodgingTrip, sagaOf, trip } from './graphs.js';

it('a layout says where stages begin, which siblings a step awaits and which await it (R2)', () => {
  const { firstOfStage, siblingsNeeded, dependentSiblings, indexOf } = layoutOf(trip);
  expect(firstOfStage).toEqual([0, 1, 2, 5, 6]);
  expect(siblingsNeeded).toEqual([0, 0, 0, 0, 1, 0]);
  expect(dependentSiblings).toEqual([[], [], [4], [], [], []]);
  expect([...indexOf.keys()]).toEqual(['rates', 'card', 'hotel', 'car', 'flight', 'confirmation']);
});

it('it says which step opens the sub-saga of each, and which steps are a sub-saga’s own (R24)', () => {
  const { openingOf, stepsWithin } = layoutOf(lodgingTrip);
  expect(openingOf).toEqual([-1, -1, 1, 1, 3, 3, 1, -1]);
  expect([...stepsWithin]).toEqual([
    ['', [0, 1, 7]],
    ['lodging', [2, 3, 6]],
    ['lodging/spa', [4, 5]],
  ]);
});

it('it is computed once per graph', () => {
  expect(layoutOf(trip)).toBe(layoutOf(trip));
});

it('a graph without steps has no stage', () => {
  expect(layoutOf(sagaOf()).firstOfStage).toEqual([0]);
});
