// Sagas as JavaScript declares them: no compiler looks at what is said, so anything can be said.
import type { AnyClass } from '../../src/graph/any-class.js';
import type { NoteKind, NotesByKind } from '../../src/metadata/method-notes.js';
import { recordNote, recordSaga } from '../../src/metadata/record.js';

export interface Said {
  readonly kind: NoteKind;
  readonly note: unknown;
}

const saying = (kind: NoteKind) => (note: unknown = {}): Said => ({ kind, note });
export const step = saying('step');
export const async = saying('async');
export const retry = saying('retry');
export const compensate = (of: unknown, options: object = {}): Said => ({ kind: 'compensate', note: { ...options, step: of } });
export const fallback = (of: unknown, options: object = {}): Said => ({ kind: 'fallback', note: { ...options, step: of } });
export const atTheEnd = saying('finally');

export const subSaga = (saga: unknown, options: object = {}): Said => ({ kind: 'subSaga', note: { ...options, saga } });
export const useStep = (stepClass: unknown, options: object = {}): Said => ({ kind: 'useStep', note: { ...options, stepClass } });

export type Member = readonly [name: string | symbol, ...said: Said[]];

interface SagaSaid {
  readonly base?: AnyClass;
  readonly [option: string]: unknown;
}

/** A class with methods of these names and notes; `base` is extended. */
export function aClass(className: string, members: readonly Member[], base: AnyClass = Object): AnyClass {
  const declared = { [className]: class extends (base as new () => object) {} }[className] as AnyClass;
  const prototype = declared.prototype as object;
  for (const [name, ...said] of members) {
    const descriptor = { value: () => Promise.resolve(), writable: true, configurable: true };
    Object.defineProperty(prototype, name, descriptor);
    note(prototype, name, descriptor, said);
  }
  return declared;
}

/** Decorates one member. Decorators run from the bottom up. */
export function note(target: object, name: string | symbol, descriptor: PropertyDescriptor | undefined, said: readonly Said[]): void {
  for (const { kind, note } of [...said].reverse()) recordNote(target, name, descriptor, kind, note as NotesByKind[NoteKind][number]);
}

/** The same with `@Saga` on it; what is not `base` are the options of that. */
export function aSaga(className: string, members: readonly Member[], { base, ...options }: SagaSaid = {}): AnyClass {
  const declared = aClass(className, members, base);
  recordSaga(declared, options);
  return declared;
}
