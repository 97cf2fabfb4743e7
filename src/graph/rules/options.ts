// The options of the decorators: names and values that the compiler would reject, said again for JavaScript and for computed values.
import type { DefinitionIssue } from '../../errors/definition-error.js';
import type { NotesByKind } from '../../metadata/method-notes.js';
import type { SagaMember } from '../../metadata/read-saga.js';
import type { SagaNote } from '../../metadata/record.js';
import type { Outline } from '../outline.js';
import { listed, propertyKey, shown } from '../wording.js';
import { decoratorNames } from './decorators.js';
import type { Decorator } from './decorators.js';
import { didYouMean, issueOfClass, issueOfMember, pathOf } from './rule.js';
import type { Finding, Rule } from './rule.js';
import { isShape } from './shape.js';

interface Range {
  readonly holds: (value: unknown) => boolean;
  /** Completes "it takes …". */
  readonly takes: string;
  readonly required?: true;
}

const milliseconds: Range = {
  holds: (value) => Number.isFinite(value) && (value as number) >= 0,
  takes: 'a number of milliseconds, at least 0',
};
/** 0 would fail every attempt before it could begin, so it is not a time-out that anyone means. */
const timeout: Range = {
  holds: (value) => typeof value === 'number' && value > 0,
  takes: 'a number of milliseconds above 0, or Infinity for none',
};
const attempts: Range = {
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  takes: 'a whole number, at least 1: all runs, the first included',
  required: true,
};
const flag: Range = { holds: (value) => typeof value === 'boolean', takes: 'true or false' };
const delivery: Range = {
  holds: (value) => value === 'at-least-once' || value === 'at-most-once',
  takes: "'at-least-once' or 'at-most-once'",
};
const predicate: Range = { holds: (value) => typeof value === 'function', takes: 'a function (error) => boolean' };
const names: Range = {
  holds: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  takes: "an array of names of steps, such as ['hotel']",
};
const step: Range = { holds: (value) => typeof value === 'string', takes: "the name of a step, such as 'hotel'", required: true };
const effect: Range = { holds: (value) => typeof value === 'string', takes: "the name of a step of the sub-saga, such as 'hotel'" };
/** The class of a sub-saga or of a step: rules of their own say what is wrong with it. */
const anything: Range = { holds: () => true, takes: 'a class' };
const title: Range = { holds: (value) => typeof value === 'string' && value !== '', takes: 'a string that is not empty' };
const text: Range = { holds: (value) => typeof value === 'string', takes: "a string, such as '2'" };
const shape: Range = { holds: isShape, takes: "an array of names and of arrays of names, such as ['rates', ['hotel', 'car']]" };

type Ranges<N> = { readonly [O in keyof Required<N>]: Range };

const ranges: { readonly [K in Decorator]: Ranges<NotesByKind[K][number]> } = {
  step: { needs: names, timeoutMs: timeout, graceMs: milliseconds, delivery, transactional: flag, override: flag },
  subSaga: { saga: anything, needs: names, effect, override: flag },
  useStep: { stepClass: anything, needs: names, timeoutMs: timeout, graceMs: milliseconds, override: flag },
  async: { timeoutMs: timeout, graceMs: milliseconds },
  retry: { attempts, baseMs: milliseconds, maxMs: milliseconds, jitter: flag, retryIf: predicate },
  compensate: { step, requiresEffect: flag, needs: names, timeoutMs: timeout, graceMs: milliseconds },
  fallback: { step, timeoutMs: timeout, graceMs: milliseconds },
  finally: { graceMs: milliseconds },
};
const rangesOfSaga: Ranges<SagaNote> = { name: title, version: text, steps: shape };

/** What a decorator takes before its options. */
const beforeOptions: readonly string[] = ['step', 'saga', 'stepClass'];

export const optionsAreInRange: Rule = (outline) => [
  ...outline.metadata.sagas.flatMap((note) =>
    findings('@Saga', note, rangesOfSaga).map(({ rule, ...finding }) => issueOfClass(outline, rule, sentence(outline.className, finding))),
  ),
  ...outline.members.flatMap((member) =>
    (Object.keys(ranges) as Decorator[]).flatMap((kind) => member[kind].flatMap((note) => issuesOfNote(outline, member, kind, note))),
  ),
];

