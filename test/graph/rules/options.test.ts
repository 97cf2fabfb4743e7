import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/graph/compile.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, retry, step, subSaga, useStep } from '../../metadata/notes.js';
import type { Said } from '../../metadata/notes.js';
import { mistakesIn, rulesBrokenBy } from '../issues.js';

const hotel = ['hotel', step()] as const;
const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const sendMail = aClass('SendMail', [['execute', step()]]);

/** What is said of one option of a decorator on a method where the decorator may stand. */
function mistakeIn(said: Said): readonly string[] {
  const role = said.kind === 'async' || said.kind === 'retry' ? [step(), said] : [said];
  return mistakesIn(aSaga('BookTrip', [hotel, ['it', ...role]]));
}

const milliseconds = 'takes a number of milliseconds, at least 0.';
const timeout = 'takes a number of milliseconds above 0, or Infinity for none.';
const attempts = 'takes a whole number, at least 1: all runs, the first included.';
const flag = 'takes true or false.';
const names = "takes an array of names of steps, such as ['hotel'].";

describe('an option', () => {
  it.each<[Said, string]>([
    [step({ timeoutMs: 0 }), `@Step({ timeoutMs: 0 }). timeoutMs ${timeout}`],
    [step({ timeoutMs: -Infinity }), `@Step({ timeoutMs: -Infinity }). timeoutMs ${timeout}`],
    [step({ timeoutMs: '5s' }), `@Step({ timeoutMs: '5s' }). timeoutMs ${timeout}`],
    [step({ timeoutMs: null }), `@Step({ timeoutMs: null }). timeoutMs ${timeout}`],
    [step({ graceMs: Infinity }), `@Step({ graceMs: Infinity }). graceMs ${milliseconds}`],
    [step({ needs: 'hotel' }), `@Step({ needs: 'hotel' }). needs ${names}`],
    [step({ needs: ['hotel', 5] }), `@Step({ needs: ['hotel', 5] }). needs ${names}`],
    [step({ needs: [['hotel']] }), `@Step({ needs: [an array] }). needs ${names}`],
    [step({ delivery: 'exactly-once' }), "@Step({ delivery: 'exactly-once' }). delivery takes 'at-least-once' or 'at-most-once'."],
    [step({ transactional: 'yes' }), `@Step({ transactional: 'yes' }). transactional ${flag}`],
    [step({ override: 'yes' }), `@Step({ override: 'yes' }). override ${flag}`],
    [subSaga(bookSpa, { needs: 'hotel' }), `@SubSaga({ needs: 'hotel' }). needs ${names}`],
    [subSaga(bookSpa, { override: 1 }), `@SubSaga({ override: 1 }). override ${flag}`],
    [
      subSaga(bookSpa, { effect: ['massage'] }),
      "@SubSaga({ effect: ['massage'] }). effect takes the name of a step of the sub-saga, such as 'hotel'.",
    ],
    [useStep(sendMail, { needs: null }), `@UseStep({ needs: null }). needs ${names}`],
    [useStep(sendMail, { timeoutMs: 0 }), `@UseStep({ timeoutMs: 0 }). timeoutMs ${timeout}`],
    [useStep(sendMail, { graceMs: -1 }), `@UseStep({ graceMs: -1 }). graceMs ${milliseconds}`],
    [useStep(sendMail, { override: 'no' }), `@UseStep({ override: 'no' }). override ${flag}`],
    [async({ timeoutMs: NaN }), `@Async({ timeoutMs: NaN }). timeoutMs ${timeout}`],
    [async({ timeoutMs: 5n }), `@Async({ timeoutMs: 5n }). timeoutMs ${timeout}`],
    [async({ graceMs: -1 }), `@Async({ graceMs: -1 }). graceMs ${milliseconds}`],
    [retry(), `@Retry({ attempts: undefined }). attempts ${attempts}`],
    [retry({ attempts: undefined }), `@Retry({ attempts: undefined }). attempts ${attempts}`],
    [retry({ attempts: 1.5 }), `@Retry({ attempts: 1.5 }). attempts ${attempts}`],
    [retry({ attempts: Infinity }), `@Retry({ attempts: Infinity }). attempts ${attempts}`],
    [retry({ attempts: 2, baseMs: -5 }), `@Retry({ baseMs: -5 }). baseMs ${milliseconds}`],
    [retry({ attempts: 2, maxMs: Infinity }), `@Retry({ maxMs: Infinity }). maxMs ${milliseconds}`],
    [retry({ attempts: 2, jitter: 1 }), `@Retry({ jitter: 1 }). jitter ${flag}`],
    [retry({ attempts: 2, retryIf: true }), '@Retry({ retryIf: true }). retryIf takes a function (error) => boolean.'],
    [compensate('hotel', { requiresEffect: 'no' }), `@Compensate({ requiresEffect: 'no' }). requiresEffect ${flag}`],
    [compensate('hotel', { needs: {} }), `@Compensate({ needs: an object }). needs ${names}`],
    [compensate('hotel', { timeoutMs: 0 }), `@Compensate({ timeoutMs: 0 }). timeoutMs ${timeout}`],
    [fallback('hotel', { graceMs: -1 }), `@Fallback({ graceMs: -1 }). graceMs ${milliseconds}`],
    [atTheEnd({ graceMs: NaN }), `@Finally({ graceMs: NaN }). graceMs ${milliseconds}`],
  ])('is refused where it is out of range: %o', (said, mistake) => {
    expect(mistakeIn(said)).toEqual([`BAD_OPTION: BookTrip.it says ${mistake}`]);
  });

  it.each<[Said]>([
    [step({ timeoutMs: 0.5, graceMs: 0, needs: [], override: false })],
    [step({ timeoutMs: undefined, needs: undefined })],
    [step({ delivery: 'at-most-once', transactional: false })],
    [step({ delivery: 'at-least-once', transactional: true })],
    [step({ delivery: undefined, transactional: undefined })],
    [subSaga(bookSpa, { needs: undefined, effect: undefined, override: false })],
    [useStep(sendMail, { needs: ['hotel'], timeoutMs: Infinity, graceMs: 0, override: undefined })],
    [async({ timeoutMs: Infinity })],
    [retry({ attempts: 1, baseMs: 0, maxMs: 0, jitter: false, retryIf: undefined })],
    [compensate('hotel', { timeoutMs: Infinity, requiresEffect: true })],
    [fallback('hotel', { timeoutMs: 1 })],
    [atTheEnd({ graceMs: 0 })],
  ])('is taken at the ends of its range, and where it is undefined: %o', (said) => {
    expect(mistakeIn(said)).toEqual([]);
  });

  it('is known by its name, which is suggested where it is nearly right', () => {
    expect(mistakeIn(retry({ attempts: 2, retryOn: 1 }))).toEqual([
      'UNKNOWN_OPTION: BookTrip.it says @Retry({ retryOn: 1 }). ' +
        "Did you mean 'retryIf'? @Retry knows: attempts, baseMs, maxMs, jitter, retryIf.",
    ]);
    expect(mistakeIn(compensate('hotel', { toString: 1 }))).toEqual([
      'UNKNOWN_OPTION: BookTrip.it says @Compensate({ toString: 1 }). @Compensate knows: requiresEffect, needs, timeoutMs, graceMs.',
    ]);
    expect(mistakeIn(step({ 'a/b': 1 }))).toEqual([
      "UNKNOWN_OPTION: BookTrip.it says @Step({ 'a/b': 1 }). @Step knows: needs, timeoutMs, graceMs, delivery, transactional, override.",
    ]);
  });

  it('of a time limit is none that a sub-saga has (R24)', () => {
    expect(mistakeIn(subSaga(bookSpa, { timeoutMs: 5 }))).toEqual([
      'UNKNOWN_OPTION: BookTrip.it says @SubSaga({ timeoutMs: 5 }). @SubSaga knows: needs, effect, override.',
    ]);
    expect(mistakeIn(useStep(sendMail, { timeout: 5 }))).toEqual([
      "UNKNOWN_OPTION: BookTrip.it says @UseStep({ timeout: 5 }). Did you mean 'timeoutMs'? " +
        '@UseStep knows: needs, timeoutMs, graceMs, override.',
    ]);
  });

  it('of what becomes of a step when its process dies is said by the step itself, be that of a step class', () => {
    expect(rulesBrokenBy(aSaga('BookTrip', [hotel, ['spa', subSaga(bookSpa, { transactional: true })]]))).toEqual(['UNKNOWN_OPTION']);
    expect(rulesBrokenBy(aSaga('BookTrip', [['mail', useStep(sendMail, { delivery: 'at-most-once' })]]))).toEqual(['UNKNOWN_OPTION']);
  });

  it('makes no step transactional that may be entered once only: it can be run again', () => {
    const both = step({ transactional: true, delivery: 'at-most-once' });
    const mistake = (path: string): string =>
      `BAD_OPTION: ${path} says @Step({ transactional: true, delivery: 'at-most-once' }). ` +
      'Leave delivery out: what a transactional step wrote is rolled back with its process, so it can be run again.';
    expect(mistakeIn(both)).toEqual([mistake('BookTrip.it')]);
    const charge = aClass('Charge', [['execute', both]]);
    expect(mistakesIn(aSaga('BookTrip', [['charge', useStep(charge)]]))).toEqual([mistake('Charge.execute')]);
  });

  it('is given in @Step or in @Async, not in both', () => {
    expect(rulesBrokenBy(aSaga('BookTrip', [['hotel', step({ timeoutMs: 1, graceMs: 2 }), async({ timeoutMs: 1, graceMs: 2 })]]))).toEqual([
      'OPTION_GIVEN_TWICE',
      'OPTION_GIVEN_TWICE',
    ]);
    expect(mistakesIn(aSaga('BookTrip', [['mail', useStep(sendMail, { graceMs: 1 }), async({ graceMs: 2 })]]))).toEqual([
      'OPTION_GIVEN_TWICE: BookTrip.mail says graceMs in @UseStep and in @Async. Keep one of them.',
    ]);
  });
});

