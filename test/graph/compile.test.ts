import { describe, expect, it } from 'vitest';
import { SagaDefinitionError } from '../../src/errors/definition-error.js';
import { blueprintOf, compile } from '../../src/graph/compile.js';
import type { SagaGraph } from '../../src/graph/saga-graph.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, retry, step } from '../metadata/notes.js';
import type { Member, Said } from '../metadata/notes.js';
import { BookTrip } from './book-trip.js';
import { issuesIn, refusalOf } from './issues.js';

describe('the graph of a saga', () => {
  it('holds what the decorators said, with every default in place', () => {
    const saga = aSaga('BookTrip', [
      ['rates', step(), retry({ attempts: 3 })],
      ['lastRates', fallback('rates')],
      ['hotel', step({ needs: ['rates'] }), async()],
      ['cancelHotel', compensate('hotel')],
      ['done', atTheEnd()],
    ]);
    const retryPolicy = { attempts: 3, baseMs: null, maxMs: 5_000, jitter: true, conditional: false };
    expect(compile(saga)).toEqual({
      saga: 'BookTrip',
      version: null,
      steps: [
        {
          name: 'rates',
          within: '',
          method: 'rates',
          opens: null,
          stepClass: null,
          stage: 0,
          async: false,
          needs: [],
          timeoutMs: null,
          graceMs: 1_000,
          retry: retryPolicy,
          delivery: 'at-least-once',
          transactional: false,
          compensation: null,
          fallback: { method: 'lastRates', timeoutMs: 30_000, graceMs: 1_000, retry: null },
        },
        {
          name: 'hotel',
          within: '',
          method: 'hotel',
          opens: null,
          stepClass: null,
          stage: 1,
          async: true,
          needs: ['rates'],
          timeoutMs: 5_000,
          graceMs: 1_000,
          retry: null,
          delivery: 'at-least-once',
          transactional: false,
          compensation: { method: 'cancelHotel', requiresEffect: false, needs: [], timeoutMs: 30_000, graceMs: 1_000, retry: null },
          fallback: null,
        },
      ],
      stages: [['rates'], ['hotel']],
      finally: [{ method: 'done', within: '', graceMs: 1_000 }],
      subSagas: [],
    } satisfies SagaGraph);
  });

  it('prefers what was said to the defaults', () => {
    const { steps, saga, version } = compile(BookTrip);
    expect({ saga, version }).toEqual({ saga: 'BookTrip', version: '2' });
    expect(steps.map(({ timeoutMs }) => timeoutMs)).toEqual([null, 60_000, 5_000, 7_500, null, null, 5_000]);
    expect(steps[0]?.retry).toEqual({ attempts: 3, baseMs: 100, maxMs: 2_000, jitter: true, conditional: true });
    expect(steps[1]?.graceMs).toBe(0);
    expect(steps[2]?.compensation?.retry).toEqual({ attempts: 10, baseMs: 500, maxMs: 60_000, jitter: false, conditional: false });
    expect(steps[3]?.compensation).toMatchObject({ requiresEffect: true, timeoutMs: null });
  });

  it('has what a step says of its process dying inside it', () => {
    const saga = aSaga('Pay', [['charge', step({ delivery: 'at-most-once' })], ['book', step({ transactional: true })]]);
    expect(compile(saga).steps.map(({ delivery, transactional }) => [delivery, transactional])).toEqual([
      ['at-most-once', false],
      ['at-least-once', true],
    ]);
  });

  it('makes one stage of consecutive async steps, across base class and subclass too (R2)', () => {
    const base = aClass('Base', [['a', step()], ['b', step(), async()]]);
    const saga = aSaga('Sub', [['c', step(), async()], ['d', step()], ['e', step(), async()]], { base });
    expect(compile(saga).stages).toEqual([['a'], ['b', 'c'], ['d'], ['e']]);
    expect(compile(saga).steps.map(({ stage }) => stage)).toEqual([0, 1, 1, 2, 3]);
  });

  it('takes the name and the version that @Saga gives', () => {
    const saga = aSaga('BookTrip', [['a', step()]], { name: 'book-trip', version: '7' });
    expect(compile(saga)).toMatchObject({ saga: 'book-trip', version: '7' });
  });

  it('takes the time limits of @Async as those of the step', () => {
    const saga = aSaga('BookTrip', [
      ['a', step({ graceMs: 5 }), async({ timeoutMs: 9 })],
      ['b', step({ timeoutMs: 8 }), async({ graceMs: 6 })],
    ]);
    expect(compile(saga).steps.map(({ timeoutMs, graceMs }) => ({ timeoutMs, graceMs }))).toEqual([
      { timeoutMs: 9, graceMs: 5 },
      { timeoutMs: 8, graceMs: 6 },
    ]);
  });

  it('lets one method answer for several steps', () => {
    const saga = aSaga('BookTrip', [
      ['a', step()],
      ['b', step()],
      ['undoBoth', compensate('a', { timeoutMs: 1 }), compensate('b', { timeoutMs: 2 }), retry({ attempts: 4 })],
      ['insteadOfBoth', fallback('a'), fallback('b')],
    ]);
    const answers = compile(saga).steps.map((node) => [node.compensation?.method, node.compensation?.timeoutMs, node.fallback?.method]);
    expect(answers).toEqual([
      ['undoBoth', 1, 'insteadOfBoth'],
      ['undoBoth', 2, 'insteadOfBoth'],
    ]);
  });

  it('lists the @Finally methods base class first (R17)', () => {
    const base = aClass('Base', [['a', step()], ['first', atTheEnd()]]);
    const saga = aSaga('Sub', [['second', atTheEnd({ graceMs: 0 })]], { base });
    expect(compile(saga).finally).toEqual([
      { method: 'first', within: '', graceMs: 1_000 },
      { method: 'second', within: '', graceMs: 0 },
    ]);
  });

  it('survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(compile(BookTrip)))).toStrictEqual(compile(BookTrip));
  });

  it('is frozen to the last list', () => {
    const seen: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      seen.push(value);
      Object.values(value).forEach(visit);
    };
    visit(compile(BookTrip));
    expect(seen.length).toBeGreaterThan(30);
  });

  it('keeps nothing of the options it was made from', () => {
    const needs = ['a'];
    const saga = aSaga('BookTrip', [['a', step()], ['b', step({ needs })], ['undo', compensate('b', { needs })]]);
    const graph = compile(saga);
    needs.push('later');
    expect(Object.isFrozen(needs)).toBe(false);
    expect([graph.steps[1]?.needs, graph.steps[1]?.compensation?.needs]).toEqual([['a'], ['a']]);
  });
});

