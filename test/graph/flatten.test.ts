import { describe, expect, it } from 'vitest';
import { blueprintOf, compile } from '../../src/graph/compile.js';
import type { AnyClass } from '../../src/graph/any-class.js';
import type { StepNode } from '../../src/graph/saga-graph.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, retry, step, subSaga, useStep } from '../metadata/notes.js';
import type { Member, Said } from '../metadata/notes.js';

const bookSpa = aSaga('BookSpa', [
  ['massage', step()],
  ['cancelMassage', compensate('massage')],
  ['sauna', step({ needs: ['massage'] }), async()],
  ['leaveSauna', compensate('sauna', { needs: ['massage'] })],
  ['closeSpa', atTheEnd({ graceMs: 5 })],
]);
const bookLodging = aSaga('BookLodging', [
  ['hotel', step(), async()],
  ['room', step({ needs: ['hotel'] }), async()],
  ['spa', subSaga(bookSpa, { needs: ['room'], effect: 'massage' })],
  ['breakfast', step({ needs: ['spa', 'hotel'] }), async()],
  ['closeLodging', atTheEnd()],
]);
const bookTrip = aSaga('BookTrip', [
  ['closeTrip', atTheEnd()],
  ['authorization', step(), async()],
  ['lodging', subSaga(bookLodging, { needs: ['authorization'] })],
  ['car', step({ needs: ['lodging'] }), async()],
  ['cancelCar', compensate('car', { needs: ['lodging'] })],
]);

function stepAt(saga: AnyClass, path: string): StepNode | undefined {
  return compile(saga).steps.find(({ name }) => name === path);
}

describe('the graph of a saga with sub-sagas (R24)', () => {
  it('has the steps of a sub-saga after the step that opens it, under its path', () => {
    expect(compile(bookTrip).steps.map(({ name, within, method }) => [name, within, method])).toEqual([
      ['authorization', '', 'authorization'],
      ['lodging', '', 'lodging'],
      ['lodging/hotel', 'lodging', 'hotel'],
      ['lodging/room', 'lodging', 'room'],
      ['lodging/spa', 'lodging', 'spa'],
      ['lodging/spa/massage', 'lodging/spa', 'massage'],
      ['lodging/spa/sauna', 'lodging/spa', 'sauna'],
      ['lodging/breakfast', 'lodging', 'breakfast'],
      ['car', '', 'car'],
    ]);
  });

  it('has a border before a sub-saga and one after it: no async step runs beside one of another saga', () => {
    expect(compile(bookTrip).stages).toEqual([
      ['authorization'],
      ['lodging'],
      ['lodging/hotel', 'lodging/room'],
      ['lodging/spa'],
      ['lodging/spa/massage'],
      ['lodging/spa/sauna'],
      ['lodging/breakfast'],
      ['car'],
    ]);
    expect(compile(bookTrip).steps.map(({ stage }) => stage)).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7]);
  });

  it('says of an opening step what it opens, and nothing else', () => {
    expect(stepAt(bookTrip, 'lodging')).toEqual({
      name: 'lodging',
      within: '',
      method: 'lodging',
      opens: { saga: 'BookLodging', effect: null },
      stepClass: null,
      stage: 1,
      async: false,
      needs: ['authorization'],
      timeoutMs: null,
      graceMs: 1_000,
      retry: null,
      delivery: 'at-least-once',
      transactional: false,
      compensation: null,
      fallback: null,
    } satisfies StepNode);
    expect(stepAt(bookTrip, 'lodging/spa')?.opens).toEqual({ saga: 'BookSpa', effect: 'massage' });
  });

  it('has whole paths in the needs', () => {
    expect(stepAt(bookTrip, 'lodging/breakfast')?.needs).toEqual(['lodging/spa', 'lodging/hotel']);
    expect(stepAt(bookTrip, 'lodging/spa/sauna')).toMatchObject({
      needs: ['lodging/spa/massage'],
      compensation: { method: 'leaveSauna', needs: ['lodging/spa/massage'] },
    });
    expect(stepAt(bookTrip, 'car')).toMatchObject({ needs: ['lodging'], compensation: { needs: ['lodging'] } });
  });

  it('has the @Finally methods of sub-sagas first, innermost first (R17)', () => {
    expect(compile(bookTrip).finally).toEqual([
      { method: 'closeSpa', within: 'lodging/spa', graceMs: 5 },
      { method: 'closeLodging', within: 'lodging', graceMs: 1_000 },
      { method: 'closeTrip', within: '', graceMs: 1_000 },
    ]);
  });

  it('keeps the graphs of its own sub-sagas, the very ones that they have by themselves', () => {
    expect(compile(bookTrip).subSagas.map(({ path }) => path)).toEqual(['lodging']);
    expect(compile(bookTrip).subSagas[0]?.graph).toBe(compile(bookLodging));
    expect(compile(bookLodging).subSagas[0]?.graph).toBe(compile(bookSpa));
    expect(compile(bookLodging).stages[0]).toEqual(['hotel', 'room']);
  });

  it('may have the same sub-saga twice', () => {
    const saga = aSaga('BookTwice', [['one', subSaga(bookSpa)], ['other', subSaga(bookSpa)]]);
    expect(compile(saga).stages.flat()).toEqual(['one', 'one/massage', 'one/sauna', 'other', 'other/massage', 'other/sauna']);
    expect(compile(saga).subSagas.map(({ graph }) => graph)).toEqual([compile(bookSpa), compile(bookSpa)]);
  });

  it('holds together: each step is in its stage, needs what is before it, and belongs to what an earlier step opens', () => {
    const { steps, stages } = compile(bookTrip);
    const places = new Map(steps.map(({ name }, place) => [name, place]));
    expect(steps.map(({ name }) => name)).toEqual(stages.flat());
    for (const [place, { name, within, stage, needs, compensation }] of steps.entries()) {
      expect(stages[stage]).toContain(name);
      expect([...needs, ...(compensation?.needs ?? [])].every((need) => places.get(need)! < place)).toBe(true);
      expect(within === '' || (places.get(within)! < place && steps[places.get(within)!]?.opens !== null)).toBe(true);
    }
  });

  it('is frozen and survives JSON like any other', () => {
    const graph = compile(bookTrip);
    expect(JSON.parse(JSON.stringify(graph))).toStrictEqual(graph);
    expect([graph, graph.subSagas, graph.steps[2], graph.steps[6]?.compensation?.needs].every((part) => Object.isFrozen(part))).toBe(true);
  });
});

