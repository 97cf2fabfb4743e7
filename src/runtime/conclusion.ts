import type { Settled } from '../saga/settled.js';
import { callFinallyHandlers, finallyHandlersOf } from './finally.js';
import type { EndedRun } from './ended-run.js';
import { publishEvents } from './publishing.js';

/** What follows the end of an execution before its caller is told: its events are published, the `finally` handlers called (R17). */
export async function conclude(run: EndedRun, settled: Settled<object>): Promise<void> {
  if (settled.status === 'completed' && settled.events.length > 0) await publishEvents(settled.events, run);
  const handlers = finallyHandlersOf(run.blueprint, run.scope, run.environment);
  if (handlers.length > 0) await callFinallyHandlers(handlers, Object.freeze(settled), run);
}
