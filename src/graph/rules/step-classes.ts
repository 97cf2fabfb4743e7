// Step classes: one step as a class of its own, for several sagas. What it does and how it is undone is said there, what it reads and when
// it runs is said where it is used.
import { namesIn } from '../outline.js';
import type { Outline, StepOutline, PartClass } from '../outline.js';
import { joined, quoted } from '../wording.js';
import { asGiven, asWritten, decoratorNames } from './decorators.js';
import { issueOfMember, pathOf } from './rule.js';
import type { Finding, Rule } from './rule.js';

/** Whether it is meant as one: its own mistakes apart. */
export function isStepClass({ stepNamed, steps }: Outline): boolean {
  return steps.length === 1 && stepNamed.get('execute')?.kind === 'step';
}

export const usedClassesAreStepClasses: Rule = (outline) =>
  usesOfStepClasses(outline).flatMap(({ member, uses }) => {
    const finding = whyNoStepClass(pathOf(outline, member), uses);
    return finding ? [issueOfMember(outline, member, 'NOT_A_STEP_CLASS', finding)] : [];
  });

function whyNoStepClass(path: string, uses: PartClass): Finding | undefined {
  if (uses.is === 'value') return asGiven(`${path} says @UseStep`, uses.value, 'a step class');
  const says = `${path} says @UseStep(${asWritten(uses)})`;
  if (uses.is !== 'class') return { problem: `${says}, but that is a saga.`, remedy: `Write @SubSaga(${asWritten(uses)}).` };
  if (hasExecute(uses.outline)) return undefined;
  return { problem: `${says}, which has no @Step named 'execute'.`, remedy: howToHaveExecute(uses.outline) };
}

/** Without its parentheses a decorator is a mistake of its own, and told as such. */
function hasExecute({ stepNamed, members }: Outline): boolean {
  return stepNamed.get('execute')?.kind === 'step' || members.some(({ method, bare }) => method === 'execute' && bare.length > 0);
}

function howToHaveExecute({ className, stepNames: [first, second] }: Outline): string {
  if (first === undefined) return 'Put @Step() on its method execute.';
  if (second === undefined && first !== 'execute') return `Rename its step ${quoted(first)}.`;
  return `Decorate ${className} with @Saga() and write @SubSaga, or make a step class of each of its steps.`;
}

/** The step classes that are judged, each once. */
export function stepClassesUsedBy(outline: Outline): readonly Outline[] {
  const outlines = usesOfStepClasses(outline).flatMap(({ uses }) => (uses.is === 'class' ? [uses.outline] : []));
  return [...new Set(outlines)].filter(hasExecute);
}

type UseOfStepClass = StepOutline & { readonly uses: PartClass };

function usesOfStepClasses({ steps }: Outline): readonly UseOfStepClass[] {
  return steps.filter((step): step is UseOfStepClass => step.kind === 'useStep' && step.uses !== null);
}

// From here on the outline is that of a step class.

export const stepClassesHaveOneStep: Rule = (outline) =>
  outline.steps
    .filter(({ name }) => name !== 'execute')
    .map(({ member, kind }) =>
      issueOfMember(outline, member, 'MORE_THAN_A_STEP', {
        problem: `${pathOf(outline, member)} is a ${decoratorNames[kind]}, but the one step of a step class is 'execute'.`,
        remedy: `Make a saga of ${outline.className}, with @Saga(), or a step class of each of its steps.`,
      }),
    );

export const stepClassesNeedNothing: Rule = (outline) =>
  [...outline.steps, ...outline.compensations].flatMap(({ member, note }) => {
    const needs = namesIn(note.needs);
    if (needs.length === 0) return [];
    return issueOfMember(outline, member, 'MORE_THAN_A_STEP', {
      problem: `${pathOf(outline, member)} needs ${joined(needs.map(quoted))}, but a step class knows no step beside its own.`,
      remedy: 'Hand it over in the input, which is computed where the class is used: @UseStep takes the needs.',
    });
  });

export const stepClassesAreNotAsync: Rule = (outline) =>
  outline.steps
    .filter(({ name, async }) => name === 'execute' && async)
    .map(({ member }) =>
      issueOfMember(outline, member, 'MORE_THAN_A_STEP', {
        problem: `${pathOf(outline, member)} is @Async, but what runs beside it is for the saga to say.`,
        remedy: 'Move @Async to where the class is used, beside @UseStep.',
      }),
    );

export const stepClassesEndNothing: Rule = (outline) =>
  outline.members
    .filter((member) => member.finally.length > 0)
    .map((member) =>
      issueOfMember(outline, member, 'MORE_THAN_A_STEP', {
        problem: `${pathOf(outline, member)} is @Finally, but a step class is not asked when an execution ends.`,
        remedy: 'Move it to the sagas that use the class.',
      }),
    );
