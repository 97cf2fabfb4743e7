// A subclass may replace a step of its base class, but says so: two authors who chose one name by accident would not.
import { replacesStep, stepKindOf } from '../../metadata/read-saga.js';
import type { Declaration, SagaMember, StepKind } from '../../metadata/read-saga.js';
import { bare, memberPath } from '../wording.js';
import { decoratorNames, writtenStep } from './decorators.js';
import { didYouMean, issueOfMember } from './rule.js';
import type { Rule } from './rule.js';

export const stepNamesAreTakenOnPurpose: Rule = (outline) =>
  outline.members.flatMap((member) =>
    stepDeclarations(member).flatMap(({ own, kind, base }) => {
      if (!base || replacesStep(own)) return [];
      const [step, taken] = [pathIn(own, outline.className), pathIn(base.own, 'its base class')];
      return issueOfMember(outline, member, 'STEP_NAME_TAKEN', {
        problem:
          kind === base.kind
            ? `${step} is a ${decoratorNames[kind]}, and so is ${taken}, which it overrides.`
            : `${step} is a ${decoratorNames[kind]}, and ${taken}, which it overrides, is a ${decoratorNames[base.kind]}.`,
        remedy:
          `Write ${writtenStep(own, kind, 'override: true')} to replace it, ` +
          `no ${decoratorNames[kind]} to keep what the base class says, or another name.`,
      });
    }),
  );

export const overridesReplaceSteps: Rule = (outline) =>
  outline.members.flatMap((member) =>
    stepDeclarations(member).flatMap(({ own, kind, base }) => {
      if (base || !replacesStep(own)) return [];
      const inherited = outline.steps.filter((step) => step.member.className !== own.className).map(({ name }) => name);
      const name = String(member.method);
      const says = `${pathIn(own, outline.className)} says ${writtenStep(own, kind, 'override: true')}`;
      return issueOfMember(outline, member, 'OVERRIDES_NOTHING', {
        problem: `${says}, but no base class has a step ${bare(name)}.`,
        remedy: `${didYouMean(name, inherited)}For a step of its own write ${writtenStep(own, kind)}.`,
      });
    }),
  );

interface StepDeclaration {
  readonly own: Declaration;
  readonly kind: StepKind;
}

/** The classes that made the member a step, each with the nearest class above it that did. */
function stepDeclarations(member: SagaMember): readonly (StepDeclaration & { readonly base: StepDeclaration | undefined })[] {
  const declarations = member.declarations.flatMap((own): readonly StepDeclaration[] => {
    const kind = stepKindOf(own);
    return kind === undefined ? [] : [{ own, kind }];
  });
  return declarations.map((each, index) => ({ ...each, base: declarations[index - 1] }));
}

function pathIn({ className, method }: Declaration, anonymous: string): string {
  return memberPath(className || anonymous, method);
}
