// The format: JSON, in which an object with the key `$` is tagged, and says what it stands for. All else stands for itself. README.md
// describes each tag. What was written once is read for ever: a tag keeps its meaning and its fields, and what is new gets a new tag.

export type Tagged =
  | { readonly $: 'undefined' | 'lost' }
  | { readonly $: 'number' | 'bigint'; readonly is: string }
  | { readonly $: 'URL'; readonly is: string; readonly own?: Entries }
  | { readonly $: 'ref'; readonly to: number }
  | { readonly $: 'object' | 'null-object'; readonly is: Entries }
  | { readonly $: 'array'; readonly length: number; readonly is: Entries }
  | { readonly $: 'Date'; readonly is: string | null; readonly own?: Entries }
  | { readonly $: 'RegExp'; readonly is: string; readonly flags: string; readonly lastIndex: number; readonly own?: Entries }
  | { readonly $: 'Map'; readonly is: readonly (readonly [key: unknown, value: unknown])[]; readonly own?: Entries }
  | { readonly $: 'Set'; readonly is: readonly unknown[]; readonly own?: Entries }
  | { readonly $: 'bytes'; readonly of: BytesName; readonly is: string }
  | ({ readonly $: 'Error'; readonly class: ErrorName; own?: Entries } & { [Field in ErrorField]?: unknown })
  | { readonly $: 'class'; readonly name: string; readonly is: unknown }
  | { readonly $: 'class'; readonly name: string; readonly data: unknown }
  | { readonly $: 'SagaError'; readonly name: string; readonly is: unknown };

export type Tag = Tagged['$'];

/** Properties by name, in their order, where an object of JSON could not hold them. */
export type Entries = readonly (readonly [name: string, value: unknown])[];

/** What an error has that is not enumerable, in the order in which it is written and read. */
export const errorFields = ['message', 'name', 'stack', 'cause', 'errors'] as const;
export type ErrorField = (typeof errorFields)[number];

/** The classes that JavaScript's own errors are of. */
export const errorClasses = {
  Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError, DOMException,
} as const;
export type ErrorName = keyof typeof errorClasses;

/** The classes that hold bytes and nothing else. */
export const bytesClasses = {
  ArrayBuffer, DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
  Float64Array, BigInt64Array, BigUint64Array, Buffer,
} as const;
export type BytesName = keyof typeof bytesClasses;

/** A text that begins with this went through `transform`. No JSON does. */
export const transformMark = '~';

/** Levels of objects in objects that a value may have. The stack holds nearly twice as many Maps in Maps, which take the most of it. */
export const maxDepth = 500;

/** So many where values are parts of something larger, such as all effects together: what could be stored alone can be stored in it. */
export const maxDepthTogether = 600;
