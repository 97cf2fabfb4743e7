import { UnreadableError } from '../errors/log-errors.js';
import { codeOf } from '../errors/saga-error.js';
import type { Blueprint } from '../graph/blueprint.js';
import type { SagaEvent, WaitBegun } from '../kernel/events.js';
import { evolve } from '../kernel/evolve.js';
import type { ExecutionState } from '../kernel/state.js';
import { initialState } from '../kernel/state.js';
import { waitsUnderWay } from '../kernel/waits.js';
import type { Environment } from '../runtime/options.js';
import type { EventCodec } from './event-codec.js';
import type { EpochMs, ExecutionLog, LoggedEvent } from './execution-log.js';

/** What an execution's events add up to. */
export interface Folded {
  readonly state: ExecutionState;
  /** Those under way, each with what is left of it. */
  readonly waits: readonly WaitBegun[];
}

/** Whether what lies in the log is at fault, and not the store or this process. */
export function isUnreadable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SAGA_LOG_UNREADABLE' || code === 'SAGA_KERNEL_ILLEGAL_EVENT';
}

const pageLength = 1_000;

/**
 * The events of an execution up to this one, page by page. Where there are more, another worker goes on with it by now, and whoever writes
 * behind these is fenced.
 *
 * @throws UnreadableError where one is missing
 */
export async function loadEvents(log: Pick<ExecutionLog, 'events'>, id: string, seq: number): Promise<readonly LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  while (events.length < seq) {
    const page = await log.events(id, events.length, Math.min(pageLength, seq - events.length));
    if (page.length === 0) break;
    for (const event of page) {
      if (event.seq !== events.length + 1) throw new UnreadableError(`Event ${events.length + 1} of the execution '${id}' is missing.`);
      events.push(event);
    }
  }
  if (events.length === seq) return events;
  throw new UnreadableError(`The execution '${id}' has ${events.length} events in the log, and its head says ${seq}.`);
}

export function newState({ graph }: Blueprint, { compensationRetry }: Environment): ExecutionState {
  return initialState(graph, { compensationRetry, transaction: 'none', haltsWhenStuck: true });
}

/** @throws UnreadableError where the events are none of an execution of this saga */
export function fold(
  blueprint: Blueprint,
  environment: Environment,
  codec: EventCodec,
  events: readonly LoggedEvent[],
  nowMs: EpochMs,
): Folded {
  const state = newState(blueprint, environment);
  const begun = new Map<string, { readonly wait: WaitBegun; readonly atMs: EpochMs }>();
  for (const logged of events) {
    const event = evolveBy(state, codec, logged);
    if (event.type === 'wait-begun') begun.set(JSON.stringify(event.for), { wait: event, atMs: logged.atMs });
  }
  const waits = waitsUnderWay(state).map((what) => {
    const { wait, atMs } = begun.get(JSON.stringify(what))!;
    return { ...wait, delayMs: Math.max(0, atMs + wait.delayMs - nowMs) };
  });
  return { state, waits };
}

/** Whatever goes wrong with what it says, it is the log that cannot be read. */
function evolveBy(state: ExecutionState, codec: EventCodec, logged: LoggedEvent): SagaEvent {
  try {
    const event = codec.read(logged, state);
    evolve(state, event);
    return event;
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    throw new UnreadableError(`Event ${logged.seq} of the execution, '${logged.type}', cannot follow those before it.`, error);
  }
}
