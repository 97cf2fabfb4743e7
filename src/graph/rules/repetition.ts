// What may be said only once.
import type { SagaMember } from '../../metadata/read-saga.js';
import type { Answer, Outline } from '../outline.js';
import { bare, joined, memberPath, quoted } from '../wording.js';
import { decoratorNames } from './decorators.js';
import { issueOfClass, issueOfMember, pathOf, repeated } from './rule.js';
import type { Rule } from './rule.js';

const onceOnly = ['step', 'subSaga', 'useStep', 'async', 'retry', 'finally'] as const;

export const decoratorsStandOnce: Rule = (outline) =>
  outline.members.flatMap((member) =>
    decoratorsWrittenTwice(member).map((decorator) =>
      issueOfMember(outline, member, 'WRITTEN_TWICE', {
        problem: `${pathOf(outline, member)} has ${decorator} twice.`,
        remedy: 'Keep one of them.',
      }),
    ),
  );

/** One method may answer for several steps, so `@Compensate` and `@Fallback` may stand more than once, but not for the same step. */
function decoratorsWrittenTwice(member: SagaMember): readonly string[] {
  return [
    ...onceOnly.filter((kind) => member[kind].length > 1).map((kind) => decoratorNames[kind]),
    ...stepsAnsweredTwice(member.compensate).map((step) => `@Compensate(${quoted(step)})`),
    ...stepsAnsweredTwice(member.fallback).map((step) => `@Fallback(${quoted(step)})`),
  ];
}

function stepsAnsweredTwice(notes: readonly ({ readonly step: unknown } | null)[]): readonly string[] {
  return repeated(notes.map((note) => note?.step).filter((step) => typeof step === 'string'));
}

export const sagaStandsOnce: Rule = (outline) =>
  outline.metadata.sagas.length > 1
    ? [issueOfClass(outline, 'WRITTEN_TWICE', { problem: `${outline.className} has @Saga twice.`, remedy: 'Keep one of them.' })]
    : [];

export const stepsHaveOneCompensation: Rule = (outline) =>
  competitors(outline.compensations).map(([step, methods]) =>
    issueOfMember(outline, methods[1], 'TWO_COMPENSATIONS', {
      problem: `${stepPath(outline, step)} is compensated by ${joined(namesOf(methods))}.`,
      remedy: keepOne(methods),
    }),
  );

export const stepsHaveOneFallback: Rule = (outline) =>
  competitors(outline.fallbacks).map(([step, methods]) =>
    issueOfMember(outline, methods[1], 'TWO_FALLBACKS', {
      problem: `${stepPath(outline, step)} has the fallbacks ${joined(namesOf(methods))}.`,
      remedy: keepOne(methods),
    }),
  );

type Competitors = readonly [SagaMember, SagaMember, ...SagaMember[]];

/** The steps that more than one method answers for, with these methods. */
function competitors(answers: readonly Answer<unknown>[]): readonly (readonly [step: string, methods: Competitors])[] {
  const byStep = new Map<string, Set<SagaMember>>();
  for (const { step, member } of answers) {
    if (step === undefined) continue;
    const members = byStep.get(step);
    if (members) members.add(member);
    else byStep.set(step, new Set([member]));
  }
  return [...byStep].flatMap(([step, members]) => {
    const [first, second, ...others] = members;
    return first && second ? [[step, [first, second, ...others]] as const] : [];
  });
}

function stepPath(outline: Outline, step: string): string {
  return memberPath(outline.className, step);
}

function namesOf(methods: readonly SagaMember[]): readonly string[] {
  return methods.map(({ method }) => bare(String(method)));
}

function keepOne(methods: Competitors): string {
  const inherited = methods.find(({ className }) => className !== methods.at(-1)?.className);
  if (!inherited) return 'Keep one of them.';
  return `Keep one of them; to replace the base class's, override ${bare(String(inherited.method))}.`;
}
