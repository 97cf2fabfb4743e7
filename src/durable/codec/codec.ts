// What lies in the log is text, and this is what makes it: `encode` of what steps work with, `encodeLeniently` of what was thrown. Reading
// it back gives a deep copy. The text is described in README.md.
import { NotStorableError, TooLargeError, UnreadableError } from '../../errors/log-errors.js';
import { maxDepth, maxDepthTogether, transformMark } from './format.js';
import type { CodecOptions, CodecSettings, PayloadTransform } from './options.js';
import { codecSettingsOf } from './options.js';
import { Reader } from './reader.js';
import { remainsOf } from './remains.js';
import type { Cut } from './writer.js';
import { Writer } from './writer.js';

export { lostEffect } from './lost-effect.js';
export type { LostEffect } from './lost-effect.js';
export type { ClassForm, RegisteredClass } from './classes.js';
export type { CodecOptions, PayloadTransform } from './options.js';

/** How much of an error is left out, where all of it is too much: step by step, until it fits. */
const cuts: readonly Cut[] = [
  { stringLength: Infinity, parts: Infinity, depth: 100 }, // there is room around it, in events and ends
  { stringLength: 1_000, parts: 100, depth: 10 },
  { stringLength: 100, parts: 10, depth: 3 },
];

export class Codec {
  readonly #settings: CodecSettings;

  /** @throws SagaError `SAGA_LOG_BAD_OPTIONS` when an option is unknown or of the wrong type */
  constructor(options: CodecOptions = {}) {
    this.#settings = codecSettingsOf(options);
  }

  get maxPayloadBytes(): number {
    return this.#settings.maxPayloadBytes;
  }

  /**
   * The text of a value, free of NUL and of lone surrogates. `maxBytes` is `Infinity` where the value is put together of what was stored.
   *
   * @throws NotStorableError where some of it is no data: it says where
   * @throws TooLargeError where it is more than `maxBytes`, in UTF-8
   */
  encode(value: unknown, maxBytes = this.maxPayloadBytes): string {
    return this.#encoded(value, maxBytes).text;
  }

  /**
   * As `encode`, and the copy that reading the text gives.
   *
   * @throws UnreadableError besides, where a registered class cannot be read back
   */
  copied(value: unknown, maxBytes = this.maxPayloadBytes): { readonly text: string; readonly copy: unknown } {
    const { text, json, hasTagged } = this.#encoded(value, maxBytes);
    // What a transform makes of it is for the transform to say.
    return { text, copy: hasTagged || this.#settings.transform !== null ? this.decode(text) : json };
  }

  /** The text of what is made of texts, finite numbers and truths alone, and so is JSON already. */
  encodeJson(json: object): string {
    return this.#written(textOf(json));
  }

  #encoded(value: unknown, maxBytes: number): { readonly text: string; readonly json: unknown; readonly hasTagged: boolean } {
    const writer = new Writer(this.#settings.classes, maxBytes === Infinity ? maxDepthTogether : maxDepth);
    const json = writer.write(value);
    const text = this.#written(textOf(json));
    // No character takes more than three bytes.
    if (text.length * 3 > maxBytes && sizeOf(text) > maxBytes) throw new TooLargeError(sizeOf(text), maxBytes);
    return { text, json, hasTagged: writer.hasTagged };
  }

  /**
   * The text of a value of which as much is to be held as can be: an error that was thrown. What is no data is replaced by a text such as
   * `[not stored: a function]`; what is too large is cut. Never throws.
   */
  encodeLeniently(value: unknown): string {
    for (const cut of cuts) {
      const text = this.#fitting(() => new Writer(this.#settings.classes, cut).write(value));
      if (text !== undefined) return text;
    }
    return this.#fitting(() => remainsOf(value, this.#settings.maxPayloadBytes)) ?? textOf(nothingLeft);
  }

  /** @throws UnreadableError */
  decode(text: string): unknown {
    const json = this.#read(text);
    const value = parsed(json);
    return json.includes('"$":') ? this.#untagged(value) : value;
  }

  #untagged(json: unknown): unknown {
    try {
      return new Reader(this.#settings.classes).read(json);
    } catch (error) {
      if (error instanceof UnreadableError) throw error;
      throw new UnreadableError('What is stored cannot be read. It is nested too deeply, or damaged.', error);
    }
  }

  #fitting(write: () => unknown): string | undefined {
    try {
      const text = this.#written(textOf(write()));
      return sizeOf(text) <= this.#settings.maxPayloadBytes ? text : undefined;
    } catch {
      return undefined; // the transform, or the stack
    }
  }

  #written(json: string): string {
    const { transform } = this.#settings;
    return transform === null ? json : transformMark + transformed(transform, json);
  }

  #read(text: string): string {
    if (!text.startsWith(transformMark)) return text;
    const { transform } = this.#settings;
    if (transform === null) throw new UnreadableError('What is stored went through a `transform`, and the codec has none.');
    return untransformed(transform, text.slice(transformMark.length));
  }
}

/** Where not even a name and a message can be written: `transform` refuses everything. So it says nothing of what was thrown. */
const nothingLeft = { $: 'Error', class: 'Error', message: 'An error was thrown that could not be stored.' };

function textOf(json: unknown): string {
  try {
    return JSON.stringify(json);
  } catch {
    // Nothing in it can throw, so it is the stack, of which the caller had used up the most, or the longest text there can be.
    throw new NotStorableError('$', 'nested too deeply, or larger than any text', 'Return flatter data, or less.');
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UnreadableError('What is stored is no JSON. It is damaged, or a later version wrote it.', error);
  }
}

function transformed(transform: PayloadTransform, json: string): string {
  let text: unknown;
  try {
    text = transform.write(json);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no error';
    throw new NotStorableError('$', `what \`transform.write\` throws at (${why})`, 'See to the transform.');
  }
  if (typeof text === 'string' && isStorable(text)) return text;
  const problem = typeof text === 'string' ? 'text with NUL or lone surrogates' : 'something other than text';
  throw new NotStorableError('$', `turned into ${problem} by \`transform.write\``, 'Let it answer text such as base64.');
}

function untransformed(transform: PayloadTransform, text: string): string {
  let json: unknown;
  try {
    json = transform.read(text);
  } catch (error) {
    throw new UnreadableError('What is stored cannot be read by `transform.read`, which threw.', error);
  }
  if (typeof json !== 'string') throw new UnreadableError('What is stored was turned into something other than text by `transform.read`.');
  return json;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}