describe('a step that uses a step class', () => {
  const sendReceipt = aClass('SendReceipt', [
    ['execute', step({ timeoutMs: 2_000, graceMs: 7, delivery: 'at-most-once' }), retry({ attempts: 2 })],
    ['takeBack', compensate('execute', { requiresEffect: true }), retry({ attempts: 9 })],
    ['print', fallback('execute', { timeoutMs: 3 })],
  ]);
  const signUp = (...said: readonly Said[]): AnyClass => aSaga('SignUp', [['user', step()], ['receipt', ...said]]);

  it('is one step, with what its class says of execute and of what answers for it', () => {
    const policy = { baseMs: null, maxMs: 5_000, jitter: true, conditional: false };
    expect(stepAt(signUp(useStep(sendReceipt, { needs: ['user'] })), 'receipt')).toEqual({
      name: 'receipt',
      within: '',
      method: 'receipt',
      opens: null,
      stepClass: 'SendReceipt',
      stage: 1,
      async: false,
      needs: ['user'],
      timeoutMs: 2_000,
      graceMs: 7,
      retry: { attempts: 2, ...policy },
      delivery: 'at-most-once',
      transactional: false,
      compensation: {
        method: 'takeBack',
        requiresEffect: true,
        needs: ['user'],
        timeoutMs: 30_000,
        graceMs: 1_000,
        retry: { attempts: 9, ...policy },
      },
      fallback: { method: 'print', timeoutMs: 3, graceMs: 1_000, retry: null },
    } satisfies StepNode);
  });

  it.each<[string, readonly Said[], Partial<StepNode>]>([
    ['in @UseStep', [useStep(sendReceipt, { timeoutMs: 1, graceMs: 2 })], { timeoutMs: 1, graceMs: 2, async: false }],
    ['that there is no time-out', [useStep(sendReceipt, { timeoutMs: Infinity })], { timeoutMs: null, graceMs: 7 }],
    ['in @Async', [useStep(sendReceipt), async({ timeoutMs: 4 })], { timeoutMs: 4, graceMs: 7, async: true }],
    ['nothing in @Async', [useStep(sendReceipt), async()], { timeoutMs: 2_000, graceMs: 7, async: true }],
  ])('goes by what the saga says: %s', (_, said, limits) => {
    expect(stepAt(signUp(...said), 'receipt')).toMatchObject({ ...limits, retry: { attempts: 2 } });
  });

  it('is repeated as the saga says, but its answers are not', () => {
    expect(stepAt(signUp(useStep(sendReceipt), retry({ attempts: 5 })), 'receipt')).toMatchObject({
      retry: { attempts: 5 },
      compensation: { retry: { attempts: 9 } },
    });
  });

  it('runs beside its neighbours, and has 5 s, where neither says otherwise (R5)', () => {
    const plain = aClass('Plain', [['execute', step()]]);
    const saga = aSaga('SignUp', [['user', step(), async()], ['receipt', useStep(plain), async()]]);
    expect(compile(saga).stages).toEqual([['user', 'receipt']]);
    expect(stepAt(saga, 'receipt')).toMatchObject({ timeoutMs: 5_000, graceMs: 1_000, retry: null, compensation: null, fallback: null });
  });

  it('takes what a base class of the step class says', () => {
    const sub = aClass('SendFancyReceipt', [['takeBack', retry({ attempts: 1 })]], sendReceipt);
    expect(stepAt(signUp(useStep(sub)), 'receipt')).toMatchObject({
      stepClass: 'SendFancyReceipt',
      timeoutMs: 2_000,
      compensation: { method: 'takeBack', requiresEffect: true, retry: { attempts: 1 } },
    });
  });

  it('may use a class without a name', () => {
    expect(stepAt(signUp(useStep(aClass('', [['execute', step()]]))), 'receipt')?.stepClass).toBe('(anonymous)');
  });
});

