import type { DefinitionIssue, DefinitionRule } from '../../errors/definition-error.js';
import type { SagaMember } from '../../metadata/read-saga.js';
import type { Outline, StepOutline } from '../outline.js';
import { listed, memberPath, quoted } from '../wording.js';
import { nearestName } from '../nearest.js';

/** Looks at a declaration and returns every breach of one rule. */
export type Rule = (outline: Outline) => readonly DefinitionIssue[];

export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

export function issueOfMember(outline: Outline, member: SagaMember, rule: DefinitionRule, finding: Finding): DefinitionIssue {
  return { rule, saga: outline.className, method: String(member.method), ...finding };
}

export function issueOfClass(outline: Outline, rule: DefinitionRule, finding: Finding): DefinitionIssue {
  return { rule, saga: outline.className, method: null, ...finding };
}

export function pathOf(outline: Outline, member: SagaMember): string {
  return memberPath(outline.className, member.method);
}

/** `Did you mean 'hotel'? Write one of: hotel, car.` */
export function writeOneOf(names: readonly string[], written: string, ifNone: string): string {
  if (names.length === 0) return ifNone;
  return `${didYouMean(written, names)}Write one of: ${listed(names)}.`;
}

/** `Did you mean 'hotel'? `, or nothing. */
export function didYouMean(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  return nearest === undefined ? '' : `Did you mean ${quoted(nearest)}? `;
}

/** Where `lodging/hotel` is written: the sub-saga `lodging`, whose steps nobody else can name. */
export function subSagaNamedIn(outline: Outline, path: string): StepOutline | undefined {
  const [name = '', ...below] = path.split('/');
  const step = outline.stepNamed.get(name);
  return below.length > 0 && step?.kind === 'subSaga' ? step : undefined;
}

/** Those that stand in a list a second time, each once. */
export function repeated<T>(values: readonly T[]): readonly T[] {
  const seen = new Set<T>();
  const twice = new Set<T>();
  for (const value of values) (seen.has(value) ? twice : seen).add(value);
  return [...twice];
}
