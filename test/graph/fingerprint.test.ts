import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/graph/compile.js';
import { fingerprintOf, prefixesOf } from '../../src/graph/fingerprint.js';
import type { CompensationNode, SagaGraph, StepNode } from '../../src/graph/saga-graph.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, retry, step, subSaga, useStep } from '../metadata/notes.js';
import type { Member } from '../metadata/notes.js';
import { BookHoliday } from './book-holiday.js';
import { BookTrip } from './book-trip.js';

const bookTrip = compile(BookTrip);
const bookHoliday = compile(BookHoliday);

type Change = readonly [what: string, changed: SagaGraph];

/** The graph with another step in the place of one. */
function withStep(graph: SagaGraph, index: number, change: Partial<StepNode>): SagaGraph {
  const steps = graph.steps.map((node, at) => (at === index ? { ...node, ...change } : node));
  const names = new Map(graph.steps.map(({ name }, at) => [name, steps[at]!.name]));
  return { ...graph, steps, stages: graph.stages.map((stage) => stage.map((name) => names.get(name)!)) };
}

function swapped<T>(list: readonly T[], index: number): T[] {
  return list.map((item, at) => (at === index ? list[at + 1]! : at === index + 1 ? list[at - 1]! : item));
}

const compensation: CompensationNode = {
  method: 'undo', requiresEffect: false, needs: [], timeoutMs: null, graceMs: 0, retry: null,
};
const policy = { attempts: 7, baseMs: 3, maxMs: 4, jitter: true, conditional: false };

/** Every change of one thing that an execution under way relies on. */
function changesThatCount(graph: SagaGraph): Change[] {
  const ofSteps = graph.steps.flatMap((node, index): Change[] => {
    const { name, needs, delivery, opens, stepClass, compensation: undo, fallback: instead } = node;
    const change = (what: string, changed: Partial<StepNode>): Change => [`${name}: ${what}`, withStep(graph, index, changed)];
    return [
      change('name', { name: `${name}2` }),
      change('async', { async: !node.async }),
      change('one need more', { needs: [...needs, 'x'] }),
      ...needs.map((need) => change(`without need ${need}`, { needs: needs.filter((other) => other !== need) })),
      change('delivery', { delivery: delivery === 'at-most-once' ? 'at-least-once' : 'at-most-once' }),
      change('opens', { opens: opens === null ? { saga: 'X', effect: null } : null }),
      ...(opens === null ? [] : [change('effect that it opens for', { opens: { ...opens, effect: 'x' } })]),
      change('step class', { stepClass: stepClass === null ? 'X' : null }),
      change('compensation', { compensation: undo === null ? compensation : null }),
      ...(undo === null ? [] : [
        change('what is required', { compensation: { ...undo, requiresEffect: !undo.requiresEffect } }),
        change('what its compensation needs', { compensation: { ...undo, needs: [...undo.needs, 'x'] } }),
      ]),
      change('fallback', { fallback: instead === null ? { method: 'x', timeoutMs: null, graceMs: 0, retry: null } : null }),
    ];
  });
  const ofStages = graph.stages.slice(1).flatMap((stage, at): Change[] => {
    const inOne = [...graph.stages.slice(0, at), [...graph.stages[at]!, ...stage], ...graph.stages.slice(at + 2)];
    return [
      [`order of stages ${at}`, { ...graph, stages: swapped(graph.stages, at) }],
      [`stages ${at} in one`, { ...graph, stages: inOne }],
    ];
  });
  return [
    ...ofSteps,
    ...ofStages,
    ['one stage less', { ...graph, stages: graph.stages.slice(0, -1) }],
    ['name', { ...graph, saga: `${graph.saga}2` }],
    ['version', { ...graph, version: `${graph.version ?? ''}2` }],
  ];
}

/** Every change of one thing that may change under way. */
function changesThatDoNot(graph: SagaGraph): Change[] {
  const ofSteps = graph.steps.flatMap((node, index): Change[] => {
    const { name, opens, stepClass, compensation: undo, fallback: instead } = node;
    const change = (what: string, changed: Partial<StepNode>): Change => [`${name}: ${what}`, withStep(graph, index, changed)];
    const answers = { method: 'x', timeoutMs: 1, graceMs: 2, retry: policy };
    return [
      change('method', { method: 'x' }),
      change('time limits', { timeoutMs: 1, graceMs: 2 }),
      change('retries', { retry: policy }),
      change('transactional', { transactional: !node.transactional }),
      ...(opens === null ? [] : [change('class of the sub-saga', { opens: { ...opens, saga: 'X' } })]),
      ...(stepClass === null ? [] : [change('class of the step', { stepClass: 'X' })]),
      ...(undo === null ? [] : [change('the rest of its compensation', { compensation: { ...undo, ...answers } })]),
      ...(instead === null ? [] : [change('the rest of its fallback', { fallback: answers })]),
    ];
  });
  return [...ofSteps, ['finally', { ...graph, finally: [{ method: 'x', within: '', graceMs: 1 }] }]];
}

