// Class -> ClassMetadata: the notes of its prototype chain as one list of members, base class first (R1). Still unjudged.
import type { MemberKind, MethodNotes, NoteKind, NotesByKind } from './method-notes.js';
import { ownNotes, ownSagaNotes } from './record.js';
import type { ClassLike, RecordedNote, SagaNote } from './record.js';

export interface ClassMetadata {
  /** The name of the class that `@Saga` stands on, or of the step class. Empty for an anonymous one. */
  readonly className: string;
  /** None for a step class; more than one where `@Saga` was written twice. */
  readonly sagas: readonly SagaNote[];
  readonly prototype: object;
  /** In declaration order, a base class's before its subclass's; what a subclass says anew of a member keeps the base's place. */
  readonly members: readonly SagaMember[];
}

/** What makes a member a step: a body of its own, a saga, or a step class (R24). */
export const stepKinds = ['step', 'subSaga', 'useStep'] as const satisfies readonly NoteKind[];
export type StepKind = (typeof stepKinds)[number];

/** What one class of the chain said of one member. */
export interface Declaration extends MethodNotes {
  /** Empty for an anonymous class. */
  readonly className: string;
}

/** The notes of one member that are in force, and beside them who said what. */
export interface SagaMember extends Declaration {
  /** Every class that noted the member, base class first. */
  readonly declarations: readonly [Declaration, ...Declaration[]];
}

/**
 * The `@Saga` notes that count for this class: its own, or, where the class adds no notes (a test double, the subclass that a class
 * decorator returned), those of the saga it extends. `undefined` where there are none: never decorated, or noted again and not decorated
 * again.
 */
export function sagaNotesInForce(saga: ClassLike): readonly SagaNote[] | undefined {
  const prototype = declaringPrototype(saga);
  return prototype && ownSagaNotes(prototype);
}

/** `undefined` where no `@Saga` counts for the class. */
export function readSaga(saga: ClassLike): ClassMetadata | undefined {
  const prototype = declaringPrototype(saga);
  return prototype && metadataOf(prototype, ownSagaNotes(prototype));
}

/** A class without `@Saga`. */
export function readStepClass({ prototype }: ClassLike): ClassMetadata {
  return metadataOf(prototype, []);
}

function metadataOf(prototype: object, sagas: readonly SagaNote[]): ClassMetadata {
  return { className: classNameOf(prototype), sagas, prototype, members: [...membersOf(prototype, false), ...membersOf(prototype, true)] };
}

function declaringPrototype(saga: ClassLike): object | undefined {
  for (const prototype of chainOf(saga.prototype)) {
    if (ownSagaNotes(prototype).length > 0) return prototype;
    if (ownNotes(prototype).length > 0) return undefined;
  }
  return undefined;
}

export interface NotedClass {
  readonly className: string;
  readonly methods: readonly (string | symbol)[];
}

/** The class itself, or the nearest above it, that has notes: for a class without `@Saga`, why it should have been decorated. */
export function nearestNotedClass(saga: ClassLike): NotedClass | undefined {
  for (const prototype of chainOf(saga.prototype)) {
    const notes = ownNotes(prototype);
    if (notes.length > 0) return { className: classNameOf(prototype), methods: [...new Set(notes.map(({ method }) => method))] };
  }
  return undefined;
}

/** The name in the source; empty for an anonymous class. Read with care: a method may be called `constructor`, a static member `name`. */
export function classNameOf(prototype: object | null): string {
  const constructor: unknown = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor !== 'function' || constructor.prototype !== prototype) return '';
  const name: unknown = Object.getOwnPropertyDescriptor(constructor, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

/** The prototype and those above it, nearest first. */
function* chainOf(prototype: object | undefined): Generator<object> {
  for (let at: object | null = prototype ?? null; at; at = Object.getPrototypeOf(at) as object | null) yield at;
}

/** A static and an instance member of one name are two members. */
function membersOf(prototype: object, isStatic: boolean): SagaMember[] {
  // A map keeps a key's first place, which is what an override is to keep.
  const members = new Map<string | symbol, SagaMember>();
  for (const level of [...chainOf(prototype)].reverse()) {
    for (const own of declarationsOf(level, isStatic)) {
      const base = members.get(own.method);
      members.set(own.method, base ? redeclared(base, own) : { ...own, declarations: [own] });
    }
  }
  return [...members.values()];
}

/** What one class of the chain said, member by member, in declaration order. */
function declarationsOf(prototype: object, isStatic: boolean): Declaration[] {
  const byMember = new Map<string | symbol, RecordedNote[]>();
  for (const recorded of ownNotes(prototype)) {
    if (recorded.isStatic !== isStatic) continue;
    const notes = byMember.get(recorded.method);
    if (notes) notes.push(recorded);
    else byMember.set(recorded.method, [recorded]);
  }
  const className = classNameOf(prototype);
  return [...byMember].map(([method, notes]) => ({ className, method, isStatic, member: memberKindOf(notes), ...byKind(notes) }));
}

/** A step that says `override: true` starts the member afresh; any other note replaces the base's of its own kind and leaves the rest. */
function redeclared(base: SagaMember, own: Declaration): SagaMember {
  const declarations: SagaMember['declarations'] = [...base.declarations, own];
  if (replacesStep(own)) return { ...own, declarations };
  const inForce = <K extends NoteKind>(kind: K): NotesByKind[K] => (own[kind].length > 0 ? own : base)[kind];
  // One step in place of another is of its own kind alone, be it meant or not.
  const stepInForce = stepKindOf(own) === undefined ? base : own;
  return {
    ...own,
    declarations,
    step: stepInForce.step,
    subSaga: stepInForce.subSaga,
    useStep: stepInForce.useStep,
    async: inForce('async'),
    retry: inForce('retry'),
    compensate: inForce('compensate'),
    fallback: inForce('fallback'),
    finally: inForce('finally'),
    bare: inForce('bare'),
  };
}

/** What kind of step the notes make of the member: the first of several; `undefined` where it is none. */
export function stepKindOf(notes: Declaration): StepKind | undefined {
  return stepKinds.find((kind) => notes[kind].length > 0);
}

/** Whether a step says `override: true`. From JavaScript the options may be anything. */
export function replacesStep(notes: Declaration): boolean {
  return stepKinds.some((kind) => notes[kind].some((note: { readonly override?: unknown } | null) => note?.override === true));
}

function byKind(notes: readonly RecordedNote[]): NotesByKind {
  const of = <K extends NoteKind>(kind: K) => notes.filter((each) => each.kind === kind).map(({ note }) => note as NotesByKind[K][number]);
  return {
    step: of('step'),
    subSaga: of('subSaga'),
    useStep: of('useStep'),
    async: of('async'),
    retry: of('retry'),
    compensate: of('compensate'),
    fallback: of('fallback'),
    finally: of('finally'),
    bare: of('bare'),
  };
}

function memberKindOf(notes: readonly RecordedNote[]): MemberKind {
  return notes.at(-1)?.member ?? 'method';
}
