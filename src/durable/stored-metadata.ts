import { UnreadableError } from '../errors/log-errors.js';
import { noMetadata } from '../runtime/execution-metadata.js';
import { isRecord } from '../runtime/option-rules.js';
import type { ExecutionRef } from '../runtime/ports.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { Codec } from './codec/codec.js';
import type { Head } from './execution-log.js';

// What goes along with an execution, as its head holds it: for whoever goes on with it, wherever that is.

/** Put into `{ metadata }`, so that an error says of what it is. @throws NotStorableError, TooLargeError */
export function encodeMetadata(codec: Codec, metadata: ExecutionMetadata): string | null {
  return metadata === noMetadata ? null : codec.encode({ metadata });
}

/** A copy, frozen as it was. @throws UnreadableError */
export function decodeMetadata(codec: Codec, text: string | null): ExecutionMetadata {
  if (text === null) return noMetadata;
  const stored = codec.decode(text);
  const metadata = isRecord(stored) ? stored['metadata'] : undefined;
  if (!isRecord(metadata)) throw new UnreadableError('What is stored as the metadata of the execution is none.');
  return Object.freeze(metadata);
}

/** Of an execution that there is something to tell of, whatever can be read of it: without its metadata, where that cannot. */
export function refOf(codec: Codec, { id, saga, metadata }: Pick<Head, 'id' | 'saga' | 'metadata'>): ExecutionRef {
  try {
    return { id, saga, metadata: decodeMetadata(codec, metadata) };
  } catch {
    return { id, saga, metadata: noMetadata };
  }
}