describe.each([['BookTrip', bookTrip], ['BookHoliday', bookHoliday]])('the fingerprint of %s', (_, graph) => {
  const changed = changesThatCount(graph);

  it('is another after any change of what an execution relies on, and after each another', () => {
    const fingerprints = [graph, ...changed.map(([, other]) => other)].map(fingerprintOf);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it.each(changesThatDoNot(graph))('stays the same after a change of %s', (_what, other) => {
    expect(fingerprintOf(other)).toBe(fingerprintOf(graph));
    expect(prefixesOf(other)).toEqual(prefixesOf(graph));
  });

  it('is short, plain text, and the same for the same graph wherever it was made', () => {
    expect(fingerprintOf(graph)).toMatch(/^[0-9a-f]{32}$/);
    const elsewhere = JSON.parse(JSON.stringify(graph)) as SagaGraph;
    expect(fingerprintOf(elsewhere)).toBe(fingerprintOf(graph));
    expect(prefixesOf(elsewhere)).toEqual(prefixesOf(graph));
  });

  it('has one for each number of stages, and all differ', () => {
    const prefixes = prefixesOf(graph);
    expect(prefixes).toHaveLength(graph.stages.length);
    expect(new Set([...prefixes, fingerprintOf(graph)]).size).toBe(graph.stages.length + 1);
  });

  it('is, up to a stage, changed by what is in it or before it, and by no version', () => {
    graph.steps.forEach(({ stage, delivery }, index) => {
      const other = withStep(graph, index, { delivery: delivery === 'at-most-once' ? 'at-least-once' : 'at-most-once' });
      const isSame = prefixesOf(other).map((prefix, at) => prefix === prefixesOf(graph)[at]);
      expect(isSame).toEqual(graph.stages.map((_names, at) => at < stage));
    });
    expect(prefixesOf({ ...graph, version: 'another' })).toEqual(prefixesOf(graph));
    expect(prefixesOf({ ...graph, saga: 'Another' })).not.toContain(prefixesOf(graph)[0]);
  });
});

describe('the fingerprint', () => {
  const members: readonly Member[] = [
    ['card', step()],
    ['hotel', step({ needs: ['card'] }), async(), retry({ attempts: 2 })],
    ['cancel', compensate('hotel')],
    ['payByHand', fallback('card')],
  ];

  it('is that of what the decorators say: names of methods that answer, and of @Finally, may change', () => {
    const renamed: readonly Member[] = [
      ['card', step({ timeoutMs: 5 })],
      ['hotel', step({ needs: ['card'] }), async({ graceMs: 1 })],
      ['cancelHotel', compensate('hotel', { timeoutMs: 3 })],
      ['payCash', fallback('card')],
      ['done', atTheEnd()],
    ];
    expect(fingerprintOf(compile(aSaga('Trip', renamed)))).toBe(fingerprintOf(compile(aSaga('Trip', members))));
  });

  it('counts the versions of sub-sagas, but not those of their prefixes (R24)', () => {
    const tripWith = (version: string): SagaGraph =>
      compile(aSaga('Trip', [['one', subSaga(aSaga('Lodging', members, { version }))]]));
    expect(fingerprintOf(tripWith('2'))).not.toBe(fingerprintOf(tripWith('1')));
    expect(prefixesOf(tripWith('2'))).toEqual(prefixesOf(tripWith('1')));
  });

  it('tells a step class, and a sub-saga, from a step', () => {
    const pay = aClass('Pay', [['execute', step()]]);
    const graphs = [step(), useStep(pay)].map((said) => compile(aSaga('Trip', [['card', said]])));
    expect(new Set(graphs.map(fingerprintOf)).size).toBe(2);
  });

  it('grows with the graph: a saga that goes on longer has the prefixes of the shorter one', () => {
    const longer = compile(aSaga('Trip', [...members, ['flight', step()]]));
    expect(prefixesOf(longer).slice(0, 2)).toEqual(prefixesOf(compile(aSaga('Trip', members))));
  });

  it('is computed once', () => {
    expect(prefixesOf(bookTrip)).toBe(prefixesOf(bookTrip));
  });

  it('tells any two lists of names apart, whatever characters are in them', () => {
    const name = fc.string({ minLength: 1, unit: 'binary' }).map((text) => text.replaceAll('/', '_'));
    const lists = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
    const graphOf = (names: readonly string[], stages: readonly (readonly string[])[]): SagaGraph => ({
      ...bookTrip,
      steps: names.map((one, index) => ({ ...bookTrip.steps[0]!, name: one, needs: names.slice(0, index) })),
      stages,
    });
    const inTwo = (names: readonly string[], at: number): string[][] =>
      [names.slice(0, at), names.slice(at)].filter(({ length }) => length > 0);
    const graph = lists.chain((names) => fc.nat({ max: names.length - 1 }).map((at) => graphOf(names, inTwo(names, at))));
    fc.assert(
      fc.property(graph, graph, (one, other) => {
        const areSame = JSON.stringify(one) === JSON.stringify(other);
        expect(fingerprintOf(one) === fingerprintOf(other)).toBe(areSame);
      }),
      { numRuns: 2_000 },
    );
  });

  it('tells lone surrogates apart', () => {
    const fingerprints = ['\ud800', '\ud801', '\udc00', '�', '?'].map((saga) => fingerprintOf({ ...bookTrip, saga }));
    expect(new Set(fingerprints).size).toBe(5);
  });
});
