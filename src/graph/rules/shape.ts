// `@Saga({ steps })` repeats the shape of the class at a glance. It guards the order, which a class sorter would silently change.
import type { Outline } from '../outline.js';
import { bare, quoted } from '../wording.js';
import { issueOfClass, repeated } from './rule.js';
import type { Rule } from './rule.js';

type Shape = readonly (string | readonly string[])[];

export const shapeMatchesTheClass: Rule = (outline) => {
  const { steps } = outline.note;
  if (!isShape(steps)) return [];
  const difference = differenceOf(steps, outline);
  if (!difference) return [];
  return [
    issueOfClass(outline, 'STEPS_DIFFER', {
      problem: `The steps in @Saga differ from the class ${outline.className}: ${difference}.`,
      remedy: `If the class is right, write ${written(outline)}`,
    }),
  ];
};

/** What else it may be, from JavaScript, is told as a wrong option. */
export function isShape(steps: unknown): steps is Shape {
  return Array.isArray(steps) && steps.every((stage) => (Array.isArray(stage) ? stage : [stage]).every((name) => typeof name === 'string'));
}

/** The first of: names that differ, then their order, then their grouping. `undefined`: none. */
function differenceOf(shape: Shape, outline: Outline): string | undefined {
  const stages = shape.map((stage) => (typeof stage === 'string' ? [stage] : stage));
  return differenceOfNames(stages.flat(), outline) ?? differenceOfOrder(stages.flat(), outline) ?? differenceOfStages(stages, outline);
}

function differenceOfNames(names: readonly string[], { stepNames, stepNamed }: Outline): string | undefined {
  const told = new Set(names);
  const differences = [
    ...stepNames.filter((name) => !told.has(name)).map((name) => `${quoted(name)} is missing`),
    ...[...told].filter((name) => !stepNamed.has(name)).map((name) => `${quoted(name)} is not a @Step`),
    ...repeated(names).map((name) => `${quoted(name)} is there twice`),
  ];
  return differences.length === 0 ? undefined : differences.join(', ');
}

function differenceOfOrder(names: readonly string[], { stepNames }: Outline): string | undefined {
  const place = names.findIndex((name, index) => name !== stepNames[index]);
  const [told, declared] = [names[place], stepNames[place]];
  return told === undefined || declared === undefined ? undefined : `${quoted(told)} stands where the class declares ${quoted(declared)}`;
}

/** A step that runs alone may stand in brackets or not. */
function differenceOfStages(told: readonly (readonly string[])[], { stages, stepNamed }: Outline): string | undefined {
  for (const stage of told) {
    const [first, ...others] = stage.map((name) => stepNamed.get(name));
    if (!first) return 'there are empty brackets';
    const apart = others.find((step) => step?.stage !== first.stage);
    if (apart) return `${bare(first.name)} and ${bare(apart.name)} do not run together (a stage is a run of consecutive @Async steps)`;
    const last = others.at(-1) ?? first;
    const leftOut = stages[first.stage]?.[stage.length];
    if (leftOut) return `${bare(last.name)} and ${bare(leftOut.name)} run together, so they stand in one pair of brackets`;
  }
  return undefined;
}

/** The right value, to be pasted. */
function written({ stages }: Outline): string {
  const each = stages.map((stage) => {
    const names = stage.map(({ name }) => quoted(name)).join(', ');
    return stage.length === 1 ? names : `[${names}]`;
  });
  return `steps: [${each.join(', ')}]`;
}
