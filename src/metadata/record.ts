// Decorators record, the graph layer judges: nothing here refuses anything, so every mistake can be told in one error.
import 'reflect-metadata';
import type { MemberKind, NoteKind, NotesByKind } from './method-notes.js';

/** What `@Saga` said of the class, word for word and unjudged. */
export interface SagaNote {
  readonly name?: string;
  readonly version?: string;
  /** The shape at a glance: a name for a step that runs alone, a list of names for steps that run together. */
  readonly steps?: readonly (string | readonly string[])[];
}

/** The part of a class that is needed to know its notes, so that `Function`, abstract classes and generic ones all fit. */
export interface ClassLike {
  readonly prototype: object;
}

/** One use of one decorator on one member. */
export type RecordedNote = {
  readonly [K in NoteKind]: {
    readonly kind: K;
    readonly note: NotesByKind[K][number];
    readonly method: string | symbol;
    readonly member: MemberKind;
    readonly isStatic: boolean;
  };
}[NoteKind];

// Registered symbols: two copies of the package (ESM and CommonJS, say) read each other's notes.
const notesKey = Symbol.for('class-saga:notes');
const sagaKey = Symbol.for('class-saga:saga');

/** How much was recorded, by all copies of the package in a process: while it stays the same, no class became another saga. */
const declarationsKey = Symbol.for('class-saga:declarations');
const shared = globalThis as { [declarationsKey]?: { count: number } };
export const declarations: { readonly count: number } = (shared[declarationsKey] ??= { count: 0 });

/** What a legacy decorator is called with, and the note it makes. `target` is the prototype, or the class for a static member. */
export function recordNote<K extends NoteKind>(
  target: object,
  member: string | symbol,
  descriptor: PropertyDescriptor | undefined,
  kind: K,
  note: NotesByKind[K][number],
): void {
  shared[declarationsKey]!.count += 1;
  const isStatic = typeof target === 'function';
  const recorded = { kind, note, method: member, member: memberKindOf(descriptor), isStatic } as RecordedNote;
  const prototype = isStatic ? prototypeOf(target) : target;
  const notes = listAt<RecordedNote>(prototype, notesKey);
  if (notes) notes.push(recorded);
  else Reflect.defineMetadata(notesKey, [recorded], prototype);
}

/**
 * Kept with the prototype, not the constructor: a class decorator that wraps the constructor (a proxy, a logging function) shares the
 * prototype, and the wrapped class is the same saga. A new list each time, so that a list is the identity of one declaration.
 */
export function recordSaga(saga: ClassLike, note: SagaNote): void {
  const prototype = prototypeOf(saga);
  Reflect.defineMetadata(sagaKey, Object.freeze([...ownSagaNotes(prototype), note]), prototype);
  shared[declarationsKey]!.count += 1;
}

/** In the order in which they were recorded: members in declaration order, the decorators of one member from the bottom up. */
export function ownNotes(prototype: object): readonly RecordedNote[] {
  return listAt<RecordedNote>(prototype, notesKey) ?? none;
}

/** A list, because `@Saga` may have been written twice. */
export function ownSagaNotes(prototype: object): readonly SagaNote[] {
  return listAt<SagaNote>(prototype, sagaKey) ?? none;
}

const none: readonly never[] = Object.freeze([]);

function listAt<T>(prototype: object, key: symbol): T[] | undefined {
  return Reflect.getOwnMetadata(key, prototype) as T[] | undefined;
}

/** A function without a prototype (an arrow function, a method under standard decorators) keeps its notes itself, where nobody looks. */
function prototypeOf(target: object): object {
  const { prototype } = target as { prototype?: unknown };
  return typeof prototype === 'object' && prototype !== null ? prototype : target;
}

function memberKindOf(descriptor: PropertyDescriptor | undefined): MemberKind {
  // Not a descriptor at all where the decorator stands on a property or, against its type, on a parameter.
  if (!descriptor || typeof descriptor !== 'object') return 'property';
  if (descriptor.get ?? descriptor.set) return 'accessor';
  return typeof descriptor.value === 'function' ? 'method' : 'property';
}