describe('the blueprint of a saga with sub-sagas and step classes', () => {
  const accepts = [(): boolean => true, (): boolean => false, (): boolean => true] as const;
  const send = aClass('Send', [
    ['execute', step(), retry({ attempts: 2, retryIf: accepts[0] })],
    ['unsend', compensate('execute'), retry({ attempts: 3, retryIf: accepts[1] })],
  ]);
  const child = aSaga('Child', [['mail', useStep(send)], ['log', step(), retry({ attempts: 4, retryIf: accepts[2] })]]);
  const parent = aSaga('Parent', [['first', useStep(send), retry({ attempts: 5 })], ['inner', subSaga(child)], ['again', subSaga(child)]]);

  it('names the class of each, a sub-saga before what is in it', () => {
    expect(blueprintOf(parent).parts).toEqual([
      { path: 'first', class: send },
      { path: 'inner', class: child },
      { path: 'inner/mail', class: send },
      { path: 'again', class: child },
      { path: 'again/mail', class: send },
    ]);
    expect(blueprintOf(bookTrip).parts.map(({ path }) => path)).toEqual(['lodging', 'lodging/spa']);
    expect(blueprintOf(bookSpa).parts).toEqual([]);
  });

  it('names the class that was given, be it a test double of the saga that counts', () => {
    class Double extends (child as new () => object) {}
    const saga = aSaga('Parent', [['inner', subSaga(Double)]]);
    expect(blueprintOf(saga).parts[0]).toEqual({ path: 'inner', class: Double });
    expect(compile(saga).steps[0]?.opens?.saga).toBe('Child');
  });

  it('finds the functions of them all by the policies in its own graph', () => {
    const { graph, retryIf } = blueprintOf(parent);
    const found = graph.steps.flatMap(({ name, retry: own, compensation }) =>
      [own, compensation?.retry ?? null].map((policy) => [name, policy && accepts.findIndex((each) => each === retryIf.get(policy))]),
    );
    expect(found).toEqual([
      ['first', -1], ['first', 1], ['inner', null], ['inner', null], ['inner/mail', 0], ['inner/mail', 1], ['inner/log', 2],
      ['inner/log', null], ['again', null], ['again', null], ['again/mail', 0], ['again/mail', 1], ['again/log', 2], ['again/log', null],
    ]);
  });

  it('copes with ten thousand steps in a saga and in its sub-saga, a thousand openings, and a hundred sagas within each other', () => {
    const needed = (index: number): readonly string[] => (index === 0 ? [] : [`s${index - 1}`]);
    const chain = (...first: readonly Member[]): readonly Member[] => [
      ...first,
      ...Array.from({ length: 10_000 }, (_, index): Member => [`s${index}`, step({ needs: needed(index) }), async()]),
    ];
    const long = aSaga('Long', chain(['inner', subSaga(aSaga('Inner', chain()))]));
    expect(compile(long).stages.map(({ length }) => length)).toEqual([1, 10_000, 10_000]);

    const wide = aSaga('Wide', Array.from({ length: 1_000 }, (_, index): Member => [`s${index}`, subSaga(bookSpa)]));
    expect(compile(wide).stages).toHaveLength(3_000);

    let deep = bookSpa;
    for (let depth = 0; depth < 100; depth++) deep = aSaga('Deep', [['in', subSaga(deep)]]);
    expect(compile(deep).steps.at(-1)?.name).toBe(`${'in/'.repeat(100)}sauna`);
  });
});
