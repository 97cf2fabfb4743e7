import { describe, expect, it } from 'vitest';
import { readSaga, readStepClass, replacesStep, stepKindOf } from '../../src/metadata/read-saga.js';
import type { SagaMember } from '../../src/metadata/read-saga.js';
import type { AnyClass } from '../../src/graph/any-class.js';
import { aClass, aSaga, async, compensate, note, retry, step, subSaga, useStep } from './notes.js';

function membersOf(saga: AnyClass): readonly SagaMember[] {
  return readSaga(saga)?.members ?? [];
}
function namesOf(saga: AnyClass): readonly (string | symbol)[] {
  return membersOf(saga).map(({ method }) => method);
}
function memberOf(saga: AnyClass, name: string): SagaMember | undefined {
  return membersOf(saga).find(({ method }) => method === name);
}

describe('the members of a saga', () => {
  it('come in declaration order, however many notes each has', () => {
    const saga = aSaga('BookTrip', [
      ['rates', step(), retry({ attempts: 2 })],
      ['hotel', step(), async()],
      ['cancelHotel', compensate('hotel')],
    ]);
    expect(namesOf(saga)).toEqual(['rates', 'hotel', 'cancelHotel']);
  });

  it('come base class first (R1)', () => {
    const grandparent = aClass('Grandparent', [['a', step()]]);
    const parent = aClass('Parent', [['b', step()]], grandparent);
    expect(namesOf(aSaga('Child', [['c', step()]], { base: parent }))).toEqual(['a', 'b', 'c']);
  });

  it('keep the place that the base class gave them when a subclass notes them again (R1)', () => {
    const base = aClass('Base', [['a', step()], ['b', step()]]);
    expect(namesOf(aSaga('Sub', [['c', step()], ['a', step({ override: true })]], { base }))).toEqual(['a', 'b', 'c']);
  });

  it('are two where a static and an instance member share a name', () => {
    const saga = aClass('BookTrip', [['hotel', step()]]);
    note(saga, 'hotel', { value: () => undefined }, [step()]);
    expect(membersOf(aSaga('Sub', [], { base: saga })).map(({ isStatic }) => isStatic)).toEqual([false, true]);
  });
});

describe('a subclass that overrides a method', () => {
  const base = aClass('Base', [['hotel', step({ timeoutMs: 1 }), async(), retry({ attempts: 2 })]]);

  it('keeps what the base class said of it, if it says nothing itself', () => {
    class Sub extends (base as new () => object) {
      async hotel(): Promise<void> {}
    }
    const saga = aSaga('Saga', [], { base: Sub });
    expect(memberOf(saga, 'hotel')).toMatchObject({ className: 'Base', step: [{ timeoutMs: 1 }], async: [{}], retry: [{ attempts: 2 }] });
  });

  it('replaces everything with @Step({ override: true })', () => {
    const saga = aSaga('Sub', [['hotel', step({ override: true })]], { base });
    expect(memberOf(saga, 'hotel')).toMatchObject({ className: 'Sub', step: [{ override: true }], async: [], retry: [] });
  });

  it('replaces notes of the same kind with any other note, and leaves the rest', () => {
    const saga = aSaga('Sub', [['hotel', retry({ attempts: 9 })]], { base });
    expect(memberOf(saga, 'hotel')).toMatchObject({ step: [{ timeoutMs: 1 }], async: [{}], retry: [{ attempts: 9 }] });
  });

  it('leaves the base class as it was', () => {
    const saga = aSaga('Base', [['hotel', step()]]);
    aSaga('Sub', [['hotel', step({ override: true, timeoutMs: 5 })]], { base: saga });
    expect(memberOf(saga, 'hotel')?.step).toEqual([{}]);
  });

  it('is remembered beside what it replaced, for the rules to judge', () => {
    const saga = aSaga('Sub', [['hotel', step({ override: true })]], { base });
    expect(memberOf(saga, 'hotel')?.declarations).toMatchObject([
      { className: 'Base', step: [{ timeoutMs: 1 }] },
      { className: 'Sub', step: [{ override: true }] },
    ]);
  });
});

