import type { SagaEvent } from '../kernel/events.js';
import { effectToUndo } from '../kernel/effects-to-undo.js';
import type { ExecutionState } from '../kernel/state.js';
import type { Codec } from './codec/codec.js';
import type { StoredEvent } from './execution-log.js';
import { withKnownEffect } from './late-effects.js';

/** An event as it is stored, and as whoever reads it there has it: its payloads are copies. */
export interface WrittenEvent {
  readonly event: SagaEvent;
  readonly stored: StoredEvent;
}

/**
 * Turns events into what is stored and back. The execution that writes an event goes on with the copy that any other process will read,
 * so that a first run and a recovered one are the same.
 */
export class EventCodec {
  /** What was thrown in this process, by the copy that the log holds of it. */
  readonly #thrown = new WeakMap<object, unknown>();

  constructor(readonly codec: Codec) {}

  /** @throws NotStorableError, TooLargeError for an effect or an emitted event; what was thrown is stored as far as it can be */
  write(event: SagaEvent): WrittenEvent {
    const { type, step, ...data } = withoutDerived(event);
    if (saysOnlyJson.has(event.type)) return { event, stored: { type, step: step ?? null, data: this.codec.encodeJson(data) } };
    const { text, copy } = this.#encoded(data);
    const stored = { type, step: step ?? null, data: text };
    return copy === null ? { event, stored } : { event: this.#withCopy(event, copy), stored };
  }

  /** `copy`: of the payload, where there is one. */
  #encoded(data: Record<string, unknown>): { readonly text: string; readonly copy: object | null } {
    const maxBytes = this.codec.maxPayloadBytes + besidesPayload;
    const hasError = 'error' in data;
    if (hasError) data['error'] = this.#storableError(data['error']);
    if (hasOtherPayload(data)) return this.codec.copied(data, maxBytes) as { readonly text: string; readonly copy: object };
    // The error is a copy by now.
    return hasError ? { text: this.codec.encode(data, maxBytes), copy: data } : { text: this.codec.encode(data, Infinity), copy: null };
  }

  /** @throws UnreadableError */
  read({ type, step, data }: StoredEvent, state: ExecutionState): SagaEvent {
    const event = { type, ...(step !== null && { step }), ...(this.codec.decode(data) as object) } as SagaEvent;
    if (event.type !== 'compensation-begun') return withKnownEffect(state, this.codec, event);
    return { ...event, effect: effectToUndo(state, event) };
  }

  /** The very value that was thrown, where that was in this process. */
  thrown(error: unknown): unknown {
    return typeof error === 'object' && error !== null && this.#thrown.has(error) ? this.#thrown.get(error) : error;
  }

  #storableError(error: unknown): unknown {
    return this.codec.decode(this.codec.encodeLeniently(error));
  }

  #withCopy(event: SagaEvent, data: object): SagaEvent {
    const copy = { ...event, ...data };
    if ('error' in event && 'error' in copy && typeof copy.error === 'object' && copy.error !== null) {
      this.#thrown.set(copy.error, this.thrown(event.error));
    }
    return copy;
  }
}

type Data = Record<string, unknown> & { readonly type: string; readonly step?: string };

/** The effect that a compensation is called with is stored with the event that it came from, and not once more. */
function withoutDerived(event: SagaEvent): Data {
  if (event.type !== 'compensation-begun') return event as Data;
  const { effect: _derived, ...rest } = event;
  return rest;
}

/** Most events: they name a step, and count. */
const saysOnlyJson: ReadonlySet<SagaEvent['type']> = new Set(['execution-begun', 'step-begun', 'step-passed-over', 'compensation-begun']);

/** Bytes that an event has for what it says besides its payload. */
const besidesPayload = 1_024;

function hasOtherPayload(data: object): boolean {
  return 'effect' in data || 'events' in data || 'answer' in data || 'repair' in data;
}
