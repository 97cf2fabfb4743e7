import type { ExecutionRef, ObservedEvent, Observer } from './ports.js';
import { warnOfObserver } from './warnings.js';

/**
 * Tells every observer, in their order. The event is frozen: it also says what is done next, and no observer changes that. An observer
 * that throws or rejects is reported to the others, once all have heard of the event, and changes nothing (R18).
 */
export function tellObservers(observers: readonly Observer[], event: ObservedEvent, execution: ExecutionRef): void {
  tell(observers, Object.freeze(event), execution);
}

/**
 * The same for an event that was made for observers alone. It is frozen where there is a second one, who would see what the first made of
 * it: to freeze an object takes as long as to tell it to five.
 */
export function tellOnlyObservers(observers: readonly Observer[], event: ObservedEvent, execution: ExecutionRef): void {
  if (observers.length > 1) Object.freeze(event);
  tell(observers, event, execution);
}

function tell(observers: readonly Observer[], event: ObservedEvent, execution: ExecutionRef): void {
  let failures: { readonly observer: Observer; readonly error: unknown }[] | undefined;
  for (const observer of observers) {
    try {
      const returned = observer(event, execution);
      if (returned instanceof Promise) returned.catch((error: unknown) => report(observers, observer, event, error, execution));
    } catch (error) {
      (failures ??= []).push({ observer, error });
    }
  }
  for (const { observer, error } of failures ?? []) report(observers, observer, event, error, execution);
}

function report(observers: readonly Observer[], failing: Observer, event: ObservedEvent, error: unknown, execution: ExecutionRef): void {
  // An observer that fails at such a report is not reported again: two that fail would report each other for ever.
  if (event.type === 'observer-failed') return;
  const others = observers.filter((observer) => observer !== failing);
  if (others.length === 0) {
    warnOfObserver(execution.saga, event.type, error);
  } else {
    tellObservers(others, { type: 'observer-failed', error }, execution);
  }
}
