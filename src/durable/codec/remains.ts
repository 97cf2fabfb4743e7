// What is left of an error where no more fits: what it is called and what it says.
import type { Tagged } from './format.js';

/** A character takes at most six bytes in JSON, and half of the room is left to the transform. */
const bytesPerCharacter = 12;

/** Of whatever was thrown; never throws. */
export function remainsOf(thrown: unknown, maxBytes: number): Tagged {
  const most = Math.floor(maxBytes / bytesPerCharacter / 2);
  const name = textIn(thrown, 'name') ?? 'Error';
  const message = textIn(thrown, 'message') ?? (typeof thrown === 'string' ? thrown : `[not stored: ${typeof thrown}]`);
  const code = textIn(thrown, 'code');
  return {
    $: 'Error',
    class: 'Error',
    message: message.slice(0, most),
    name: name.slice(0, most / 4),
    ...(code !== undefined && { own: [['code', code.slice(0, most / 4)]] }),
  };
}

function textIn(thrown: unknown, name: string): string | undefined {
  try {
    const text = typeof thrown === 'object' && thrown !== null ? (thrown as Readonly<Record<string, unknown>>)[name] : undefined;
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
