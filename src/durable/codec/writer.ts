// From a value to what JSON can say of it. What is read of the value is read once and written from a copy, for a getter or a proxy may
// answer differently the next time, or throw.
import { types } from 'node:util';
import { classOfInstance } from '../../graph/any-class.js';
import { setOwn } from '../../kernel/own-property.js';
import { NotStorableError } from '../../errors/log-errors.js';
import { isSkip, readVerdict } from '../../saga/verdicts.js';
import { base64Of } from './bytes.js';
import type { KnownClass, KnownClasses } from './classes.js';
import type { Entries, ErrorField, ErrorName, Tagged } from './format.js';
import { errorClasses, errorFields } from './format.js';
import { lostEffect } from './lost-effect.js';
import type { Native } from './natives.js';
import { isPrototypeOfNative, isPrototypeOfPlain, nativeOf } from './natives.js';
import type { Segment } from './path.js';
import { pathText } from './path.js';
import { sagaErrorNames } from './saga-errors.js';

/** What is left out where something has to be held, whatever it is. */
export interface Cut {
  /** Characters of one string. */
  readonly stringLength: number;
  /** Properties, elements or entries of one object. */
  readonly parts: number;
  /** Levels of objects in objects. */
  readonly depth: number;
}

/** For one value. Objects are numbered in the order in which they are first met, so that a later meeting can refer to the first. */
export class Writer {
  readonly #classes: KnownClasses;
  /** `null`: what cannot be held is an error. Else it is replaced by a text that says what it was, and what is too long is cut. */
  readonly #cut: Cut | null;
  readonly #maxDepth: number;
  readonly #numbers = new Map<object, number>();
  /** Instances whose data is being written: nothing in it can refer to them, for they are made of it. */
  readonly #inTheMaking = new Set<object>();
  #hasTagged = false;
  /** Where we are, as far as the depth goes; what lies beyond is left over. */
  readonly #path: Segment[] = [];

  /** `rule`: how deep a value may be, or how it is cut. */
  constructor(classes: KnownClasses, rule: number | Cut) {
    this.#classes = classes;
    this.#cut = typeof rule === 'number' ? null : rule;
    this.#maxDepth = typeof rule === 'number' ? rule : rule.depth;
  }

  /** Whether anything does not stand for itself. Where nothing does, what was written is a deep copy of the value. */
  get hasTagged(): boolean {
    return this.#hasTagged;
  }

  /** @throws NotStorableError unless it cuts */
  write(value: unknown, depth = 0): unknown {
    switch (typeof value) {
      case 'string':
        return this.#cut === null ? value : shortened(value, this.#cut.stringLength);
      case 'boolean':
        return value;
      case 'number':
        return isNumberOfJson(value) ? value : this.#tagged({ $: 'number', is: Object.is(value, -0) ? '-0' : String(value) });
      case 'bigint':
        return this.#tagged({ $: 'bigint', is: String(value) });
      case 'undefined':
        return this.#tagged({ $: 'undefined' });
      case 'object':
        return value === null ? null : this.#object(value, depth);
      case 'function':
        return this.#refuse('a function', depth);
      case 'symbol':
        return this.#refuse(isSkip(value) ? 'skip(), which is for a step to return by itself' : 'a symbol', depth);
    }
  }

  #object(value: object, depth: number): unknown {
    const number = this.#numbers.get(value);
    if (number !== undefined) return this.#again(value, number, depth);
    if (value === lostEffect) return this.#tagged({ $: 'lost' });
    if (depth >= this.#maxDepth) return this.#refuse(`nested more than ${this.#maxDepth} levels deep`, depth, 'Return flatter data.');
    const numbered = this.#numbers.size;
    try {
      return this.#parts(value, depth);
    } catch (error) {
      if (this.#cut === null && error instanceof NotStorableError) throw error;
      this.#forgetFrom(numbered);
      return this.#refuse(`an object that cannot be read (${messageOf(error)})`, depth);
    }
  }

  #again(value: object, number: number, depth: number): unknown {
    if (!this.#inTheMaking.has(value)) return this.#tagged({ $: 'ref', to: number });
    return this.#refuse('part of what its own `toData` returned', depth, 'Leave it out there, for `fromData` can only add it itself.');
  }

  /** What was numbered in an object that is not held after all is not there to be referred to. */
  #forgetFrom(numbered: number): void {
    for (const [value, number] of this.#numbers) {
      if (number < numbered) continue;
      this.#numbers.delete(value);
      this.#inTheMaking.delete(value);
    }
  }

