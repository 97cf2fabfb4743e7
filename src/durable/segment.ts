import type { SagaEvent } from '../kernel/events.js';
import type { WrittenEvent } from './event-codec.js';

/** What an execution is to write next, with one statement, and what it does once that is durable. */
export class Segment {
  readonly written: WrittenEvent[] = [];
  readonly acts: (() => void)[] = [];
  inboxThrough: number | null = null;
  /** Told whether it is durable. */
  settle: (isDurable: boolean) => void = () => {};
  /** Told where nobody knows. */
  fail: (error: unknown) => void = () => {};

  find<Type extends SagaEvent['type']>(type: Type): Extract<SagaEvent, { readonly type: Type }> | undefined {
    return this.written.find(({ event }) => event.type === type)?.event as Extract<SagaEvent, { readonly type: Type }> | undefined;
  }
}
