import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/graph/compile.js';
import { aClass, aSaga, retry, step } from '../../metadata/notes.js';
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
