// Sagas in a saga (R24): what may be one, and what is said of its steps and not of the whole.
import { whyNoSagaClass } from '../not-a-saga.js';
import type { Outline, StepOutline, PartClass } from '../outline.js';
import { quoted } from '../wording.js';
import { asGiven, asWritten } from './decorators.js';
import { issueOfMember, pathOf, writeOneOf } from './rule.js';
import type { Finding, Rule } from './rule.js';
import { isStepClass } from './step-classes.js';

export const subSagasAreSagas: Rule = (outline) =>
  subSagasIn(outline).flatMap(({ member, uses }) => {
    const finding = whyNoSubSaga(pathOf(outline, member), uses);
    return finding ? [issueOfMember(outline, member, 'NOT_A_SUB_SAGA', finding)] : [];
  });

function whyNoSubSaga(path: string, uses: PartClass): Finding | undefined {
  if (uses.is === 'value') return asGiven(`${path} says @SubSaga`, uses.value, 'a class that is decorated with @Saga()');
  if (uses.is !== 'class') return undefined;
  const says = `${path} says @SubSaga(${asWritten(uses)})`;
  if (isStepClass(uses.outline)) return { problem: `${says}, but that is a step class.`, remedy: `Write @UseStep(${asWritten(uses)}).` };
  const { problem, remedy } = whyNoSagaClass(uses.class);
  return { problem: `${says}, which is not a saga: ${problem}.`, remedy };
}

export const sagasAreNoPartsOfThemselves: Rule = (outline) =>
  subSagasIn(outline)
    .filter(({ uses }) => uses.is === 'outer-saga')
    .map(({ member, uses }) =>
      issueOfMember(outline, member, 'SUB_SAGA_OF_ITSELF', {
        problem: `${pathOf(outline, member)} says @SubSaga(${asWritten(uses)}), and so makes that saga a part of itself.`,
        remedy: 'Use another saga: one that contains itself has no end.',
      }),
    );

/** They were told when that saga was declared: but that error may have been caught. */
export const subSagasAreSound: Rule = (outline) =>
  [...new Set(subSagasIn(outline).map(({ uses }) => uses))].flatMap((uses) => (uses.is === 'wrong-saga' ? uses.issues : []));

export const effectsAreOfTheSubSaga: Rule = (outline) =>
  subSagasIn(outline).flatMap(({ member, note, uses }) => {
    const effect: unknown = note.effect;
    if (uses.is !== 'saga' || typeof effect !== 'string') return [];
    const names = uses.blueprint.graph.steps.filter(({ within }) => within === '').map(({ name }) => name);
    if (names.includes(effect)) return [];
    const [saga, written] = [uses.className || 'the sub-saga', quoted(effect)];
    return issueOfMember(outline, member, 'UNKNOWN_EFFECT', {
      problem: `${pathOf(outline, member)} says @SubSaga(${asWritten(uses)}, { effect: ${written} }), which is not a @Step of ${saga}.`,
      remedy: writeOneOf(names, effect, 'Leave it out.'),
    });
  });

export const subSagasAreNotAsync: Rule = (outline) =>
  outline.steps
    .filter(({ kind, member }) => kind === 'subSaga' && member.async.length > 0)
    .map(({ member }) =>
      issueOfMember(outline, member, 'NOT_FOR_SUB_SAGAS', {
        problem: `${pathOf(outline, member)} is @Async, but a sub-saga runs alone.`,
        remedy: 'Remove @Async; the steps of the sub-saga may be @Async and run beside each other.',
      }),
    );

export const subSagasAreNotRepeated: Rule = (outline) =>
  outline.steps
    .filter(({ kind, member }) => kind === 'subSaga' && member.retry.length > 0)
    .map(({ member }) =>
      issueOfMember(outline, member, 'NOT_FOR_SUB_SAGAS', {
        problem: `${pathOf(outline, member)} has @Retry, but a sub-saga is not repeated as a whole.`,
        remedy: 'Move @Retry to those steps of the sub-saga that may be repeated.',
      }),
    );

type SubSagaOutline = StepOutline & { readonly uses: PartClass };

function subSagasIn({ steps }: Outline): readonly SubSagaOutline[] {
  return steps.filter((step): step is SubSagaOutline => step.kind === 'subSaga' && step.uses !== null);
}
