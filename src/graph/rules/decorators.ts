// How decorators are written, for messages.
import type { NoteKind } from '../../metadata/method-notes.js';
import { classNameOf } from '../../metadata/read-saga.js';
import type { Declaration, StepKind } from '../../metadata/read-saga.js';
import { classOfInstance, isClass } from '../any-class.js';
import type { PartClass } from '../outline.js';
import { shown } from '../wording.js';
import type { Finding } from './rule.js';

/** Those with options. */
export type Decorator = Exclude<NoteKind, 'bare'>;

export const decoratorNames: Readonly<Record<Decorator, string>> = {
  step: '@Step',
  subSaga: '@SubSaga',
  useStep: '@UseStep',
  async: '@Async',
  retry: '@Retry',
  compensate: '@Compensate',
  fallback: '@Fallback',
  finally: '@Finally',
};

/** `@Step({ override: true })`, `@SubSaga(BookLodging, { override: true })`: with the class that it uses, and this option alone. */
export function writtenStep(notes: Declaration, kind: StepKind, option?: string): string {
  const options = option === undefined ? [] : [`{ ${option} }`];
  return `${decoratorNames[kind]}(${[...classesIn(notes, kind), ...options].join(', ')})`;
}

function classesIn({ subSaga: [subSaga], useStep: [useStep] }: Declaration, kind: StepKind): readonly string[] {
  if (kind === 'step') return [];
  const given = kind === 'subSaga' ? subSaga?.saga : useStep?.stepClass;
  return [(isClass(given) && classNameOf(given.prototype as object)) || unnamed];
}

/** The class as it stands in the decorator that uses it. */
export function asWritten(uses: PartClass): string {
  return (uses.is !== 'value' && uses.className) || unnamed;
}

const unnamed = '…';

/** What was given in place of a class. */
export function asGiven(says: string, value: unknown, expected: string): Finding {
  const className = classOfInstance(value);
  if (className !== undefined) {
    return { problem: `${says}(an instance of ${className}).`, remedy: `Pass the class ${className}, not an instance of it.` };
  }
  if (typeof value === 'function') {
    return { problem: `${says}(a function).`, remedy: `It takes ${expected}: pass the class itself, not a function that returns it.` };
  }
  const circle = value === undefined ? '; if that is what stands there, its module is imported in a circle and has not run yet' : '';
  return { problem: `${says}(${shown(value)}).`, remedy: `It takes ${expected}${circle}.` };
}
