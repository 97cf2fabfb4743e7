// Which of the language's own classes an object belongs to. Told by what it is inside, not by `instanceof`: an object of another realm
// (a test runner's sandbox) is one as well, and one that merely has the prototype is not.
import { types } from 'node:util';
import type { BytesName, ErrorName } from './format.js';
import { bytesClasses, errorClasses } from './format.js';

export type Native =
  | { readonly kind: 'Array'; readonly value: readonly unknown[] }
  | { readonly kind: 'Date'; readonly value: Date }
  | { readonly kind: 'RegExp'; readonly value: RegExp }
  | { readonly kind: 'URL'; readonly value: URL }
  | { readonly kind: 'Map'; readonly value: ReadonlyMap<unknown, unknown> }
  | { readonly kind: 'Set'; readonly value: ReadonlySet<unknown> }
  | { readonly kind: 'bytes'; readonly name: BytesName; readonly value: ArrayBuffer | NodeJS.ArrayBufferView }
  | { readonly kind: 'Error'; readonly name: ErrorName; readonly value: Error };

export function nativeOf(value: object): Native | undefined {
  if (Array.isArray(value)) return { kind: 'Array', value };
  if (isError(value)) return { kind: 'Error', name: errorNameOf(value), value };
  if (types.isDate(value)) return { kind: 'Date', value };
  if (types.isMap(value)) return { kind: 'Map', value };
  if (types.isSet(value)) return { kind: 'Set', value };
  if (types.isRegExp(value)) return { kind: 'RegExp', value };
  if (value instanceof URL) return { kind: 'URL', value };
  const name = bytesNameOf(value);
  return name === undefined ? undefined : { kind: 'bytes', name, value: value as ArrayBuffer | NodeJS.ArrayBufferView };
}

/** One that only inherits from Error too, as those do whose classes are older than the keyword. */
function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error || value instanceof DOMException;
}

const classes: Readonly<Record<string, { readonly prototype: object }>> = { Array, Date, RegExp, URL, Map, Set, ...bytesClasses };

/** Prototypes whose objects are held without being registered. */
export const nativePrototypes: ReadonlySet<object> = new Set(
  [...Object.values(classes), ...Object.values(errorClasses), Object].map(({ prototype }) => prototype),
);

/** Whether this is the prototype of the class itself, and of no subclass. */
export function isPrototypeOfNative(prototype: object | null, native: Native): boolean {
  const name = native.kind === 'bytes' ? native.name : native.kind;
  return prototype === classes[name]?.prototype || isForeign(prototype, name);
}

/** Whether this is what `{}` is made of, here or in another realm. */
export function isPrototypeOfPlain(prototype: object): boolean {
  return prototype === Object.prototype || isForeign(prototype, 'Object');
}

/** Whether this is the prototype of a class of this name, built in as ours is, of another realm. */
function isForeign(prototype: object | null, name: string): boolean {
  if (prototype === null || !Object.hasOwn(prototype, 'constructor')) return false;
  const { constructor } = prototype;
  return typeof constructor === 'function' && constructor.name === name
    && Function.prototype.toString.call(constructor).endsWith('{ [native code] }');
}

/** The nearest of the language's error classes: what an error of an unknown class is read as. */
function errorNameOf(error: object): ErrorName {
  for (let prototype: unknown = Object.getPrototypeOf(error); isObject(prototype); prototype = Object.getPrototypeOf(prototype)) {
    for (const [name, { prototype: known }] of Object.entries(errorClasses)) if (prototype === known) return name as ErrorName;
    for (const name of Object.keys(errorClasses)) if (isForeign(prototype, name)) return name as ErrorName;
  }
  return 'Error';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typedArrayName = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag) as { readonly get: (this: object) => unknown };

function bytesNameOf(value: object): BytesName | undefined {
  if (types.isArrayBuffer(value)) return 'ArrayBuffer';
  if (types.isDataView(value)) return 'DataView';
  if (!types.isTypedArray(value)) return undefined;
  if (Buffer.isBuffer(value)) return 'Buffer';
  const name = typedArrayName.get.call(value) as string;
  return Object.hasOwn(bytesClasses, name) ? (name as BytesName) : undefined;
}
