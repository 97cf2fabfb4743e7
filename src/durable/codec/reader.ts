// From JSON to the value. The text may be damaged or forged: it can name what is registered, and nothing else is ever called.
import { UnreadableError } from '../../errors/log-errors.js';
import { setOwn } from '../../kernel/own-property.js';
import { bytesFrom } from './bytes.js';
import type { KnownClasses } from './classes.js';
import type { BytesName, ErrorField, ErrorName } from './format.js';
import { bytesClasses, errorClasses, errorFields, maxDepthTogether } from './format.js';
import { lostEffect } from './lost-effect.js';
import { sagaErrorClasses } from './saga-errors.js';

type Json = Readonly<Record<string, unknown>>;

/** For one value: it numbers objects as its writer did. */
export class Reader {
  readonly #classes: KnownClasses;
  readonly #objects: unknown[] = [];

  constructor(classes: KnownClasses) {
    this.#classes = classes;
  }

  /**
   * Makes the value of what JSON said, changing that where it can stay.
   *
   * @throws UnreadableError
   */
  read(json: unknown, depth = 0): unknown {
    if (typeof json !== 'object' || json === null) return json;
    if (depth > maxDepthTogether) throw damaged('it is nested too deeply');
    if (Array.isArray(json)) return this.#array(json, depth);
    return Object.hasOwn(json, '$') ? this.#tagged(json as Json, depth) : this.#plain(json as Record<string, unknown>, depth);
  }

  #array(json: unknown[], depth: number): unknown {
    this.#objects.push(json);
    for (let index = 0; index < json.length; index++) {
      const part = json[index];
      if (typeof part === 'object') json[index] = this.read(part, depth + 1);
    }
    return json;
  }

  #plain(json: Record<string, unknown>, depth: number): unknown {
    this.#objects.push(json);
    for (const name of Object.keys(json)) {
      const part = json[name];
      if (typeof part === 'object') json[name] = this.read(part, depth + 1); // its own already, be it called `__proto__`
    }
    return json;
  }

  #tagged(json: Json, depth: number): unknown {
    switch (json['$']) {
      case 'undefined':
        return undefined;
      case 'lost':
        return lostEffect;
      case 'number':
        return numberFrom(textIn(json, 'is'));
      case 'bigint':
        return bigintFrom(textIn(json, 'is'));
      case 'ref':
        return this.#referredTo(json['to']);
      case 'object':
        return this.#filled({}, json['is'], depth);
      case 'null-object':
        return this.#filled(Object.create(null) as object, json['is'], depth);
      case 'array':
        return this.#sparse(json, depth);
      case 'Date':
        return this.#withOwn(dateFrom(json['is']), json, depth);
      case 'RegExp':
        return this.#withOwn(regExpFrom(json), json, depth);
      case 'URL':
        return this.#withOwn(urlFrom(textIn(json, 'is')), json, depth);
      case 'Map':
        return this.#map(json, depth);
      case 'Set':
        return this.#set(json, depth);
      case 'bytes':
        return this.#numbered(bytesIn(json));
      case 'Error':
        return this.#error(json, depth);
      case 'class':
        return this.#instance(json, depth);
      case 'SagaError':
        return this.#sagaError(json, depth);
      default:
        throw unknown('the tag', json['$']);
    }
  }

  #numbered<Made extends object>(made: Made): Made {
    this.#objects.push(made);
    return made;
  }

  #referredTo(number: unknown): unknown {
    const referred = typeof number === 'number' ? this.#objects[number] : undefined;
    if (referred === undefined || referred === inTheMaking) throw damaged('it refers to what is not there');
    return referred;
  }

  #filled<Made extends object>(made: Made, entries: unknown, depth: number): Made {
    return this.#fill(this.#numbered(made), entries, depth);
  }

  #fill<Made extends object>(made: Made, entries: unknown, depth: number): Made {
    for (const [name, part] of pairsIn(entries)) {
      if (typeof name !== 'string') throw damaged('a property has no name');
      setOwn(made as Record<string, unknown>, name, this.read(part, depth + 1));
    }
    return made;
  }

  #withOwn<Made extends object>(made: Made, json: Json, depth: number): Made {
    this.#numbered(made);
    return this.#fillOwn(made, json, depth);
  }

  #fillOwn<Made extends object>(made: Made, json: Json, depth: number): Made {
    return json['own'] === undefined ? made : this.#fill(made, json['own'], depth);
  }

  #sparse(json: Json, depth: number): unknown {
    const { length } = json;
    if (!isArrayLength(length)) throw damaged('an array has no length');
    const array: unknown[] = [];
    array.length = length;
    this.#numbered(array);
    for (const [name, part] of pairsIn(json['is'])) {
      if (typeof name !== 'string' || name === 'length') throw damaged('an array has no such element');
      setOwn(array as unknown as Record<string, unknown>, name, this.read(part, depth + 1));
    }
    if (array.length !== length) throw damaged('an array is longer than it says');
    return array;
  }

  #map(json: Json, depth: number): unknown {
    const map = this.#numbered(new Map<unknown, unknown>());
    for (const [key, value] of pairsIn(json['is'])) {
      const readKey = this.read(key, depth + 1);
      map.set(readKey, this.read(value, depth + 1));
    }
    return this.#fillOwn(map, json, depth);
  }

  #set(json: Json, depth: number): unknown {
    const set = this.#numbered(new Set<unknown>());
    for (const item of listIn(json['is'])) set.add(this.read(item, depth + 1));
    return this.#fillOwn(set, json, depth);
  }

  #error(json: Json, depth: number): Error {
    const error = this.#numbered(emptyError(json));
    for (const field of errorFields) {
      if (!Object.hasOwn(json, field) || isInside(error, field)) continue;
      const value = this.read(json[field], depth + 1);
      Object.defineProperty(error, field, { value, writable: true, enumerable: false, configurable: true });
    }
    return this.#fillOwn(error, json, depth);
  }

  #sagaError(json: Json, depth: number): unknown {
    const name = textIn(json, 'name');
    const known = sagaErrorClasses.get(name);
    if (known === undefined) throw unknown('our error', name);
    return this.#ofClass(known.prototype as object, json, depth);
  }

  #instance(json: Json, depth: number): unknown {
    const name = textIn(json, 'name');
    const known = this.#classes.named(name);
    if (known === undefined) throw unregistered(name, 'is not registered');
    if (Object.hasOwn(json, 'is')) return this.#ofClass(known.prototype, json, depth);
    if (known.form === null) throw unregistered(name, 'was registered with `fromData`, and is not now');
    const number = this.#objects.push(inTheMaking) - 1;
    const data = this.read(json['data'], depth + 1);
    const instance = madeOf(known.form.fromData, data, name);
    this.#objects[number] = instance;
    return instance;
  }

  #ofClass(prototype: object, json: Json, depth: number): unknown {
    const base = this.#base(json['is'], depth);
    return Object.setPrototypeOf(base, prototype) as unknown;
  }

  /** What is given a class must be new, and not one that is referred to, or the effect that was lost. */
  #base(json: unknown, depth: number): object {
    const before = this.#objects.length;
    const base = this.read(json, depth);
    if (typeof base !== 'object' || base === null || this.#objects[before] !== base) throw damaged('an instance of a class is no object');
    return base;
  }
}

