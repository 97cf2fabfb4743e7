// Decorators record, and judge nothing at run time: the graph layer does, when the class is complete. Their types judge earlier, while it
// is being written.
//
// Two ideas carry those types.
// 1. A decorator's *call* is contextually typed by the place it stands on (TypeScript 5.0 and later), so the class and the method's own
//    name are inferred from what the call returns: step names complete in the editor, and a wrong one is reported at the string, with the
//    right ones listed.
// 2. What the call returns has a signature that fits only what is surely wrong, and returns a `SagaMistake`; then one that fits what is
//    right; and a last one for the rest: properties, and what stays open in a class with type parameters. The first compares tuples, the
//    second functions, whose parameters are compared both ways where `strictFunctionTypes` is off: there the first one judges.

import type { NoteKind, NotesByKind } from '../metadata/method-notes.js';
import { recordNote } from '../metadata/record.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a decorator returns is for the compiler; at run time it is nothing
export type Recorder = (target: object, member: string | symbol, descriptor?: PropertyDescriptor) => any;

/**
 * A decorator that notes down where it stands, and what it was given there. Where its parentheses were forgotten, it was given its place
 * instead of options: that is noted down at once, for the graph layer to judge.
 */
export function recorder<Kind extends NoteKind>(
  decorator: string,
  kind: Kind,
  given: unknown[],
  note: () => NotesByKind[Kind][number],
): Recorder | undefined {
  if (isPlace(given)) {
    recordNote(...given, 'bare', { decorator });
    return undefined;
  }
  return (target, member, descriptor) => recordNote(target, member, descriptor, kind, note());
}

/** The prototype, or the class for a static member. */
function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

type Place = [target: object, member: string | symbol, descriptor: PropertyDescriptor | undefined];

/** Three arguments, on a property too: two may be a class and, from JavaScript, what is meant as its options. */
function isPlace(given: unknown[]): given is Place {
  const [target, member] = given;
  return given.length === 3 && isObject(target) && (typeof member === 'string' || typeof member === 'symbol');
}
