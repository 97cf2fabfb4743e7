import type { Append, ExecutionLog, Write } from '../../../src/durable/execution-log.js';
import type { CrashPoints } from './crash-points.js';
import { tell } from './crash-points.js';

/**
 * The log with a moment to die in around each of its writes: `unsent`, before the store hears of it, and `committed`, when it is durable
 * and the engine has not heard. Around a transaction of a step: before the log writes in it, when it has, before the commit, and after it.
 */
export function crashingLog(log: ExecutionLog, points: CrashPoints, tellsWrites: boolean): ExecutionLog {
  const write: ExecutionLog['write'] = async (batch) => {
    points.reached(...batch.flatMap((one) => namesOf(one, 'unsent')));
    const results = await log.write(batch);
    for (const [n, one] of batch.entries()) {
      if (tellsWrites && one.type === 'append') tell({ type: 'wrote', epoch: one.epoch, result: results[n]!.type });
    }
    points.reached(...batch.flatMap((one) => namesOf(one, 'committed')));
    return results;
  };
  const transact: ExecutionLog['transact'] = async (work) => {
    let append: Append | undefined;
    const name = (when: string): string[] => (append === undefined ? [`rollback ${when}`] : namesOf(append, when));
    try {
      await log.transact!(async (handle, writeInTransaction) => {
        await work(handle, async (one) => {
          append = one;
          points.reached(...name('unsent in the transaction'));
          const result = await writeInTransaction(one);
          points.reached(...name('sent in the transaction'));
          return result;
        });
        // The commit is on its way when the process dies: nobody knows whether it came before the end of the connection.
        if (name('being committed').some((one) => points.isNext(one))) setImmediate(() => points.reached(...name('being committed')));
        else points.reached(...name('being committed'));
      });
    } finally {
      points.reached(...name('after the transaction'));
    }
  };
  return new Proxy(log, {
    get: (target, property) => {
      if (property === 'write') return write;
      if (property === 'transact') return target.transact && transact;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function namesOf({ type, events }: Write, when: string): string[] {
  if (type === 'append' && events.length === 0) return [`log the head ${when}`];
  return events.map((event) => ['log', event.type, ...(event.step === null ? [] : [event.step]), when].join(' '));
}