  #parts(value: object, depth: number): unknown {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Object.prototype) return this.#plain(value, depth);
    if (prototype === Array.prototype && Array.isArray(value)) return this.#array(value, depth);
    if (prototype === null) return this.#tagged({ $: 'null-object', is: this.#numberedEntries(value, depth) });
    const known = this.#classes.ofPrototype(prototype);
    if (known !== undefined) return this.#instance(known, value, depth);
    const native = nativeOf(value);
    if (native?.kind === 'Error') return this.#anyError(native, prototype, depth);
    if (native !== undefined && isPrototypeOfNative(prototype, native)) return this.#native(native, depth);
    if (native === undefined && isPrototypeOfPlain(prototype)) return this.#plain(value, depth);
    const name = classOfInstance(Object.create(prototype)); // for an array itself it answers nothing
    return this.#refuse(`an instance of ${name ?? 'a class without a name'}`, depth, registered(name ?? '…'));
  }

  #plain(value: object, depth: number): unknown {
    const own = this.#ownOf(value, depth);
    if (this.#cut === null && hasSymbols(own)) return this.#refuse(withSymbols(value), depth);
    this.#number(value);
    let isLikeTagged = false;
    for (const name of this.#told(Object.keys(own), (name) => delete own[name])) {
      const part = own[name];
      this.#path[depth] = name;
      const written = this.write(part, depth + 1);
      if (written !== part) own[name] = written; // its own already, be it called `__proto__`
      if (name === '$') isLikeTagged = true;
    }
    return isLikeTagged ? this.#tagged({ $: 'object', is: Object.entries(own) }) : own;
  }

  #array(value: readonly unknown[], depth: number): unknown {
    if (this.#cut === null && hasSymbols(value)) return this.#refuse(withSymbols(value), depth);
    const { length } = value;
    const names = Object.keys(value);
    // Keys come as indices in their order, then names: if the last of so many is the last index, there is no hole and no name.
    const isDense = names.length === length && (length === 0 || names[length - 1] === String(length - 1));
    if (!isDense) return this.#tagged({ $: 'array', length, is: this.#numberedEntries(value, depth) });
    this.#number(value);
    const told = this.#told(names);
    const written: unknown[] = new Array(told.length);
    for (let index = 0; index < told.length; index++) {
      this.#path[depth] = index;
      written[index] = this.write(value[index], depth + 1);
    }
    if (told.length < length) written.push(`[not stored: ${length - told.length} more]`);
    return written;
  }

  #instance({ name, form }: KnownClass, value: object, depth: number): unknown {
    if (form === null) return this.#tagged({ $: 'class', name, is: this.#base(value, depth) });
    const data = form.toData(value);
    this.#number(value);
    this.#inTheMaking.add(value);
    this.#path[depth] = { place: `data of ${name}` };
    const written = this.#tagged({ $: 'class', name, data: this.write(data, depth + 1) });
    this.#inTheMaking.delete(value);
    return written;
  }

  /** An instance as what it is without its class. */
  #base(value: object, depth: number): unknown {
    const native = nativeOf(value);
    if (native === undefined) return this.#plain(value, depth);
    return native.kind === 'Error' ? this.#error(native, null, depth) : this.#native(native, depth);
  }

  #native(native: Native, depth: number): unknown {
    if (native.kind === 'Array') return this.#array(native.value, depth);
    if (native.kind === 'Error') return this.#error(native, null, depth);
    if (native.kind === 'bytes') return this.#bytes(native, depth);
    if (this.#cut === null && hasSymbols(native.value)) return this.#refuse(withSymbols(native.value), depth);
    this.#number(native.value);
    const written = this.#contentOf(native, depth);
    const names = Object.keys(native.value);
    return this.#tagged(names.length === 0 ? written : { ...written, own: this.#entries(native.value, depth) });
  }

  #contentOf(native: Exclude<Native, { readonly kind: 'Array' | 'Error' | 'bytes' }>, depth: number): WithOwn {
    switch (native.kind) {
      case 'Date': {
        const ms = Date.prototype.getTime.call(native.value);
        return { $: 'Date', is: Number.isNaN(ms) ? null : new Date(ms).toISOString() };
      }
      case 'RegExp': {
        const { source, flags, lastIndex } = native.value;
        return { $: 'RegExp', is: source, flags, lastIndex };
      }
      case 'URL':
        return { $: 'URL', is: native.value.href };
      case 'Map':
        return { $: 'Map', is: this.#mapEntries([...Map.prototype.entries.call(native.value)], depth) };
      case 'Set':
        return { $: 'Set', is: this.#items([...Set.prototype.values.call(native.value)], depth) };
    }
  }

  #mapEntries(entries: readonly (readonly [unknown, unknown])[], depth: number): readonly [unknown, unknown][] {
    return this.#told(entries).map(([key, value], index) => {
      this.#path[depth] = { place: `map key ${index}` };
      const writtenKey = this.write(key, depth + 1);
      this.#path[depth] = { place: `map value ${index}` };
      return [writtenKey, this.write(value, depth + 1)];
    });
  }

  #items(items: readonly unknown[], depth: number): readonly unknown[] {
    return this.#told(items).map((item, index) => {
      this.#path[depth] = { place: `item ${index}` };
      return this.write(item, depth + 1);
    });
  }

  #bytes({ name, value }: Extract<Native, { readonly kind: 'bytes' }>, depth: number): unknown {
    const isShared = ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer);
    if (isShared) return this.#refuse('a view of memory that is shared', depth, 'Return a copy of it.');
    const limit = this.#cut?.stringLength ?? Infinity;
    if (value.byteLength > limit) return this.#refuse(`${value.byteLength} bytes`, depth);
    this.#number(value);
    return this.#tagged({ $: 'bytes', of: name, is: base64Of(value) });
  }

  /** One of ours keeps its class, and one of anybody else's has that of the language which is nearest to its own, and its name. */
  #anyError(native: Extract<Native, { readonly kind: 'Error' }>, prototype: object, depth: number): unknown {
    const name = sagaErrorNames.get(prototype);
    if (name !== undefined) return this.#tagged({ $: 'SagaError', name, is: this.#error(native, null, depth) });
    return this.#error(native, nameOf(native.value), depth);
  }

  /** `name`: what it is to be called where its class will not say so; `null`: it will. */
  #error({ name: errorClass, value }: Extract<Native, { readonly kind: 'Error' }>, name: string | null, depth: number): unknown {
    this.#number(value);
    const written: Mutable<Extract<Tagged, { readonly $: 'Error' }>> = { $: 'Error', class: errorClass };
    for (const field of errorFields) {
      const part = partOf(errorClass, name, value, field);
      if (part === undefined) continue;
      this.#path[depth] = field;
      written[field] = this.write(part.value, depth + 1);
    }
    if (Object.keys(value).length > 0) written.own = this.#entries(value, depth);
    return this.#tagged(written);
  }

  #number(value: object): void {
    this.#numbers.set(value, this.#numbers.size);
  }

  #numberedEntries(value: object, depth: number): Entries {
    const own = this.#ownOf(value, depth);
    if (this.#cut === null && hasSymbols(own)) this.#refuse(withSymbols(value), depth);
    this.#number(value);
    return this.#entriesOf(own, depth);
  }

  #entries(value: object, depth: number): Entries {
    return this.#entriesOf(this.#ownOf(value, depth), depth);
  }

  #entriesOf(own: Readonly<Record<string, unknown>>, depth: number): Entries {
    return this.#told(Object.keys(own)).map((name) => {
      this.#path[depth] = name;
      return [name, this.write(own[name], depth + 1)];
    });
  }

  /** The enumerable properties of its own, getters called. */
  #ownOf(value: object, depth: number): Record<string, unknown> {
    try {
      return { ...value };
    } catch {
      return this.#readOneByOne(value, depth);
    }
  }

  /** Some getter throws: which one is worth a second look. */
  #readOneByOne(value: object, depth: number): Record<string, unknown> {
    const own: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      this.#path[depth] = name;
      let part: unknown;
      try {
        part = (value as Readonly<Record<string, unknown>>)[name];
      } catch (error) {
        part = this.#refuse(`a getter that throws (${messageOf(error)})`, depth + 1);
      }
      setOwn(own, name, part);
    }
    return own;
  }

  /** As many of an object's parts as are held. */
  #told<Part>(parts: readonly Part[], dropped?: (part: Part) => void): readonly Part[] {
    if (this.#cut === null || parts.length <= this.#cut.parts) return parts;
    if (dropped !== undefined) parts.slice(this.#cut.parts).forEach(dropped);
    return parts.slice(0, this.#cut.parts);
  }

  #tagged(value: Tagged): Tagged {
    this.#hasTagged = true;
    return value;
  }

  #refuse(what: string, depth: number, remedy?: string): string {
    if (this.#cut !== null) return `[not stored: ${shortened(what, this.#cut.stringLength)}]`;
    throw new NotStorableError(pathText(this.#path.slice(0, depth)), what, remedy);
  }
}

/** What may have properties of its own besides its content. */
type WithOwn = Extract<Tagged, { readonly $: 'Date' | 'RegExp' | 'URL' | 'Map' | 'Set' }>;

function registered(name: string): string {
  return `Return plain data, or register the class with the runner:  payloads: { classes: [${name}] }.`;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

function isNumberOfJson(value: number): boolean {
  return value === 0 ? !Object.is(value, -0) : Number.isFinite(value);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

/** Only those that would be seen: what is not enumerable is no data, whatever its name. */
function hasSymbols(value: object): boolean {
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.length > 0 && symbols.some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
}

function withSymbols(value: object): string {
  return readVerdict(value) === undefined
    ? 'an object with a property named by a symbol'
    : 'a verdict, which is for a compensation to return by itself';
}

function partOf(errorClass: ErrorName, name: string | null, error: Error, field: ErrorField): { readonly value: unknown } | undefined {
  const isInside = errorClass === 'DOMException' && (field === 'message' || field === 'name'); // and cannot be read of the prototype
  if (isInside) return { value: error[field] };
  return field === 'name' ? differentName(errorClass, name, error) : hiddenPart(error, field);
}

/** A property of an error that a copy by its enumerable properties would miss. */
function hiddenPart(error: Error, field: ErrorField): { readonly value: unknown } | undefined {
  const property = Object.getOwnPropertyDescriptor(error, field);
  if (property === undefined || property.enumerable === true) return undefined;
  const value: unknown = error[field as 'message'];
  return field === 'stack' && typeof value !== 'string' ? undefined : { value }; // it may be whatever Error.prepareStackTrace makes
}

function differentName(errorClass: ErrorName, name: string | null, error: Error): { readonly value: unknown } | undefined {
  const property = Object.getOwnPropertyDescriptor(error, 'name');
  if (property !== undefined) return property.enumerable === true ? undefined : { value: error.name };
  return name === null || name === errorClasses[errorClass].prototype.name ? undefined : { value: name };
}

function nameOf(error: Error): string | null {
  const name: unknown = error.name;
  return typeof name === 'string' ? name : null;
}

/** Of whatever was thrown while a value was read. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error that cannot be read either';
  }
}
