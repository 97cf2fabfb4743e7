// Compensations and fallbacks name a step of their class.
import { quoted } from '../wording.js';
import type { Answer, Outline } from '../outline.js';
import type { DefinitionIssue } from '../../errors/definition-error.js';
import { issueOfMember, pathOf, subSagaNamedIn, writeOneOf } from './rule.js';
import type { Rule } from './rule.js';

export const compensationsAreOfSteps: Rule = (outline) => answersToNoStep(outline, outline.compensations, 'compensates');

export const fallbacksAreOfSteps: Rule = (outline) => answersToNoStep(outline, outline.fallbacks, 'is the fallback of');

function answersToNoStep(outline: Outline, answers: readonly Answer<unknown>[], verb: string): readonly DefinitionIssue[] {
  const ownSteps = outline.steps.filter(({ kind }) => kind === 'step').map(({ name }) => name);
  return answers.flatMap(({ member, step }) => {
    if (step === undefined || outline.stepNamed.has(step) || subSagaNamedIn(outline, step)) return [];
    return issueOfMember(outline, member, 'UNKNOWN_STEP', {
      problem: `${pathOf(outline, member)} ${verb} ${quoted(step)}, which is not a @Step of ${outline.className}.`,
      remedy: writeOneOf(ownSteps, step, `Put @Step() on a method ${quoted(step)}.`),
    });
  });
}
