import type { ExecutionLog } from './execution-log.js';

// One log may be given to several runners of a process: it is opened by the first and closed by the last of them.

const users = new WeakMap<ExecutionLog, number>();

/** Whoever calls it calls `letGo` once, also where it rejects. */
export function takeHold(log: ExecutionLog): Promise<void> {
  users.set(log, (users.get(log) ?? 0) + 1);
  return log.open();
}

export async function letGo(log: ExecutionLog): Promise<void> {
  const left = (users.get(log) ?? 1) - 1;
  users.set(log, left);
  if (left === 0) await log.close();
}