describe('a member that is a step', () => {
  const bookSpa = aSaga('BookSpa', [['massage', step()]]);
  const sendMail = aClass('SendMail', [['execute', step()]]);
  const kinds = { step: step(), subSaga: subSaga(bookSpa), useStep: useStep(sendMail) };
  const replacing = {
    step: step({ override: true }),
    subSaga: subSaga(bookSpa, { override: true }),
    useStep: useStep(sendMail, { override: true }),
  };
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const pairs = names.flatMap((own) => names.map((base) => [own, base] as const));
  const kindOf = (saga: AnyClass): unknown => {
    const member = memberOf(saga, 'it');
    return member && stepKindOf(member);
  };

  it.each(names)('has a body of its own, opens a sub-saga or uses a step class (R24): %s', (kind) => {
    const saga = aSaga('BookTrip', [['it', kinds[kind]], ['cancelIt', compensate('it')]]);
    expect(kindOf(saga)).toBe(kind);
    expect(membersOf(saga).map(stepKindOf)).toEqual([kind, undefined]);
  });

  it.each(pairs)('starts afresh where it says so, whatever kind it replaces: %s in place of %s', (own, base) => {
    const saga = aSaga('Sub', [['it', replacing[own]]], { base: aClass('Base', [['it', kinds[base], async(), retry({ attempts: 2 })]]) });
    expect(kindOf(saga)).toBe(own);
    expect(memberOf(saga, 'it')).toMatchObject({ [own]: [{ override: true }], async: [], retry: [] });
    expect(membersOf(saga).map(replacesStep)).toEqual([true]);
  });

  it.each(pairs)('is of the kind that the subclass says, said on purpose or not: %s in place of %s', (own, base) => {
    const saga = aSaga('Sub', [['it', kinds[own]]], { base: aClass('Base', [['it', kinds[base], async()]]) });
    const inForce = names.filter((kind) => (memberOf(saga, 'it')?.[kind].length ?? 0) > 0);
    expect([inForce, membersOf(saga).map(replacesStep)]).toEqual([[own], [false]]);
  });

  it('keeps the class that it was given', () => {
    expect(memberOf(aSaga('BookTrip', [['it', kinds.subSaga]]), 'it')?.subSaga).toEqual([{ saga: bookSpa }]);
    expect(memberOf(aSaga('BookTrip', [['it', kinds.useStep]]), 'it')?.useStep).toEqual([{ stepClass: sendMail }]);
  });

  it('is none the less one where its options are nothing of the kind', () => {
    const saga = aSaga('BookTrip', [['it', { kind: 'subSaga', note: null }]]);
    expect(kindOf(saga)).toBe('subSaga');
    expect(membersOf(saga).map(replacesStep)).toEqual([false]);
  });
});

describe('a step class', () => {
  it('is read as a saga is, base class first, though no @Saga stands on it', () => {
    const base = aClass('Send', [['execute', step({ timeoutMs: 1 })], ['unsend', compensate('execute')]]);
    const sub = aClass('SendMail', [['unsend', retry({ attempts: 2 })]], base);
    expect(readStepClass(sub)).toMatchObject({
      className: 'SendMail',
      sagas: [],
      members: [
        { className: 'Send', method: 'execute', step: [{ timeoutMs: 1 }] },
        { className: 'SendMail', method: 'unsend', compensate: [{ step: 'execute' }], retry: [{ attempts: 2 }] },
      ],
    });
  });

  it('is read by its own name where it adds nothing', () => {
    const base = aClass('Send', [['execute', step()]]);
    class Double extends (base as new () => object) {}
    expect(readStepClass(Double)).toMatchObject({ className: 'Double', members: [{ className: 'Send', method: 'execute' }] });
  });
});

describe('which @Saga counts', () => {
  const saga = aSaga('BookTrip', [['hotel', step()]], { version: '2' });

  it("is the class's own", () => {
    expect(readSaga(saga)).toMatchObject({ className: 'BookTrip', sagas: [{ version: '2' }] });
    const fancy = aSaga('FancyTrip', [], { base: saga, version: '3' });
    expect(readSaga(fancy)).toMatchObject({ className: 'FancyTrip', sagas: [{ version: '3' }] });
  });

  it('is that of the saga it extends, for a class that notes nothing: a test double, or what a class decorator returned', () => {
    class Double extends (saga as new () => object) {
      async hotel(): Promise<string> {
        return 'faked';
      }
    }
    expect(readSaga(Double)).toEqual(readSaga(saga));
    expect(readSaga(class extends Double {})).toEqual(readSaga(saga));
  });

  it('is that of the class it wraps, for a constructor that shares the prototype', () => {
    function Logged(): void {}
    Logged.prototype = saga.prototype as object;
    expect(readSaga(Logged)).toEqual(readSaga(saga));
    expect(readSaga(new Proxy(saga, {}))).toEqual(readSaga(saga));
  });

  it('is none for a class that notes something and is not decorated again', () => {
    expect(readSaga(aClass('FancyTrip', [['car', step()]], saga))).toBeUndefined();
  });

  it('is none for classes that were never decorated', () => {
    expect(readSaga(class Plain {})).toBeUndefined();
    expect(readSaga(aClass('Abstract', [['hotel', step()]]))).toBeUndefined();
  });
});

describe('the name of the class', () => {
  it('is left empty where a method called constructor or a static member called name hides it', () => {
    const saga = aSaga('BookTrip', []);
    Object.defineProperty(saga, 'name', { value: () => 'not a name' });
    expect(readSaga(saga)?.className).toBe('');
    expect(readSaga(aSaga('BookTrip', [['constructor', step()]]))?.className).toBe('');
  });
});
