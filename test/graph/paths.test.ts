import { describe, expect, it } from 'vitest';
import { localName, relativePath, subPath } from '../../src/graph/paths.js';

describe('the path of a step in the saga that its own one is a part of (R24)', () => {
  it.each([
    ['', 'hotel', 'hotel'],
    ['lodging', '', 'lodging'],
    ['lodging', 'hotel', 'lodging/hotel'],
    ['lodging', 'spa/massage', 'lodging/spa/massage'],
  ])("at '%s', of '%s' is '%s'", (at, path, whole) => {
    expect(subPath(at, path)).toBe(whole);
  });
});

describe('the local name of a path (R24)', () => {
  it.each([
    ['hotel', 'hotel'],
    ['lodging/hotel', 'hotel'],
    ['lodging/spa/massage', 'massage'],
  ])('of %s is %s', (path, name) => {
    expect(localName(path)).toBe(name);
  });
});

describe('a path as a sub-saga would write it (R24)', () => {
  it.each([
    ['the saga itself', '', 'lodging/spa/massage', 'lodging/spa/massage'],
    ['the sub-saga, of its own step', 'lodging', 'lodging/hotel', 'hotel'],
    ['the sub-saga, of a step of its own sub-saga', 'lodging', 'lodging/spa/massage', 'spa/massage'],
    ['the sub-saga, of what opens its own sub-saga', 'lodging', 'lodging/spa', 'spa'],
    ['the sub-saga, of a step of its parent', 'lodging', 'charge', '../charge'],
    ['the sub-saga, of what opened it', 'lodging', 'lodging', '../lodging'],
    ['the sub-saga, of a step of another one', 'lodging', 'flights/out', '../flights/out'],
    ['a nested one, of a step of its parent', 'lodging/spa', 'lodging/hotel', '../hotel'],
    ['a nested one, of a step of the saga itself', 'lodging/spa', 'charge', '../../charge'],
    ['a nested one, of what opened its parent', 'lodging/spa', 'lodging', '../../lodging'],
    ['a nested one, of a step of the same name elsewhere', 'lodging/spa', 'flights/spa/massage', '../../flights/spa/massage'],
    ['a sub-saga whose name begins like another’s', 'lodging', 'lodgings/hotel', '../lodgings/hotel'],
  ])('by %s', (_, within, path, relative) => {
    expect(relativePath(within, path)).toBe(relative);
  });
});
