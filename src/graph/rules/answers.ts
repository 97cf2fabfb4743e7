// A sub-saga is undone step by step, and a step class knows how it is undone: a saga that uses them answers for neither.
import type { DefinitionIssue } from '../../errors/definition-error.js';
import type { Answer, Outline, StepOutline } from '../outline.js';
import { quoted } from '../wording.js';
import { issueOfMember, pathOf, subSagaNamedIn } from './rule.js';
import type { Rule } from './rule.js';

export const compensationsAreOfOwnSteps: Rule = (outline) =>
  answersForOthers(outline, outline.compensations, '@Compensate', 'compensates');

export const fallbacksAreOfOwnSteps: Rule = (outline) => answersForOthers(outline, outline.fallbacks, '@Fallback', 'is the fallback of');

function answersForOthers(
  outline: Outline,
  answers: readonly Answer<unknown>[],
  decorator: string,
  verb: string,
): readonly DefinitionIssue[] {
  return answers.flatMap(({ member, step: name = '' }) => {
    const own = outline.stepNamed.get(name);
    const step = own ?? subSagaNamedIn(outline, name);
    if (!step || step.kind === 'step') return [];
    return issueOfMember(outline, member, 'ANSWERED_ELSEWHERE', {
      problem: `${pathOf(outline, member)} ${verb} ${quoted(name)}, which ${own ? whatItIs[step.kind] : 'is a step of a sub-saga'}.`,
      remedy:
        step.kind === 'subSaga'
          ? `Write ${decorator} in ${usedName(step)}, for its steps.`
          : `Write ${decorator}('execute') in ${usedName(step)}.`,
    });
  });
}

const whatItIs = { subSaga: 'is a sub-saga', useStep: 'uses a step class' } as const;

function usedName({ kind, uses }: StepOutline): string {
  const className = uses && uses.is !== 'value' ? uses.className : '';
  return className || (kind === 'subSaga' ? 'the sub-saga' : 'the step class');
}
