import { describe, expect, it } from 'vitest';
import { ownNotes, ownSagaNotes, recordNote, recordSaga } from '../../src/metadata/record.js';
import { aClass, compensate, note, retry, step } from './notes.js';

const method: PropertyDescriptor = { value: () => undefined };

describe('a note', () => {
  it('is kept word for word, with the kind of member it stands on', () => {
    class BookTrip {}
    const options = { needs: ['rates'] };
    recordNote(BookTrip.prototype, 'hotel', method, 'step', options);
    recordNote(BookTrip.prototype, 'car', { get: () => 1 }, 'step', {});
    recordNote(BookTrip.prototype, 'flight', undefined, 'step', {});
    recordNote(BookTrip.prototype, 'train', { value: 1 }, 'step', {});
    recordNote(BookTrip, 'taxi', method, 'step', {});

    expect(ownNotes(BookTrip.prototype)).toEqual([
      { kind: 'step', note: options, method: 'hotel', member: 'method', isStatic: false },
      { kind: 'step', note: {}, method: 'car', member: 'accessor', isStatic: false },
      { kind: 'step', note: {}, method: 'flight', member: 'property', isStatic: false },
      { kind: 'step', note: {}, method: 'train', member: 'property', isStatic: false },
      { kind: 'step', note: {}, method: 'taxi', member: 'method', isStatic: true },
    ]);
  });

  it('stays with the class it was made in, and out of sight of its base class and of its subclasses', () => {
    const base = aClass('Base', [['hotel', step()]]);
    const sub = aClass('Sub', [['car', step()]], base);

    expect(ownNotes(base.prototype as object).map((each) => each.method)).toEqual(['hotel']);
    expect(ownNotes(sub.prototype as object).map((each) => each.method)).toEqual(['car']);
  });

  it('is found by another copy of the package, through registered symbols', () => {
    const declared = aClass('BookTrip', [['hotel', step()]]);
    recordSaga(declared, { version: '2' });

    const prototype = declared.prototype as object;
    expect(Reflect.getOwnMetadata(Symbol.for('class-saga:notes'), prototype)).toBe(ownNotes(prototype));
    expect(Reflect.getOwnMetadata(Symbol.for('class-saga:saga'), prototype)).toEqual([{ version: '2' }]);
  });
});

describe('recording', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '🧳', 'a/b', '0', 'x'.repeat(300), Symbol('hotel')])(
    'works for a member called %o',
    (name) => {
      const declared = aClass('BookTrip', [[name, step(), retry({ attempts: 2 })]]);
      expect(ownNotes(declared.prototype as object).map((each) => [each.method, each.kind])).toEqual([
        [name, 'retry'],
        [name, 'step'],
      ]);
    },
  );

  it.each([
    ['null', null],
    ['a number', 3],
    ['undefined', undefined],
    ['a list', []],
  ])('refuses no options, be they %s', (_, options) => {
    const declared = aClass('BookTrip', [['hotel', { kind: 'step', note: options }]]);
    expect(ownNotes(declared.prototype as object)).toMatchObject([{ note: options }]);
  });

  it('refuses no place, be it a class, a parameter, or a method under standard decorators', () => {
    class BookTrip {}
    const standardContext = { kind: 'method', name: 'hotel' } as unknown as string;
    expect(() => {
      note(BookTrip, undefined as unknown as string, undefined, [step()]);
      note(BookTrip.prototype, 'hotel', 0 as unknown as PropertyDescriptor, [step()]);
      note(BookTrip.prototype, 'car', null as unknown as PropertyDescriptor, [step()]);
      note(() => undefined, standardContext, undefined, [compensate('x')]);
    }).not.toThrow();
  });

  it('keeps every @Saga, so that two can be told', () => {
    class BookTrip {}
    expect(ownSagaNotes(BookTrip.prototype)).toEqual([]);
    recordSaga(BookTrip, { name: 'inner' });
    recordSaga(BookTrip, { name: 'outer' });
    expect(ownSagaNotes(BookTrip.prototype)).toEqual([{ name: 'inner' }, { name: 'outer' }]);
  });
});
