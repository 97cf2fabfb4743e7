import { isSagaError } from '../../src/errors/saga-error.js';
import { SagaDefinitionError } from '../../src/errors/definition-error.js';
import type { DefinitionIssue, DefinitionRule } from '../../src/errors/definition-error.js';
import { compile } from '../../src/graph/compile.js';
import type { AnyClass } from '../../src/graph/any-class.js';

/** The mistakes in a declaration; none where it compiles. */
export function issuesIn(saga: AnyClass): readonly DefinitionIssue[] {
  try {
    compile(saga);
    return [];
  } catch (error) {
    if (error instanceof SagaDefinitionError) return error.issues;
    throw error;
  }
}

/** The rules that it breaks. */
export function rulesBrokenBy(saga: AnyClass): readonly DefinitionRule[] {
  return issuesIn(saga).map(({ rule }) => rule);
}

/** As `RULE: problem remedy`, the way a person reads them. */
export function mistakesIn(saga: AnyClass): readonly string[] {
  return issuesIn(saga).map(({ rule, problem, remedy }) => `${rule}: ${problem} ${remedy}`);
}

/** What `compile` says of something that is no saga. */
export function refusalOf(value: unknown): string {
  try {
    compile(value as AnyClass);
  } catch (error) {
    if (isSagaError(error) && error.code === 'SAGA_DEFINITION_NOT_A_SAGA') return error.message;
    throw error;
  }
  return 'none';
}