const inTheMaking = Symbol('in the making');

function damaged(how: string): UnreadableError {
  return new UnreadableError(`What is stored cannot be read: ${how}. It is damaged, or a later version wrote it.`);
}

function unknown(what: string, name: unknown): UnreadableError {
  return damaged(`it has ${what} ${JSON.stringify(name)}, which this version does not know`);
}

function unregistered(name: string, how: string): UnreadableError {
  return new UnreadableError(`What is stored has an instance of the class ${JSON.stringify(name)}, which ${how}.`);
}

function madeOf(fromData: (data: unknown) => unknown, data: unknown, name: string): unknown {
  try {
    return fromData(data);
  } catch (error) {
    throw new UnreadableError(`What is stored has data of the class ${JSON.stringify(name)} that its \`fromData\` threw at.`, error);
  }
}

function textIn(json: Json, field: string): string {
  const text = json[field];
  if (typeof text !== 'string') throw damaged(`'${field}' is no text`);
  return text;
}

function listIn(list: unknown): readonly unknown[] {
  if (!Array.isArray(list)) throw damaged('there is no list where one belongs');
  return list;
}

function pairsIn(list: unknown): readonly (readonly unknown[])[] {
  const pairs = listIn(list);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) throw damaged('there are no pairs where they belong');
  return pairs as readonly (readonly unknown[])[];
}

const numbers: ReadonlyMap<string, number> = new Map([NaN, Infinity, -Infinity].map((number) => [String(number), number])).set('-0', -0);

function numberFrom(text: string): number {
  const number = numbers.get(text);
  if (number === undefined) throw damaged('a number is none');
  return number;
}

function bigintFrom(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw damaged('a bigint is none');
  return BigInt(text);
}

function isArrayLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 2 ** 32 && Number.isInteger(value);
}

function dateFrom(iso: unknown): Date {
  const date = new Date(typeof iso === 'string' ? iso : NaN);
  if (iso !== null && (Number.isNaN(date.getTime()) || date.toISOString() !== iso)) throw damaged('a date is none');
  return date;
}

function regExpFrom(json: Json): RegExp {
  const { lastIndex } = json;
  if (typeof lastIndex !== 'number') throw damaged("'lastIndex' is no number");
  return Object.assign(tried('a RegExp', () => new RegExp(textIn(json, 'is'), textIn(json, 'flags'))), { lastIndex });
}

function urlFrom(href: string): URL {
  return tried('a URL', () => new URL(href));
}

function tried<Made>(what: string, make: () => Made): Made {
  try {
    return make();
  } catch {
    throw damaged(`${what} is none`);
  }
}

function bytesIn(json: Json): object {
  const name = textIn(json, 'of');
  if (!Object.hasOwn(bytesClasses, name)) throw unknown('bytes of', name);
  const bytes = bytesFrom(name as BytesName, textIn(json, 'is'));
  if (bytes === undefined) throw damaged('bytes are none');
  return bytes;
}

/** Of the right class, without a message and a stack of its own. */
function emptyError(json: Json): Error {
  const name = textIn(json, 'class');
  if (!Object.hasOwn(errorClasses, name)) throw unknown('an error of', name);
  const error = withoutTrace(() => newError(name as ErrorName, json));
  delete error.stack;
  return error;
}

/** To trace the stack takes longer than all else about an error, and what is traced is not wanted. */
function withoutTrace<Made>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isInside(error: Error, field: ErrorField): boolean {
  return error instanceof DOMException && (field === 'message' || field === 'name');
}

function newError(name: ErrorName, json: Json): Error {
  if (name === 'DOMException') return new DOMException(textIn(json, 'message'), textIn(json, 'name'));
  if (name !== 'AggregateError') return new errorClasses[name]();
  const error: { errors?: unknown } & Error = new AggregateError([]);
  delete error.errors;
  return error;
}
