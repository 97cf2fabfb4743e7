// Which effects may be read where: a step reads those of earlier steps, a compensation those that are certain to be there (R9).
import type { DefinitionIssue } from '../../errors/definition-error.js';
import type { CompensateNote } from '../../metadata/method-notes.js';
import type { SagaMember } from '../../metadata/read-saga.js';
import { namesIn } from '../outline.js';
import type { Answer, Outline, StepOutline } from '../outline.js';
import { Reach } from '../reach.js';
import { bare, quoted } from '../wording.js';
import { issueOfMember, pathOf, repeated, subSagaNamedIn, writeOneOf } from './rule.js';
import type { Rule } from './rule.js';

export const needsAreSteps: Rule = (outline) => {
  const reach = new Reach(outline);
  return [
    ...outline.steps.flatMap((step) => unknownNeeds(outline, step, () => outline.stepNames.slice(0, step.place))),
    ...outline.compensations.flatMap((compensation) => {
      const own = compensatedStep(outline, compensation);
      const { member, note } = compensation;
      return unknownNeeds(outline, { member, needs: namesIn(note.needs) }, () => (own ? reach.names(own) : outline.stepNames));
    }),
  ];
};

interface Needy {
  readonly member: SagaMember;
  readonly needs: readonly string[];
}

function unknownNeeds(outline: Outline, { member, needs }: Needy, rightNames: () => readonly string[]): readonly DefinitionIssue[] {
  return [...new Set(needs)]
    .filter((need) => !outline.stepNamed.has(need))
    .map((need) =>
      issueOfMember(outline, member, 'UNKNOWN_NEED', {
        problem: `${pathOf(outline, member)} needs ${quoted(need)}, which is not a @Step of ${outline.className}.`,
        remedy: whatToNeed(outline, need, rightNames()),
      }),
    );
}

function whatToNeed(outline: Outline, need: string, rightNames: readonly string[]): string {
  const whole = subSagaNamedIn(outline, need)?.name;
  if (whole !== undefined && rightNames.includes(whole)) return `Write ${quoted(whole)}: others read the effect of a sub-saga as a whole.`;
  return writeOneOf(rightNames, need, 'No effect is there by then: remove it from the needs.');
}

export const needsAreNamedOnce: Rule = (outline) =>
  needyMembers(outline).flatMap(({ member, needs }) =>
    repeated(needs).map((need) =>
      issueOfMember(outline, member, 'DUPLICATE_NEED', {
        problem: `${pathOf(outline, member)} needs ${quoted(need)} twice.`,
        remedy: 'Name it once.',
      }),
    ),
  );

function needyMembers(outline: Outline): readonly Needy[] {
  return [...outline.steps, ...outline.compensations.map(({ member, note }) => ({ member, needs: namesIn(note.needs) }))];
}

export const stepsDoNotNeedThemselves: Rule = (outline) =>
  outline.steps
    .filter(({ name, needs }) => needs.includes(name))
    .map(({ name, member }) =>
      issueOfMember(outline, member, 'NEEDS_ITSELF', {
        problem: `${pathOf(outline, member)} needs itself.`,
        remedy: `Remove ${quoted(name)} from its needs.`,
      }),
    );

export const stepsNeedEarlierSteps: Rule = (outline) =>
  outline.steps.flatMap(({ name, member, place, needs }) =>
    knownSteps(outline, needs)
      .filter((need) => need.place > place)
      .map((need) =>
        issueOfMember(outline, member, 'NEEDS_LATER_STEP', {
          problem: `${pathOf(outline, member)} needs ${quoted(need.name)}, which is declared after it.`,
          remedy: `Move ${bare(need.name)} above ${bare(name)}, or remove it from the needs.`,
        }),
      ),
  );

/** It is handed its step's effect as its first parameter, known or not. */
export const compensationsDoNotNeedTheirStep: Rule = (outline) =>
  outline.compensations.flatMap((compensation) => {
    const { member, note } = compensation;
    const own = compensatedStep(outline, compensation);
    if (!own || !namesIn(note.needs).includes(own.name)) return [];
    return issueOfMember(outline, member, 'COMPENSATION_NEEDS_OWN_STEP', {
      problem: `${pathOf(outline, member)} needs ${quoted(own.name)}, the very step that it compensates.`,
      remedy: `Remove it from the needs: its effect is the first parameter of ${bare(String(member.method))}.`,
    });
  });

export const compensationsNeedWhatIsThere: Rule = (outline) => {
  const reach = new Reach(outline);
  return outline.compensations.flatMap((compensation) => {
    const { member, note } = compensation;
    const own = compensatedStep(outline, compensation);
    if (!own) return [];
    return knownSteps(outline, namesIn(note.needs))
      .filter((need) => need !== own && !reach.includes(own, need))
      .map((need) =>
        issueOfMember(outline, member, 'COMPENSATION_NEEDS_OUT_OF_REACH', {
          problem: `${pathOf(outline, member)} needs ${quoted(need.name)}, which ${whyOutOfReach(own, need)}.`,
          remedy: writeOneOf(reach.names(own), need.name, 'Remove it from the needs: there is no effect it could read.'),
        }),
      );
  });
};

function whyOutOfReach(step: StepOutline, need: StepOutline): string {
  return need.stage === step.stage
    ? `runs beside ${quoted(step.name)}, so that nobody knows whether it is done by then`
    : `runs after ${quoted(step.name)}, so that it is undone by then`;
}

function compensatedStep(outline: Outline, { step }: Answer<CompensateNote>): StepOutline | undefined {
  return step === undefined ? undefined : outline.stepNamed.get(step);
}

/** Each once: that a name stands there twice is told elsewhere. */
function knownSteps(outline: Outline, names: readonly string[]): readonly StepOutline[] {
  return [...new Set(names)].flatMap((name) => outline.stepNamed.get(name) ?? []);
}
