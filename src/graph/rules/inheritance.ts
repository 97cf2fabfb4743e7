// A subclass may replace a step of its base class, but says so: two authors who chose one name by accident would not.
import type { Declaration, SagaMember } from '../../metadata/read-saga.js';
import { replacesStep } from '../../metadata/read-saga.js';
import { bare, memberPath } from '../wording.js';
import { didYouMean, issueOfMember } from './rule.js';
import type { Rule } from './rule.js';

export const stepNamesAreTakenOnPurpose: Rule = (outline) =>
  outline.members.flatMap((member) =>
    stepDeclarations(member).flatMap(({ own, base }) => {
      if (!base || replacesStep(own)) return [];
      return issueOfMember(outline, member, 'STEP_NAME_TAKEN', {
        problem: `${pathIn(own, outline.className)} is a @Step, and so is ${pathIn(base, 'its base class')}, which it overrides.`,
        remedy: 'Write @Step({ override: true }) to replace it, no @Step to keep what the base class says, or another name.',
      });
    }),
  );

export const overridesReplaceSteps: Rule = (outline) =>
  outline.members.flatMap((member) =>
    stepDeclarations(member).flatMap(({ own, base }) => {
      if (base || !replacesStep(own)) return [];
      const inherited = outline.steps.filter((step) => step.member.className !== own.className).map(({ name }) => name);
      const name = String(member.method);
      return issueOfMember(outline, member, 'OVERRIDES_NOTHING', {
        problem: `${pathIn(own, outline.className)} says @Step({ override: true }), but no base class has a step ${bare(name)}.`,
        remedy: `${didYouMean(name, inherited)}For a step of its own write @Step().`,
      });
    }),
  );

/** The classes that made the member a step, each with the nearest class above it that did. */
function stepDeclarations(member: SagaMember): readonly { readonly own: Declaration; readonly base: Declaration | undefined }[] {
  const declarations = member.declarations.filter(({ step }) => step.length > 0);
  return declarations.map((own, index) => ({ own, base: declarations[index - 1] }));
}

function pathIn({ className, method }: Declaration, anonymous: string): string {
  return memberPath(className || anonymous, method);
}
