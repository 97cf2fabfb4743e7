import { shown } from '../graph/wording.js';

// Options that the compiler would reject, judged again for JavaScript and for computed values.

export interface OptionRule {
  /** Completes "must be …". */
  readonly mustBe: string;
  readonly holds: (value: unknown) => boolean;
}
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/**
 * One problem for each option that is unknown or of the wrong type. What is undefined is left out. `others` are options, too, and judged
 * elsewhere.
 */
export function problemsOf<Options>(options: unknown, rules: OptionRules<Options>, others: readonly string[] = []): string[] {
  if (!isRecord(options)) return [`they are ${shown(options)} and must be an object`];
  const rulesByName = new Map(Object.entries<OptionRule>(rules));
  return Object.entries(options).flatMap(([name, value]) => {
    const rule = rulesByName.get(name);
    if (others.includes(name)) return [];
    if (rule === undefined) return [`'${name}' is no option; there are ${[...rulesByName.keys(), ...others].join(', ')}`];
    return value === undefined || rule.holds(value) ? [] : [`'${name}' is ${shown(value)} and must be ${rule.mustBe}`];
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isFunction = (value: unknown): boolean => typeof value === 'function';
export const isFunctions = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction);
export const isMilliseconds = (value: unknown): boolean => typeof value === 'number' && value >= 0 && Number.isFinite(value);
export const hasMethods = (value: unknown, ...names: string[]): boolean =>
  isRecord(value) && names.every((name) => isFunction(value[name]));
