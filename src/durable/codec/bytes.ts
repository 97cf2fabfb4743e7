// Bytes are held as base64, in the order in which they lie in memory. Of a view only what it shows: the buffer behind a small Node Buffer
// is a pool, with other people's data in it. So two views of one buffer are two buffers when they are read.
import type { BytesName } from './format.js';
import { bytesClasses } from './format.js';

export function base64Of(value: ArrayBuffer | NodeJS.ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value);
  return bytes.toString('base64');
}

/** `undefined` where the text is no base64, or not of so many bytes as the class could hold. */
export function bytesFrom(name: BytesName, base64: string): object | undefined {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) return undefined;
  if (name === 'Buffer') return bytes;
  const { buffer } = new Uint8Array(bytes); // a copy: `bytes` may lie in the pool
  if (name === 'ArrayBuffer') return buffer;
  const View: ViewClass = bytesClasses[name];
  return buffer.byteLength % (View.BYTES_PER_ELEMENT ?? 1) === 0 ? new View(buffer) : undefined;
}

interface ViewClass {
  new (buffer: ArrayBuffer): object;
  readonly BYTES_PER_ELEMENT?: number;
}
