import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/graph/compile.js';
import { aClass, aSaga, async, retry, step, subSaga, useStep } from '../../metadata/notes.js';
import { issuesIn, mistakesIn, rulesBrokenBy } from '../issues.js';

const base = aClass('Base', [['hotel', step()], ['car', step()]]);

describe('a subclass that declares a step of its base class', () => {
  it('says that it means to, and keeps the place', () => {
    const saga = aSaga('Sub', [['spa', step()], ['hotel', step({ override: true, timeoutMs: 5 })]], { base });
    expect(compile(saga).steps.map(({ name, timeoutMs }) => [name, timeoutMs])).toEqual([
      ['hotel', 5],
      ['car', null],
      ['spa', null],
    ]);
  });

  it('says nothing of it where it only changes something else', () => {
    expect(compile(aSaga('Sub', [['hotel', retry({ attempts: 3 })]], { base })).steps[0]?.retry?.attempts).toBe(3);
  });

  it('is told at the class that forgot to, though another extends it', () => {
    const middle = aClass('Middle', [['hotel', step()]], base);
    expect(mistakesIn(aSaga('Sub', [['spa', step()]], { base: middle }))).toEqual([
      'STEP_NAME_TAKEN: Middle.hotel is a @Step, and so is Base.hotel, which it overrides. ' +
        'Write @Step({ override: true }) to replace it, no @Step to keep what the base class says, or another name.',
    ]);
  });
});

describe('a step, a sub-saga and a use of a step class (R24)', () => {
  const bookSpa = aSaga('BookSpa', [['massage', step()]]);
  const sendMail = aClass('SendMail', [['execute', step()]]);
  const bases = {
    step: aClass('Base', [['first', step()], ['it', step(), async(), retry({ attempts: 2 })]]),
    subSaga: aClass('Base', [['first', step()], ['it', subSaga(bookSpa)]]),
    useStep: aClass('Base', [['first', step()], ['it', useStep(sendMail), async()]]),
  };
  const kinds = Object.keys(bases) as (keyof typeof bases)[];
  const written = {
    step: (options?: object) => step(options),
    subSaga: (options?: object) => subSaga(bookSpa, options),
    useStep: (options?: object) => useStep(sendMail, options),
  };
  const decorators = { step: '@Step', subSaga: '@SubSaga', useStep: '@UseStep' };
  const pairs = kinds.flatMap((own) => kinds.map((taken) => [own, taken] as const));

  it.each(pairs)('replace each other in their place, where they say so: %s in place of %s', (own, taken) => {
    const saga = aSaga('Sub', [['last', step()], ['it', written[own]({ override: true })]], { base: bases[taken] });
    const { steps } = compile(saga);
    expect(steps.filter(({ within }) => within === '').map(({ name }) => name)).toEqual(['first', 'it', 'last']);
    expect(steps[1]).toMatchObject({
      opens: own === 'subSaga' ? { saga: 'BookSpa' } : null,
      stepClass: own === 'useStep' ? 'SendMail' : null,
      async: false,
      retry: null,
    });
  });

  it.each(pairs)('take no name from each other unawares: %s from %s', (own, taken) => {
    const problem =
      own === taken
        ? `Sub.it is a ${decorators[own]}, and so is Base.it, which it overrides.`
        : `Sub.it is a ${decorators[own]}, and Base.it, which it overrides, is a ${decorators[taken]}.`;
    const example = { step: '@Step({', subSaga: '@SubSaga(BookSpa, {', useStep: '@UseStep(SendMail, {' }[own];
    expect(mistakesIn(aSaga('Sub', [['it', written[own]()]], { base: bases[taken] }))).toContain(
      `STEP_NAME_TAKEN: ${problem} Write ${example} override: true }) to replace it, ` +
        `no ${decorators[own]} to keep what the base class says, or another name.`,
    );
  });

  it('name their class where they override nothing', () => {
    expect(mistakesIn(aSaga('Sub', [['tail', useStep(sendMail, { override: true })], ['it', step()]]))).toEqual([
      'OVERRIDES_NOTHING: Sub.tail says @UseStep(SendMail, { override: true }), but no base class has a step tail. ' +
        'For a step of its own write @UseStep(SendMail).',
    ]);
    expect(mistakesIn(aSaga('Sub', [['spy', subSaga(bookSpa, { override: true })]], { base: aClass('Base', [['spa', step()]]) }))).toEqual([
      'OVERRIDES_NOTHING: Sub.spy says @SubSaga(BookSpa, { override: true }), but no base class has a step spy. ' +
        "Did you mean 'spa'? For a step of its own write @SubSaga(BookSpa).",
    ]);
  });

  it('keep what the base class says where only something else is said of them', () => {
    const saga = aSaga('Sub', [['it', retry({ attempts: 3 })]], { base: bases.useStep });
    expect(compile(saga).steps[1]).toMatchObject({ stepClass: 'SendMail', async: true, retry: { attempts: 3 } });
  });
});

describe('a step that says it overrides', () => {
  it.each([
    ['no class has a step of that name', aSaga('Sub', [['spa', step({ override: true })]], { base })],
    ['there is no base class', aSaga('Alone', [['hotel', step({ override: true })]])],
    [
      'the method of that name is no step',
      aSaga('Sub', [['helper', step({ override: true })]], { base: aClass('Base', [['helper', retry({ attempts: 1 })]]) }),
    ],
  ])('is wrong where %s', (_, saga) => {
    expect(rulesBrokenBy(saga)).toEqual(['OVERRIDES_NOTHING']);
  });

  it('may override again what was overridden', () => {
    const middle = aClass('Middle', [['hotel', step({ override: true })]], base);
    expect(issuesIn(aSaga('Sub', [['hotel', step({ override: true })]], { base: middle }))).toEqual([]);
  });
});
