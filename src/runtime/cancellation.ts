import type { Alarms } from './alarms.js';
import type { Clock } from './ports.js';
import type { RunSettings } from './run-settings.js';

/** Why an execution is to be cancelled (R19). */
export interface CancelRequest {
  /** What the caller's signal was aborted with. */
  readonly reason: unknown;
  /** The deadline that passed, in milliseconds; `undefined`: it was the caller's signal. */
  readonly deadlineMs: number | undefined;
}

/** What asks for cancellation by now; `undefined`: nothing does. */
export function cancelRequestOf({ signal, deadlineMs, deadlineAtMs }: RunSettings, clock: Clock): CancelRequest | undefined {
  if (signal?.aborted === true) return { reason: signal.reason, deadlineMs: undefined };
  return deadlineAtMs !== null && deadlineAtMs <= clock.monotonicMs() ? { reason: undefined, deadlineMs } : undefined;
}

/**
 * Calls `cancel` when the caller's signal aborts or the deadline passes, from now on: what has happened by now is for `cancelRequestOf`.
 * Answers how to stop watching.
 */
export function watchForCancellation(
  { signal, deadlineMs, deadlineAtMs }: RunSettings,
  clock: Clock,
  alarms: Alarms,
  cancel: (request: CancelRequest) => void,
): () => void {
  const stopListening = signal === null ? undefined : listen(signal, () => cancel({ reason: signal.reason, deadlineMs: undefined }));
  const alarm =
    deadlineAtMs === null
      ? undefined
      : alarms.set(Math.max(0, deadlineAtMs - clock.monotonicMs()), () => cancel({ reason: undefined, deadlineMs }));
  return () => {
    stopListening?.();
    if (alarm !== undefined) alarms.takeBack(alarm);
  };
}

interface Audience {
  readonly callbacks: Set<() => void>;
  readonly onAbort: () => void;
}

/** One listener for all executions under a signal: Node warns of a leak from the eleventh on, and a process has one for its shutdown. */
const audiences = new WeakMap<AbortSignal, Audience>();

function listen(signal: AbortSignal, callback: () => void): () => void {
  const audience = audiences.get(signal) ?? gather(signal);
  audience.callbacks.add(callback);
  return () => {
    if (!audience.callbacks.delete(callback) || audience.callbacks.size > 0) return;
    audiences.delete(signal);
    signal.removeEventListener('abort', audience.onAbort);
  };
}

function gather(signal: AbortSignal): Audience {
  const callbacks = new Set<() => void>();
  const audience = { callbacks, onAbort: () => [...callbacks].forEach((callback) => callback()) };
  audiences.set(signal, audience);
  signal.addEventListener('abort', audience.onAbort, { once: true });
  return audience;
}
