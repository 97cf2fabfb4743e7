import type { Publisher } from './ports.js';

/** The part of Node's `EventEmitter` that publishing needs, so that whatever has it will do. */
export interface EventEmitterLike {
  emit(name: string | symbol, event: unknown): unknown;
}

export interface EventEmitterOptions {
  /** The name that an event is emitted under. @defaultValue its `type` where that is a string, else the name of its class */
  readonly nameOf?: (event: unknown) => string | symbol;
}

/**
 * A `publish` that emits a completed saga's events on Node's `EventEmitter`, or anything like it, in their order (R20). Every event is
 * emitted, even when a listener throws; what was thrown is then reported as ever.
 */
export function toEventEmitter(emitter: EventEmitterLike, { nameOf = nameOfEvent }: EventEmitterOptions = {}): Publisher {
  return (events) => {
    const errors: unknown[] = [];
    for (const event of events) {
      try {
        emitter.emit(nameOf(event), event);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} events of a saga could not be emitted`);
  };
}

/** Its `type` where that is a string, else the name of its class. @throws TypeError where it has neither */
export function nameOfEvent(event: unknown): string {
  if (typeof event === 'object' && event !== null) {
    if ('type' in event && typeof event.type === 'string') return event.type;
    const { constructor } = event;
    if (typeof constructor === 'function' && constructor !== Object && constructor.name !== '') return constructor.name;
  }
  throw new TypeError('An event without a type has no name: give it a class or a `type`, or say  toEventEmitter(emitter, { nameOf }).');
}