describe('compiling', () => {
  it('happens once for a class (R23)', () => {
    expect(compile(BookTrip)).toBe(compile(BookTrip));
    expect(blueprintOf(BookTrip)).toBe(blueprintOf(BookTrip));
  });

  it('gives a test double the graph of the saga that it extends', () => {
    class Double extends BookTrip {
      override async authorization(): Promise<string> {
        return 'faked';
      }
    }
    expect(compile(Double)).toBe(compile(BookTrip));
    expect(compile(class extends Double {})).toBe(compile(BookTrip));
  });

  it('gives a saga that extends another a graph of its own, and leaves the other alone', () => {
    const base = aSaga('Base', [['a', step()], ['b', step({ timeoutMs: 5 })]]);
    const before = JSON.stringify(compile(base));
    const sub = compile(aSaga('Sub', [['b', step({ override: true })], ['c', step()]], { base }));

    expect(sub).toMatchObject({ saga: 'Sub', stages: [['a'], ['b'], ['c']] });
    expect(sub.steps[1]?.timeoutMs).toBeNull();
    expect(JSON.stringify(compile(base))).toBe(before);
  });

  it('hands out the functions beside the graph, by the policy that has one', () => {
    const accepts = (): boolean => true;
    const saga = aSaga('BookTrip', [
      ['a', step(), retry({ attempts: 2, retryIf: accepts })],
      ['b', step(), retry({ attempts: 2 })],
      ['undo', compensate('a'), compensate('b'), retry({ attempts: 3, retryIf: accepts })],
    ]);
    const { graph, retryIf } = blueprintOf(saga);
    const policies = [graph.steps[0]?.retry, graph.steps[0]?.compensation?.retry, graph.steps[1]?.compensation?.retry];
    expect([...retryIf.keys()]).toEqual(policies);
    expect(policies.map((policy) => policy && retryIf.get(policy))).toEqual([accepts, accepts, accepts]);
    expect(graph).toBe(compile(saga));
  });

  it.each(['__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'constructor', '🧳', '0', "it's", 'two\nlines', 'x'.repeat(300)])(
    'works for a step called %o',
    (name) => {
      const members: readonly Member[] = [
        ['first', step()],
        [name, step({ needs: ['first'] })],
        ['last', step({ needs: [name] })],
        ['undo', compensate(name)],
      ];
      const saga = aSaga('BookTrip', members, { name: 'odd', steps: ['first', name, 'last'] });
      const graph = compile(saga);
      expect(graph.steps[1]).toMatchObject({ name, method: name, compensation: { method: 'undo' } });
      expect(graph.steps[2]).toMatchObject({ needs: [name], compensation: null, fallback: null });
      expect(JSON.parse(JSON.stringify(graph))).toStrictEqual(graph);
    },
  );

  it('copes with ten thousand steps, in line or all in one stage', () => {
    const chain = (...said: readonly Said[]): readonly Member[] =>
      Array.from({ length: 10_000 }, (_, index): readonly Member[] => [
        [`s${index}`, step({ needs: index === 0 ? [] : [`s${index - 1}`] }), ...said],
        [`undo${index}`, compensate(`s${index}`, { needs: index === 0 ? [] : ['s0'] })],
      ]).flat();
    expect(compile(aSaga('Long', chain())).stages).toHaveLength(10_000);
    expect(compile(aSaga('Wide', chain(async()))).stages).toHaveLength(1);
  });
});

describe('a declaration with mistakes', () => {
  const saga = (): ReturnType<typeof aSaga> =>
    aSaga('BookTrip', [
      ['rates', step({ needs: ['hotel'] })],
      ['hotel', step(), retry({ attempts: 0 })],
      ['cancelHotel', compensate('hotle')],
    ]);

  it('is told all of them in one error', () => {
    expect(() => compile(saga())).toThrow(SagaDefinitionError);
    expect(() => compile(saga())).toThrow(
      `BookTrip has 3 mistakes in its declaration. Correct them all:
  1. BookTrip.hotel says @Retry({ attempts: 0 }). attempts takes a whole number, at least 1: all runs, the first included.
  2. BookTrip.cancelHotel compensates 'hotle', which is not a @Step of BookTrip. Did you mean 'hotel'? Write one of: rates, hotel.
  3. BookTrip.rates needs 'hotel', which is declared after it. Move hotel above rates, or remove it from the needs.`,
    );
  });

  it('is told a single mistake without a number', () => {
    expect(() => compile(aSaga('BookTrip', [['hotel', step()], ['cancelHotel', compensate('x')]]))).toThrow(
      /^BookTrip\.cancelHotel compensates 'x', which is not a @Step of BookTrip\. Write one of: hotel\.$/,
    );
  });

  it('has each of them as data', () => {
    expect(issuesIn(saga())).toEqual([
      expect.objectContaining({ rule: 'BAD_OPTION', saga: 'BookTrip', method: 'hotel' }),
      expect.objectContaining({ rule: 'UNKNOWN_STEP', saga: 'BookTrip', method: 'cancelHotel' }),
      expect.objectContaining({ rule: 'NEEDS_LATER_STEP', saga: 'BookTrip', method: 'rates' }),
    ]);
    expect(JSON.parse(JSON.stringify(issuesIn(saga())))).toEqual(issuesIn(saga()));
  });

  it('is judged again whenever it is asked for', () => {
    const declared = saga();
    expect(issuesIn(declared)).toEqual(issuesIn(declared));
    expect(issuesIn(declared)).toHaveLength(3);
  });

  it('is told fifty of its mistakes and counted the rest, all of them being in the field', () => {
    const members = Array.from({ length: 200 }, (_, index): Member => [`s${index}`, step({ needs: ['nowhere'] })]);
    expect(() => compile(aSaga('Wrong', members))).toThrow(/ {2}50\. .*\n {2}and 150 more, in the field `issues` of this error\.$/);
    expect(issuesIn(aSaga('Wrong', members))).toHaveLength(200);
  });
});

describe('what is not a saga', () => {
  it.each([
    [
      'an instance',
      new BookTrip(),
      'A saga class was expected, not an instance of BookTrip. Pass the class BookTrip, not an instance of it.',
    ],
    [
      'undefined',
      undefined,
      'A saga class was expected, not undefined. ' +
        'Pass the class; if that is what stands there, its module is imported in a circle and has not run yet.',
    ],
    ['null', null, 'A saga class was expected, not null. Pass a class that is decorated with @Saga().'],
    ['a name', 'BookTrip', "A saga class was expected, not 'BookTrip'. Pass a class that is decorated with @Saga()."],
    ['an object', {}, 'A saga class was expected, not an object. Pass a class that is decorated with @Saga().'],
    [
      'an object without a prototype',
      Object.create(null),
      'A saga class was expected, not an object. Pass a class that is decorated with @Saga().',
    ],
    ['a list', [], 'A saga class was expected, not []. Pass a class that is decorated with @Saga().'],
    ['an arrow function', () => 1, 'A saga class was expected, not a function. Pass a class that is decorated with @Saga().'],
    [
      'a class without decorators',
      class Plain {},
      'Plain is not a saga: it has no @Saga(). Decorate it with @Saga(), and its steps with @Step().',
    ],
    [
      'a class with steps and no @Saga, perhaps an abstract base',
      aClass('TripBase', [['hotel', step()], ['cancelHotel', compensate('hotel')]]),
      'TripBase is not a saga: it has decorated methods of its own (hotel and cancelHotel), but no @Saga(). ' +
        'Decorate TripBase with @Saga(); if it is an abstract base class, pass a subclass that is decorated.',
    ],
    [
      'a class that extends such a base',
      class Trip extends (aClass('TripBase', [['a', step()], ['b', step()], ['c', step()], ['d', step()]]) as new () => object) {},
      'Trip is not a saga: it has decorated methods in TripBase (methods such as a, b and c), but no @Saga(). ' +
        'Decorate Trip with @Saga(); if it is an abstract base class, pass a subclass that is decorated.',
    ],
    [
      'a class that extends a saga, notes more and is not decorated again',
      aClass('FancyTrip', [['spa', step()]], BookTrip),
      'FancyTrip is not a saga: it has decorated methods of its own (spa), but no @Saga(). ' +
        'Decorate FancyTrip with @Saga(); if it is an abstract base class, pass a subclass that is decorated.',
    ],
  ])('is refused with what to pass instead: %s', (_, value, message) => {
    expect(refusalOf(value)).toBe(message);
  });
});
