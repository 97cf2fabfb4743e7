import { expect } from 'vitest';
import { IllegalEventError } from '../../src/errors/illegal-event.js';
import type { RetryPolicy, SagaGraph } from '../../src/graph/saga-graph.js';
import type { Repair, SagaEvent } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { interruptions } from '../../src/kernel/interruption.js';
import { repairOf } from '../../src/kernel/judge.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState, Settings, StepState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import { interruptionOf } from './facts.js';
import { narrate } from './narrate.js';

/** An execution to which these things have happened. After each of them, as a driver does, all that is ordered is taken up. */
export function given(graph: SagaGraph, ...reports: readonly SagaEvent[]): Story {
  return new Story(graph, null).when(...reports);
}

export function givenCompensationRetry(compensationRetry: RetryPolicy, graph: SagaGraph): Story {
  return new Story(graph, compensationRetry).when();
}

type InTransaction = Exclude<Settings['transaction'], 'none'>;

/** The same of an execution whose forward steps run in a database transaction (R21). */
export function givenIn(transaction: InTransaction, graph: SagaGraph, ...reports: readonly SagaEvent[]): Story {
  return new Story(graph, null, transaction).when(...reports);
}

/** The same of an execution on a log, whose worker may go, and which halts where it is stuck (R26, R27). */
export function givenOnLog(graph: SagaGraph, ...reports: readonly SagaEvent[]): Story {
  return new Story(graph, null, 'none', true).when(...reports);
}

export class Story {
  readonly state: ExecutionState;
  /** All that happened so far, orders taken up included. */
  readonly events: SagaEvent[] = [];
  #ordered: SagaEvent[] = [];

  constructor(
    graph: SagaGraph,
    compensationRetry: RetryPolicy | null,
    transaction: Settings['transaction'] = 'none',
    haltsWhenStuck = false,
  ) {
    this.state = initialState(graph, { compensationRetry, transaction, haltsWhenStuck });
  }

  when(...reports: readonly SagaEvent[]): this {
    this.#ordered = [];
    this.#takeUpOrders();
    for (const report of reports) {
      this.record(report);
      this.#takeUpOrders();
    }
    return this;
  }

  /** Its worker goes, and another records what was under way, then takes up what is ordered. */
  whenTakenOver(): this {
    return this.when(...interruptions(this.state, interruptionOf));
  }

  /** What judge makes of a repair by ann. */
  whenRepaired(repair: Repair): this {
    const judged = repairOf(this.state, repair, 'ann');
    if ('problem' in judged) throw new Error(judged.problem);
    return this.when(judged.event);
  }

  /** Records these and takes up no order, not even between them. */
  record(...events: readonly SagaEvent[]): this {
    for (const event of events) {
      evolve(this.state, event);
      this.events.push(event);
    }
    return this;
  }

  /** All that was ordered since the last given or when, as lines. */
  thenOrders(...lines: readonly string[]): this {
    expect(this.#ordered.map(narrate)).toEqual(lines);
    return this;
  }

  thenState(expected: Partial<ExecutionState>): this {
    expect(this.state).toMatchObject(expected);
    return this;
  }

  thenStep(name: string, expected: Partial<StepState>): this {
    expect(this.step(name)).toMatchObject(expected);
    return this;
  }

  /** It is illegal now, and changes nothing. */
  thenRefuses(...events: readonly SagaEvent[]): this {
    for (const event of events) {
      const before = structuredClone(this.state);
      expect(() => evolve(this.state, event), narrate(event)).toThrow(IllegalEventError);
      expect(this.state, narrate(event)).toEqual(before);
    }
    return this;
  }

  step(name: string): StepState {
    return this.state.steps[this.state.layout.indexOf.get(name)!]!;
  }

  get narrative(): string[] {
    return this.events.map(narrate);
  }

  #takeUpOrders(): void {
    for (let command = plan(this.state); command !== undefined; command = plan(this.state)) {
      this.record(command.event);
      this.#ordered.push(command.event);
    }
  }
}
