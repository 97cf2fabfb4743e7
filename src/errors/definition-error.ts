// What is wrong with how a saga class is declared. All mistakes come in one error, so that they are corrected in one go.
import { SagaError } from './saga-error.js';

/** Every rule that a declaration is held to, by the name of its breach. */
export const definitionRules = [
  'ACCESSOR_OR_PROPERTY', 'ANSWERED_ELSEWHERE', 'ASYNC_WITHOUT_STEP', 'BAD_NAME', 'BAD_OPTION', 'COMPENSATION_NEEDS_OUT_OF_REACH',
  'COMPENSATION_NEEDS_OWN_STEP', 'DUPLICATE_NEED', 'MISSING_PARENTHESES', 'MIXED_ROLES', 'MORE_THAN_A_STEP', 'NEEDS_ITSELF',
  'NEEDS_LATER_STEP', 'NO_STEPS', 'NOT_A_STEP_CLASS', 'NOT_A_SUB_SAGA', 'NOT_FOR_SUB_SAGAS', 'OPTION_GIVEN_TWICE', 'OVERRIDES_NOTHING',
  'RETRY_OF_NOTHING', 'STATIC_MEMBER', 'STEP_NAME_TAKEN', 'STEPS_DIFFER', 'SUB_SAGA_OF_ITSELF', 'SYMBOL_NAME', 'THENABLE',
  'TWO_COMPENSATIONS', 'TWO_FALLBACKS', 'UNKNOWN_EFFECT', 'UNKNOWN_NEED', 'UNKNOWN_OPTION', 'UNKNOWN_STEP', 'UNNAMED_SAGA',
  'WRITTEN_TWICE',
] as const;
export type DefinitionRule = (typeof definitionRules)[number];

export interface DefinitionIssue {
  readonly rule: DefinitionRule;
  /** The name of the class. */
  readonly saga: string;
  /** The member it is about; `null` where it is about the class. */
  readonly method: string | null;
  /** What is wrong, in the user's own names, one sentence. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
}

/** A message is for a person: beyond this many the rest is in `issues` alone. */
const issuesTold = 50;

export class SagaDefinitionError extends SagaError {
  /** At least one, in the order of the rules. */
  readonly issues: readonly DefinitionIssue[];

  constructor(saga: string, issues: readonly [DefinitionIssue, ...DefinitionIssue[]]) {
    const [only, ...others] = issues;
    super({
      code: 'SAGA_DEFINITION_INVALID',
      problem: others.length === 0 ? only.problem : `${saga} has ${issues.length} mistakes in its declaration.`,
      remedy: others.length === 0 ? only.remedy : `Correct them all:\n${numbered(issues)}`,
    });
    this.issues = issues;
  }
}

function numbered(issues: readonly DefinitionIssue[]): string {
  const told = issues.slice(0, issuesTold).map(({ problem, remedy }, index) => `  ${index + 1}. ${problem} ${remedy}`);
  if (issues.length > issuesTold) told.push(`  and ${issues.length - issuesTold} more, in the field \`issues\` of this error.`);
  return told.join('\n');
}