function issuesOfNote(outline: Outline, member: SagaMember, kind: Decorator, note: unknown): readonly DefinitionIssue[] {
  return findings(decoratorNames[kind], note, ranges[kind]).map(({ rule, ...finding }) =>
    issueOfMember(outline, member, rule, sentence(pathOf(outline, member), finding)),
  );
}

type OptionFinding = Finding & { readonly rule: 'BAD_OPTION' | 'UNKNOWN_OPTION' };

function findings(decorator: string, note: unknown, known: Readonly<Record<string, Range>>): readonly OptionFinding[] {
  if (typeof note !== 'object' || note === null) {
    return [{ rule: 'BAD_OPTION', problem: `${decorator}(${shown(note)})`, remedy: 'Pass an object of options, or nothing.' }];
  }
  // Maps: an option may be called `toString`.
  const rangeOf = new Map(Object.entries(known));
  const written = new Map<string, unknown>(Object.entries(note));
  for (const [option, { required }] of rangeOf) if (required && !written.has(option)) written.set(option, undefined);
  return [...written].flatMap(([option, value]) => {
    const range = rangeOf.get(option);
    return range ? outOfRange(decorator, option, value, range) : unknownOption(decorator, option, value, [...rangeOf.keys()]);
  });
}

function outOfRange(decorator: string, option: string, value: unknown, { holds, takes, required }: Range): readonly OptionFinding[] {
  if (holds(value) || (value === undefined && !required)) return [];
  return option === 'step'
    ? [{ rule: 'BAD_OPTION', problem: `${decorator}(${shown(value)})`, remedy: `It takes ${takes}.` }]
    : [{ rule: 'BAD_OPTION', problem: `${decorator}({ ${option}: ${shown(value)} })`, remedy: `${option} takes ${takes}.` }];
}

function unknownOption(decorator: string, option: string, value: unknown, known: readonly string[]): readonly OptionFinding[] {
  const names = known.filter((name) => !beforeOptions.includes(name));
  const problem = `${decorator}({ ${propertyKey(option)}: ${shown(value)} })`;
  return [{ rule: 'UNKNOWN_OPTION', problem, remedy: `${didYouMean(option, names)}${decorator} knows: ${listed(names)}.` }];
}

function sentence(subject: string, { problem, remedy }: Finding): Finding {
  return { problem: `${subject} says ${problem}.`, remedy };
}

/** `@Step({ timeoutMs: 1_000 }) @Async({ timeoutMs: 5_000 })`: which of them is meant? */
export const optionsAreGivenOnce: Rule = (outline) =>
  outline.members.flatMap((member) => {
    const kind = member.useStep.length > 0 ? 'useStep' : 'step';
    const [inStep, inAsync] = [new Map(Object.entries(member[kind][0] ?? {})), new Map(Object.entries(member.async[0] ?? {}))];
    return ['timeoutMs', 'graceMs']
      .filter((option) => inStep.get(option) !== undefined && inAsync.get(option) !== undefined)
      .map((option) =>
        issueOfMember(outline, member, 'OPTION_GIVEN_TWICE', {
          problem: `${pathOf(outline, member)} says ${option} in ${decoratorNames[kind]} and in @Async.`,
          remedy: 'Keep one of them.',
        }),
      );
  });

/** What a transactional step wrote is rolled back with the process that dies inside it, so that to run it again repeats nothing. */
export const transactionalStepsMayRunAgain: Rule = (outline) =>
  outline.members.flatMap((member) => {
    const said = new Map<string, unknown>(Object.entries(member.step[0] ?? {}));
    if (said.get('transactional') !== true || said.get('delivery') !== 'at-most-once') return [];
    return issueOfMember(outline, member, 'BAD_OPTION', {
      problem: `${pathOf(outline, member)} says @Step({ transactional: true, delivery: 'at-most-once' }).`,
      remedy: 'Leave delivery out: what a transactional step wrote is rolled back with its process, so it can be run again.',
    });
  });

export const sagasHaveNames: Rule = (outline) =>
  outline.metadata.className === '' && outline.note.name === undefined
    ? [
        issueOfClass(outline, 'UNNAMED_SAGA', {
          problem: 'The class of this saga is anonymous, so the saga has no name.',
          remedy: "Name the class, or write @Saga({ name: '…' }).",
        }),
      ]
    : [];
