import type { Alarm, Alarms } from './alarms.js';
import { invoke } from './invoke.js';

export interface TimeLimit {
  /** `null`: none. */
  readonly timeoutMs: number | null;
  readonly graceMs: number;
}

export interface CallReport {
  /** It settled, in time or not; told once. */
  returned(value: unknown): void;
  threw(error: unknown): void;
  /** The time-out passed and it had not settled. */
  timedOut(): void;
  /** So did the grace. */
  graceEnded(): void;
}

/** Calls a method and reports how it settles, and what of its time limit passed before that (R5, R15). */
export function timedCall(alarms: Alarms, { timeoutMs, graceMs }: TimeLimit, call: () => unknown, report: CallReport): void {
  if (timeoutMs === null) {
    invoke(call, (value) => report.returned(value), (error) => report.threw(error));
    return;
  }
  let alarm: Alarm = alarms.set(timeoutMs, () => {
    alarm = alarms.set(graceMs, () => report.graceEnded());
    report.timedOut();
  });
  invoke(
    call,
    // Reported before the alarm is taken back: what begins next mostly sets one of its own, and then the timer is kept.
    (value) => {
      report.returned(value);
      alarms.takeBack(alarm);
    },
    (error) => {
      report.threw(error);
      alarms.takeBack(alarm);
    },
  );
}
