import { describe, expect, it } from 'vitest';
import { compileTogether, expectationOf, nest10, nest11, nest12, programsIn, strict, titleOf } from './compile.js';

const accepts = programsIn('accepts');
const rejects = programsIn('rejects');

const settings = [
  { setting: 'strict settings', options: strict },
  { setting: 'the starter of Nest 12', options: nest12 },
  { setting: 'the starter of Nest 11', options: nest11 },
  { setting: 'the starter of Nest 10', options: nest10 },
];

describe.each(settings)('with $setting, the compiler', ({ options }) => {
  const diagnosticsOf = compileTogether([...accepts, ...rejects], options);
  const sees = (path: string) => expectationOf(path).needs === undefined || options.strict || options.strictNullChecks;

  it.each(accepts.map((path) => [titleOf(path), path]))('accepts: %s', (_, path) => {
    expect(diagnosticsOf(path)).toEqual([]);
  });

  it.each(rejects.filter(sees).map((path) => [titleOf(path), path]))('rejects, in one line and at its place: %s', (_, path) => {
    const { expect: message, at } = expectationOf(path);
    expect(diagnosticsOf(path)).toEqual([{ message: expect.stringContaining(message) as string, at }]);
  });

  it.each(rejects.filter((path) => !sees(path)).map((path) => [titleOf(path), path]))('cannot see: %s', (_, path) => {
    expect(diagnosticsOf(path)).toEqual([]);
  });
});
