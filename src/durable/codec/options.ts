import { SagaError } from '../../errors/saga-error.js';
import { isClass } from '../../graph/any-class.js';
import { shown } from '../../graph/wording.js';
import type { OptionRules } from '../../runtime/option-rules.js';
import { hasMethods, isFunction, isRecord, problemsOf } from '../../runtime/option-rules.js';
import type { ClassForm, KnownClass, RegisteredClass } from './classes.js';
import { KnownClasses } from './classes.js';
import { nativePrototypes } from './natives.js';
import { sagaErrorNames } from './saga-errors.js';

/** What every payload goes through on its way to the log, and back: encryption, compression. */
export interface PayloadTransform {
  /** Answers text without NUL and lone surrogates, such as base64. Called at once, and with nothing to await. */
  write(text: string): string;
  /** The inverse. It must read what `write` ever wrote: with keys that are retired, too. */
  read(text: string): string;
}

export interface CodecOptions {
  /** Classes whose instances the log holds, besides those of the language. @defaultValue none */
  readonly classes?: readonly RegisteredClass[];
  /** Of one effect, error or input, in bytes of UTF-8, after `transform`; a whole number, at least 1,024. @defaultValue 1_048_576 */
  readonly maxPayloadBytes?: number;
  /** What was stored before there was one is read as before. @defaultValue none */
  readonly transform?: PayloadTransform;
}

export interface CodecSettings {
  readonly classes: KnownClasses;
  readonly maxPayloadBytes: number;
  readonly transform: PayloadTransform | null;
}

/** Room for what is left of any error. */
const smallestPayload = 1_024;

const rules: OptionRules<CodecOptions> = {
  classes: { mustBe: 'an array of classes and of { class, name?, toData?, fromData? }', holds: Array.isArray },
  maxPayloadBytes: {
    mustBe: `a whole number of bytes, at least ${smallestPayload}`,
    holds: (value) => Number.isSafeInteger(value) && (value as number) >= smallestPayload,
  },
  transform: { mustBe: 'an object with methods write(text) and read(text)', holds: (value) => hasMethods(value, 'write', 'read') },
};

/** @throws SagaError `SAGA_LOG_BAD_OPTIONS`, all that is wrong in one */
export function codecSettingsOf(options: CodecOptions): CodecSettings {
  const problems = problemsOf(options, rules);
  const given: unknown = isRecord(options) ? options['classes'] : undefined;
  const classes = Array.isArray(given) ? knownClassesOf(given, problems) : [];
  if (problems.length > 0) throw badOptions(problems);
  const { maxPayloadBytes = 1_048_576, transform = null } = options;
  return { classes: new KnownClasses(classes), maxPayloadBytes, transform };
}

function knownClassesOf(given: readonly unknown[], problems: string[]): readonly KnownClass[] {
  const known: KnownClass[] = [];
  given.forEach((registered, index) => {
    const problem = problemOfClass(registered);
    if (problem !== undefined) problems.push(`'classes[${index}]' ${problem}`);
    else known.push(knownClassOf(registered as RegisteredClass));
  });
  for (const [index, { name, prototype }] of known.entries()) {
    const before = known.slice(0, index);
    if (before.some((other) => other.prototype === prototype)) problems.push(`the class ${shown(name)} is registered twice`);
    else if (before.some((other) => other.name === name)) problems.push(`two classes are registered as ${shown(name)}`);
  }
  return known;
}

function problemOfClass(registered: unknown): string | undefined {
  if (isClass(registered)) return problemOfPrototype(registered.prototype as object) ?? (registered.name === '' ? unnamed : undefined);
  if (!isRecord(registered)) return `is ${shown(registered)} and must be a class`;
  const { class: ofClass, name, toData, fromData, ...unknown } = registered;
  if (!isClass(ofClass)) return `has ${shown(ofClass)} for its 'class', which must be a class`;
  const others = Object.keys(unknown);
  if (others.length > 0) return `has ${shown(others[0])}, and there are class, name, toData and fromData`;
  if (name !== undefined && (typeof name !== 'string' || name === '')) return `has ${shown(name)} for its 'name', which must be a text`;
  if (name === undefined && ofClass.name === '') return unnamed;
  const forms = [toData, fromData].filter((form) => form !== undefined);
  if (forms.length === 1 || !forms.every(isFunction)) return "needs both 'toData' and 'fromData' to be functions, or neither";
  return problemOfPrototype(ofClass.prototype as object);
}

const unnamed = "is a class without a name, and needs one:  { class, name: '…' }";

function problemOfPrototype(prototype: object): string | undefined {
  return nativePrototypes.has(prototype) || sagaErrorNames.has(prototype) ? 'is a class that the log knows by itself' : undefined;
}

function knownClassOf(registered: RegisteredClass): KnownClass {
  const { class: ofClass, name, toData, fromData }: ClassForm = isClass(registered) ? { class: registered } : registered;
  const form = toData && fromData ? ({ toData, fromData } as KnownClass['form']) : null;
  return { name: name ?? ofClass.name, prototype: ofClass.prototype as object, form };
}

function badOptions(problems: readonly string[]): SagaError {
  return new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `The codec of the execution log cannot take these options: ${problems.join('; ')}.`,
    remedy: 'Correct them, or leave them out to have the defaults.',
  });
}
