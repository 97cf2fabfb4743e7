// What may stand under a decorator: an instance method with a name that can be logged and written into a path.
import { stepKindOf } from '../../metadata/read-saga.js';
import type { SagaMember } from '../../metadata/read-saga.js';
import { quoted } from '../wording.js';
import { decoratorNames } from './decorators.js';
import { issueOfClass, issueOfMember, pathOf } from './rule.js';
import type { Finding, Rule } from './rule.js';

export const membersAreNotStatic: Rule = (outline) =>
  outline.members
    .filter(({ isStatic }) => isStatic)
    .map((member) =>
      issueOfMember(outline, member, 'STATIC_MEMBER', {
        problem: `${pathOf(outline, member)} is static, but each execution calls the methods of an instance of its own.`,
        remedy: "Remove the word 'static'.",
      }),
    );

export const membersAreMethods: Rule = (outline) =>
  outline.members
    .filter(({ member }) => member !== 'method')
    .map((member) =>
      issueOfMember(outline, member, 'ACCESSOR_OR_PROPERTY', {
        problem: `${pathOf(outline, member)} is ${member.member === 'accessor' ? 'an accessor' : 'a property'}, not a method.`,
        remedy: `Write a method: ${headOf(member)}() { … }.`,
      }),
    );

/** What computes the input of a class is not async. */
function headOf(member: SagaMember): string {
  const kind = stepKindOf(member);
  const name = typeof member.method === 'symbol' ? 'name' : member.method;
  return kind === 'subSaga' || kind === 'useStep' ? name : `async ${name}`;
}

export const membersHaveStringNames: Rule = (outline) =>
  outline.members
    .filter(({ method }) => typeof method === 'symbol')
    .map((member) =>
      issueOfMember(outline, member, 'SYMBOL_NAME', {
        problem: `${pathOf(outline, member)} is named by a symbol, which cannot be logged or named in needs.`,
        remedy: 'Name it by a string.',
      }),
    );

export const stepNamesFitIntoPaths: Rule = (outline) =>
  outline.steps.flatMap(({ name, member }) => {
    const finding = badName(name, pathOf(outline, member));
    return finding ? [issueOfMember(outline, member, 'BAD_NAME', finding)] : [];
  });

function badName(name: string, path: string): Finding | undefined {
  if (name === '') return { problem: `${path} has an empty name.`, remedy: 'Give the method a name: it is the name of the step.' };
  if (!name.includes('/')) return undefined;
  return {
    problem: `${path} has a '/' in its name, which is reserved for the steps of sub-sagas, as in 'lodging/hotel'.`,
    remedy: `Write ${quoted(name.replaceAll('/', '-'))}, for example.`,
  };
}

/** Decorated or not: whoever awaits an instance with a method `then` calls that method and may wait for ever. */
export const instancesAreNotThenable: Rule = (outline) =>
  'then' in outline.metadata.prototype
    ? [
        issueOfClass(outline, 'THENABLE', {
          problem: `${outline.className} has a method 'then', so whoever awaits an instance calls it, as if the instance were a promise.`,
          remedy: 'Give the method another name.',
        }),
      ]
    : [];

export const sagasHaveSteps: Rule = (outline) =>
  outline.members.some((member) => stepKindOf(member) !== undefined || member.bare.length > 0)
    ? []
    : [
        issueOfClass(outline, 'NO_STEPS', {
          problem: `${outline.className} has no steps.`,
          remedy: 'Put @Step() on its methods, with the parentheses; if it stands there, compile with "experimentalDecorators": true.',
        }),
      ];

/** The compiler says so too, where one looks: SWC, esbuild and vitest do not. */
export const decoratorsHaveParentheses: Rule = (outline) =>
  outline.members.flatMap((member) =>
    member.bare.map(({ decorator }) =>
      issueOfMember(outline, member, 'MISSING_PARENTHESES', {
        problem: `${pathOf(outline, member)} has ${decorator} without parentheses.`,
        remedy: `Write ${decorator}(${argumentsOf[decorator] ?? ''}).`,
      }),
    ),
  );
const argumentsOf: Readonly<Record<string, string>> = {
  '@SubSaga': '…',
  '@UseStep': '…',
  '@Compensate': "'…'",
  '@Fallback': "'…'",
  '@Retry': '{ attempts: 3 }',
};

const roles = ['step', 'subSaga', 'useStep', 'compensate', 'fallback', 'finally'] as const;
type Role = (typeof roles)[number];

function rolesOf(member: SagaMember): readonly Role[] {
  return roles.filter((role) => member[role].length > 0);
}

export const methodsPlayOneRole: Rule = (outline) =>
  outline.members.flatMap((member) => {
    const decorators = rolesOf(member).map((role) => decoratorNames[role]);
    if (decorators.length < 2) return [];
    return issueOfMember(outline, member, 'MIXED_ROLES', {
      problem: `${pathOf(outline, member)} is ${decorators.join(' and ')} at once.`,
      remedy: 'Write one method for each.',
    });
  });

export const asyncStandsOnSteps: Rule = (outline) =>
  outline.members
    .filter((member) => member.async.length > 0 && stepKindOf(member) === undefined)
    .map((member) =>
      issueOfMember(outline, member, 'ASYNC_WITHOUT_STEP', {
        problem: `${pathOf(outline, member)} is @Async but not a @Step.`,
        remedy:
          rolesOf(member).length === 0
            ? 'Add @Step(), or remove @Async: it lets a step run beside its neighbours.'
            : 'Remove @Async: only steps run beside each other.',
      }),
    );

export const retryStandsOnWhatIsRepeated: Rule = (outline) =>
  outline.members
    .filter((member) => member.retry.length > 0 && !rolesOf(member).some((role) => role !== 'finally'))
    .map((member) =>
      issueOfMember(outline, member, 'RETRY_OF_NOTHING', {
        problem: `${pathOf(outline, member)} has @Retry, but is neither a step nor a compensation nor a fallback.`,
        remedy:
          member.finally.length > 0
            ? 'Remove @Retry: a @Finally method runs once.'
            : 'Add @Step(), @Compensate or @Fallback, or remove @Retry.',
      }),
    );
