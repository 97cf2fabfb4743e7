import { describe, expect, it } from 'vitest';
import type { AnyClass } from '../../../src/graph/any-class.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, note, retry, step, subSaga, useStep } from '../../metadata/notes.js';
import type { Member } from '../../metadata/notes.js';
import { issuesIn, mistakesIn } from '../issues.js';

const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const using = (given: unknown): AnyClass => aSaga('SignUp', [['user', step()], ['mail', useStep(given)]]);
const mistakesOf = (...members: readonly Member[]): readonly string[] => mistakesIn(using(aClass('SendMail', members)));
const execute = ['execute', step()] as const;

describe('what is given to @UseStep', () => {
  it.each<[string, unknown, string]>([
    [
      'nothing, as in a circle of imports',
      undefined,
      'SignUp.mail says @UseStep(undefined). It takes a step class; ' +
        'if that is what stands there, its module is imported in a circle and has not run yet.',
    ],
    [
      'an instance',
      Object.create(aClass('SendMail', [execute]).prototype as object),
      'SignUp.mail says @UseStep(an instance of SendMail). Pass the class SendMail, not an instance of it.',
    ],
    ['null', null, 'SignUp.mail says @UseStep(null). It takes a step class.'],
    ['a saga', bookSpa, 'SignUp.mail says @UseStep(BookSpa), but that is a saga. Write @SubSaga(BookSpa).'],
    [
      'a saga with a step of that name',
      aSaga('Execution', [execute]),
      'SignUp.mail says @UseStep(Execution), but that is a saga. Write @SubSaga(Execution).',
    ],
    [
      'a saga with mistakes of its own',
      aSaga('Wrong', []),
      'SignUp.mail says @UseStep(Wrong), but that is a saga. Write @SubSaga(Wrong).',
    ],
    [
      'a class without steps',
      class Plain {},
      "SignUp.mail says @UseStep(Plain), which has no @Step named 'execute'. Put @Step() on its method execute.",
    ],
    [
      'a class whose step has another name',
      aClass('SendMail', [['send', step()]]),
      "SignUp.mail says @UseStep(SendMail), which has no @Step named 'execute'. Rename its step 'send'.",
    ],
    [
      'a class of several steps',
      aClass('SendMail', [['write', step()], ['send', step()]]),
      "SignUp.mail says @UseStep(SendMail), which has no @Step named 'execute'. " +
        'Decorate SendMail with @Saga() and write @SubSaga, or make a step class of each of its steps.',
    ],
    [
      'a class that leaves it to another',
      aClass('SendMail', [['execute', useStep(aClass('Other', [execute]))]]),
      "SignUp.mail says @UseStep(SendMail), which has no @Step named 'execute'. " +
        'Decorate SendMail with @Saga() and write @SubSaga, or make a step class of each of its steps.',
    ],
  ])('is a step class, not %s', (_, given, mistake) => {
    expect(mistakesIn(using(given))).toEqual([`NOT_A_STEP_CLASS: ${mistake}`]);
  });
});

describe('a step class', () => {
  it('is one step, with a compensation and a fallback', () => {
    const twice = retry({ attempts: 2 });
    expect(
      mistakesOf(
        ['execute', step({ timeoutMs: 1 }), twice],
        ['unsend', compensate('execute', { requiresEffect: true }), twice],
        ['phone', fallback('execute'), twice],
      ),
    ).toEqual([]);
  });

  it.each<[string, Member, string]>([
    ['a second step', ['log', step()], "SendMail.log is a @Step, but the one step of a step class is 'execute'"],
    ['a sub-saga', ['spa', subSaga(bookSpa)], "SendMail.spa is a @SubSaga, but the one step of a step class is 'execute'"],
    ['a step class', ['log', useStep(undefined)], "SendMail.log is a @UseStep, but the one step of a step class is 'execute'"],
  ])('does not have %s', (_, member, problem) => {
    expect(mistakesOf(execute, member)).toEqual([
      `MORE_THAN_A_STEP: ${problem}. Make a saga of SendMail, with @Saga(), or a step class of each of its steps.`,
    ]);
  });

  it('gets effects through its input, not by name', () => {
    expect(mistakesOf(['execute', step({ needs: ['user', 'card'] })], ['unsend', compensate('execute', { needs: ['user'] })])).toEqual([
      "MORE_THAN_A_STEP: SendMail.execute needs 'user' and 'card', but a step class knows no step beside its own. " +
        'Hand it over in the input, which is computed where the class is used: @UseStep takes the needs.',
      "MORE_THAN_A_STEP: SendMail.unsend needs 'user', but a step class knows no step beside its own. " +
        'Hand it over in the input, which is computed where the class is used: @UseStep takes the needs.',
    ]);
  });

  it('leaves it to the saga what runs beside it, and what is done at the end', () => {
    expect(mistakesOf(['execute', step(), async()], ['done', atTheEnd()])).toEqual([
      'MORE_THAN_A_STEP: SendMail.execute is @Async, but what runs beside it is for the saga to say. ' +
        'Move @Async to where the class is used, beside @UseStep.',
      'MORE_THAN_A_STEP: SendMail.done is @Finally, but a step class is not asked when an execution ends. ' +
        'Move it to the sagas that use the class.',
    ]);
  });

  it('has its mistakes told with its own name, once, however often it is used', () => {
    const sendMail = aClass('SendMail', [
      ['execute', step({ timeoutMs: -1 }), step()],
      ['unsend', compensate('exeute')],
      ['phone', fallback('execute'), retry({ attempts: 0 })],
      ['call', fallback('execute')],
      ['then', retry({ attempts: 1 })],
    ]);
    note(sendMail, 'fax', { value: () => undefined }, [fallback('fax')]);
    const saga = aSaga('SignUp', [['one', useStep(sendMail)], ['other', useStep(sendMail)]]);
    expect(issuesIn(saga).every(({ saga: className }) => className === 'SendMail')).toBe(true);
    expect(issuesIn(saga).map(({ rule, method }) => [rule, method])).toEqual([
      ['THENABLE', null],
      ['STATIC_MEMBER', 'fax'],
      ['RETRY_OF_NOTHING', 'then'],
      ['WRITTEN_TWICE', 'execute'],
      ['BAD_OPTION', 'execute'],
      ['BAD_OPTION', 'phone'],
      ['UNKNOWN_STEP', 'unsend'],
      ['UNKNOWN_STEP', 'fax'],
      ['TWO_FALLBACKS', 'call'],
    ]);
    expect(mistakesIn(saga)).toContain(
      "UNKNOWN_STEP: SendMail.unsend compensates 'exeute', which is not a @Step of SendMail. " +
        "Did you mean 'execute'? Write one of: execute.",
    );
  });

  it('is told of missing parentheses where they are missing', () => {
    expect(mistakesOf(['execute', { kind: 'bare', note: { decorator: '@Step' } }])).toEqual([
      'MISSING_PARENTHESES: SendMail.execute has @Step without parentheses. Write @Step().',
    ]);
  });

  it('inherits as a saga does', () => {
    const base = aClass('Base', [execute, ['unsend', compensate('execute')]]);
    expect(mistakesIn(using(aClass('SendMail', [execute], base)))).toEqual([
      'STEP_NAME_TAKEN: SendMail.execute is a @Step, and so is Base.execute, which it overrides. ' +
        'Write @Step({ override: true }) to replace it, no @Step to keep what the base class says, or another name.',
    ]);
    expect(mistakesIn(using(aClass('SendMail', [['execute', step({ override: true })]], base)))).toEqual([]);
  });
});
