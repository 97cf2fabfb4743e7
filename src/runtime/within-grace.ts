import type { Alarms } from './alarms.js';
import { invoke } from './invoke.js';

/** Awaits a call for at most its grace. Rejects with what it threw, or, where it does not settle, with an Error that names it. */
export function withinGrace(name: string, graceMs: number, call: () => unknown, alarms: Alarms): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLate = (): void => reject(new Error(`${name} did not settle within ${graceMs} ms; the execution ends without it`));
    const alarm = alarms.set(graceMs, tooLate);
    invoke(
      call,
      () => {
        alarms.takeBack(alarm);
        resolve();
      },
      (error) => {
        alarms.takeBack(alarm);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the very value that was thrown is reported
        reject(error);
      },
    );
  });
}