describe('options', () => {
  it.each<[Said, string]>([
    [{ kind: 'step', note: null }, '@Step(null)'],
    [{ kind: 'async', note: 5_000 }, '@Async(5000)'],
    [{ kind: 'finally', note: 'done' }, "@Finally('done')"],
  ])('are an object: %o', (said, written) => {
    expect(mistakeIn(said)).toEqual([`BAD_OPTION: BookTrip.it says ${written}. Pass an object of options, or nothing.`]);
  });

  it('of @Saga are judged like the others', () => {
    expect(mistakesIn(aSaga('BookTrip', [hotel], { name: '', version: 2, title: 'x' }))).toEqual([
      "BAD_OPTION: BookTrip says @Saga({ name: '' }). name takes a string that is not empty.",
      "BAD_OPTION: BookTrip says @Saga({ version: 2 }). version takes a string, such as '2'.",
      "UNKNOWN_OPTION: BookTrip says @Saga({ title: 'x' }). @Saga knows: name, version, steps.",
    ]);
  });
});

describe('the name of a saga', () => {
  it('is given where the class is anonymous', () => {
    expect(compile(aSaga('', [hotel], { name: 'book-trip' })).saga).toBe('book-trip');
  });

  it('stands in the messages where the class has none', () => {
    expect(mistakesIn(aSaga('', [['hotel', step({ needs: ['hotel'] })]], { name: 'Trip' }))).toEqual([
      "NEEDS_ITSELF: Trip.hotel needs itself. Remove 'hotel' from its needs.",
    ]);
  });
});
