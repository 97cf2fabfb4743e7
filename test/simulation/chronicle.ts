import { isDeepStrictEqual } from 'node:util';
import type { ExecutionEvent } from '../../src/kernel/events.js';
import type { Blueprint } from '../../src/graph/blueprint.js';
import type { StepNode } from '../../src/graph/saga-graph.js';
import { Codec } from '../../src/durable/codec/codec.js';
import { lostEffect } from '../../src/durable/codec/lost-effect.js';
import { EventCodec } from '../../src/durable/event-codec.js';
import type { Append, Claimed, Creation, Head, LoggedEvent, StoredEvent, WriteResult } from '../../src/durable/execution-log.js';
import { isResting, isUnderWay, statusOf } from '../../src/durable/status.js';
import { effectsWithin, emittedEvents } from '../../src/kernel/effects.js';
import type { SagaEvent } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { callsUnderWay, interruptions } from '../../src/kernel/interruption.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';

// What the store holds, told by whoever saw each statement being applied, and held against the laws of an execution. It asks the kernel
// whether an event may follow, and beside that looks by itself at what must hold whatever the kernel says.

const codec = new EventCodec(new Codec({}));

export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What is known of a run or a call that was begun. */
export interface Begun {
  readonly epoch: number;
  /** Of a compensation, what it is given; of a fallback, how often it was begun. */
  readonly effect: unknown;
  readonly inDoubt: boolean;
}

/** All that is known of one execution. */
export class Story {
  state: ExecutionState;
  readonly events: LoggedEvent[] = [];
  readonly types = new Set<string>();
  readonly statuses = new Set<string>();
  readonly repairs = new Set<string>();
  epoch = 1;
  seq = 0;
  stage = -1;
  ends = 0;
  outbox: readonly unknown[] | null = null;
  /** Runs and calls that were begun, by what they are: under which epoch, and with which effect. */
  readonly begun = new Map<string, Begun>();
  /** What methods were entered for. */
  readonly entered = new Map<string, number>();
  /** Runs of which the log knows an effect. */
  readonly recorded = new Set<string>();
  readonly #succeeded = new Set<string>();
  /** Something failed, and the execution has not gone forward again since. */
  #failing = false;
  /** Steps whose turn came in this backward recovery. */
  #undone: { readonly index: number; readonly wasFailed: boolean }[] = [];

  constructor(
    readonly id: string,
    public blueprint: Blueprint,
  ) {
    this.state = newState(blueprint);
  }

  /** Another version of the class goes on with it. */
  continueAs(blueprint: Blueprint): void {
    if (blueprint === this.blueprint) return;
    this.blueprint = blueprint;
    this.state = folded(blueprint, this.events);
  }

  add({ type, step, data }: StoredEvent, atMs: number): void {
    this.seq += 1;
    const logged = { seq: this.seq, atMs, type, step, data };
    const event = codec.read(logged, this.state);
    this.#look(event);
    try {
      evolve(this.state, event);
    } catch (error) {
      throw new Violation(`${this.id}: event ${this.seq} cannot follow: ${(error as Error).message}`);
    }
    this.events.push(logged);
    this.types.add(`${event.type} ${'step' in event ? event.step : ''}`);
    this.statuses.add(statusOf(this.state));
  }

  /** What must hold whatever the kernel says. */
  #look(event: SagaEvent): void {
    const { state } = this;
    const demand = (holds: boolean, law: string): void => {
      if (!holds) throw new Violation(`${this.id}: ${law}, at event ${this.seq} ${JSON.stringify(event)}`);
    };
    const isLate = event.type === 'late-effect' || event.type.startsWith('compensation-') || event.type.startsWith('wait-');
    demand(this.ends === 0 || isLate, 'nothing follows the end but late effects');
    switch (event.type) {
      case 'step-begun': {
        demand(!this.#failing, 'no step begins after a failure until the execution goes forward again');
        const step = state.steps[state.layout.indexOf.get(event.step)!]!;
        this.begun.set(stepRun(event), { epoch: this.epoch, effect: undefined, inDoubt: step.inDoubt });
        this.stage = Math.max(this.stage, this.#nodeOf(event.step).stage);
        break;
      }
      case 'step-succeeded':
      case 'step-landed':
        this.recorded.add(this.#currentRun(event.step));
        break;
      case 'step-failed':
        if ('effect' in event) this.recorded.add(this.#currentRun(event.step));
        this.#failing = true;
        break;
      case 'late-effect':
        this.recorded.add(stepRun(event));
        break;
      case 'step-timed-out':
      case 'execution-cancelled':
        this.#failing = true;
        break;
      case 'step-interrupted':
        if ('error' in event) this.#failing = true;
        else demand(this.#nodeOf(event.step).delivery === 'at-least-once', 'what may be entered once only is not run again');
        break;
      case 'unwinding-begun':
        this.#undone = [];
        this.#failing = true;
        break;
      case 'forward-resumed':
        demand(!state.cancelled && !state.aborted && !state.wasStuck, 'nothing goes forward after a cancellation, an abort or a halt');
        this.#failing = false;
        break;
      case 'compensation-begun':
        this.begun.set(undoCall(event), { epoch: this.epoch, effect: event.effect, inDoubt: false });
        demand(!this.#succeeded.has(undoRef(event)), 'a compensation that succeeded is never called again');
        if (!event.late && event.attempt === 1) this.#demandReverse(event.step);
        break;
      case 'compensation-succeeded':
        demand(!this.#succeeded.has(undoRef(event)), 'the success of a compensation is recorded once');
        this.#succeeded.add(undoRef(event));
        break;
      case 'fallback-begun': {
        const { round } = state.steps[state.layout.indexOf.get(event.step)!]!;
        const run = fallbackRun({ ...event, round });
        const before = this.begun.get(run);
        this.begun.set(run, { epoch: this.epoch, effect: (before?.effect as number | undefined ?? 0) + 1, inDoubt: false });
        break;
      }
      case 'execution-repaired':
        this.repairs.add(event.by);
        this.#undone = [];
        break;
      case 'execution-ended':
        this.ends += 1;
        if (event.status === 'completed') this.stage = state.layout.graph.stages.length;
        break;
      default:
    }
  }

  /** Those that failed first, the last declared first; then all others, the last declared first. */
  #demandReverse(step: string): void {
    const { state } = this;
    const index = state.layout.indexOf.get(step)!;
    if (state.steps[index]!.status === 'remaining') return; // called again by a repair
    const wasFailed = state.steps[index]!.status === 'failed';
    const last = this.#undone[this.#undone.length - 1];
    if (last !== undefined && !(last.wasFailed && !wasFailed) && (last.index <= index || wasFailed !== last.wasFailed)) {
      const before = JSON.stringify(this.#undone);
      throw new Violation(`${this.id}: what stands is undone in reverse order, and ${step} is undone after ${before}`);
    }
    this.#undone.push({ index, wasFailed });
  }

  #nodeOf(step: string): StepNode {
    const { graph, indexOf } = this.state.layout;
    return graph.steps[indexOf.get(step)!]!;
  }

  #currentRun(step: string): string {
    const { round, attempt } = this.state.steps[this.state.layout.indexOf.get(step)!]!;
    return stepRun({ step, round, attempt });
  }

  /** Whatever is said to run was begun by whoever owns the execution. */
  demandOwnRuns(): void {
    const { state } = this;
    if (state.phase === 'ended') return;
    state.steps.forEach(({ status, round, attempt }, index) => {
      const step = state.layout.graph.steps[index]!.name;
      if (status === 'running' || status === 'overdue') this.#demandOwn(stepRun({ step, round, attempt }));
    });
    for (const call of callsUnderWay(state)) {
      const step = state.layout.graph.steps[call.step]!.name;
      if (call.status === 'running' && call.of === 'compensation') this.#demandOwn(undoCall({ ...call, step }));
      if (call.status === 'running' && call.of === 'fallback') this.#demandOwn(fallbackRun({ ...call, step }));
    }
  }

  #demandOwn(run: string): void {
    const epoch = this.begun.get(run)?.epoch;
    if (epoch === this.epoch) return;
    throw new Violation(`${this.id}: ${run} was begun in epoch ${epoch} and is still said to run in epoch ${this.epoch}`);
  }

  /** Folding again gives the same, and taking over adds interruptions once. */
  demandIdempotentRecovery(): void {
    const [one, other] = [folded(this.blueprint, this.events), folded(this.blueprint, this.events)];
    const isSame = isDeepStrictEqual(facts(one), facts(other)) && isDeepStrictEqual(facts(one), facts(this.state));
    if (!isSame) throw new Violation(`${this.id}: folding its events twice does not come to the same`);
    if (one.phase === 'new') return;
    const errorOf = (): Error => new Error('in doubt');
    for (const event of interruptions(one, errorOf)) evolve(one, event);
    const again = interruptions(one, errorOf);
    if (again.length > 0) throw new Violation(`${this.id}: what was interrupted is interrupted again: ${JSON.stringify(again)}`);
    if (!isDeepStrictEqual(plan(one), plan(one))) throw new Violation(`${this.id}: the same state is planned in two ways`);
  }
}

function facts({ layout: _layout, settings: _settings, ...state }: ExecutionState): object {
  return state;
}

function newState({ graph }: Blueprint): ExecutionState {
  return initialState(graph, { compensationRetry: null, transaction: 'none', haltsWhenStuck: true });
}

function folded(blueprint: Blueprint, events: readonly LoggedEvent[]): ExecutionState {
  const state = newState(blueprint);
  for (const event of events) evolve(state, codec.read(event, state));
  return state;
}

interface Run {
  readonly step: string;
  readonly round: number;
  readonly attempt: number;
}
export function stepRun({ step, round, attempt }: Run): string {
  return `${step} round ${round} attempt ${attempt}`;
}
export function fallbackRun(run: Run): string {
  return `instead of ${stepRun(run)}`;
}
function undoRef({ step, round, undo }: { readonly step: string; readonly round: number; readonly undo: number }): string {
  return `undo ${step} round ${round} undo ${undo}`;
}
export function undoCall(call: Run & { readonly undo: number }): string {
  return `${undoRef(call)} attempt ${call.attempt}`;
}

/** The stories of all executions in the store. */
export class Chronicle {
  readonly stories = new Map<string, Story>();
  /** How often each kind of thing happened, to see what a simulation reaches. */
  readonly counts = new Map<string, number>();
  onRepair: (id: string, event: Extract<ExecutionEvent, { type: 'execution-repaired' }>) => void = () => {};
  readonly #blueprints = new Map<string, Blueprint>();

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  know(fingerprint: string, blueprint: Blueprint): void {
    this.#blueprints.set(fingerprint, blueprint);
  }

  created(write: Creation, result: WriteResult, head: Head): void {
    const known = this.stories.get(write.id);
    if (result.type !== 'written') {
      if (known === undefined) throw new Violation(`${write.id}: it is said to exist, and was never created`);
      return;
    }
    if (known !== undefined) throw new Violation(`${write.id}: it was created twice`);
    const story = new Story(write.id, this.#blueprints.get(write.fingerprint)!);
    this.stories.set(write.id, story);
    this.#add(story, write.events, result.atMs);
    if (write.owner === null && write.events.length > 0) throw new Violation(`${write.id}: it begins with nobody to go on with it`);
    this.#demandHead(story, head);
  }

  appended(write: Append, result: WriteResult, head: Head | undefined): void {
    const story = this.stories.get(write.id);
    const isCurrent = story?.epoch === write.epoch && story.seq === write.fromSeq;
    if (result.type !== 'written') {
      if (isCurrent) throw new Violation(`${write.id}: what its owner wrote was fenced`);
      this.count('fenced');
      return;
    }
    if (!isCurrent) {
      const known = `epoch ${story?.epoch}, seq ${story?.seq}`;
      throw new Violation(`${write.id}: an append of epoch ${write.epoch} from seq ${write.fromSeq} was applied to ${known}`);
    }
    const endsBefore = story.ends;
    this.#add(story, write.events, result.atMs);
    const { state } = story;
    const demand = (holds: boolean, law: string): void => {
      if (!holds) throw new Violation(`${story.id}: ${law}; ${JSON.stringify({ ...write, events: write.events.length })}`);
    };
    demand(write.hasEnded === story.ends > endsBefore, 'its end is told when it is recorded');
    const emitted = write.hasEnded && state.end === 'completed' ? emittedEvents(state, '') : [];
    const outbox = write.outbox.map((data) => codec.codec.decode(data));
    demand(isDeepStrictEqual(outbox, [...emitted]), 'the outbox gets what a completed execution emitted, and nothing else ever');
    if (write.hasEnded) story.outbox = outbox;
    demand(write.wakeInMs !== null || isResting(head!.status), 'what has not ended and is not stuck wakes again');
    const isGivenBack = write.events.length === 0 || state.poison !== null || state.abandoned;
    demand(write.keepsOwner || isGivenBack || !isUnderWay(state), 'what runs has an owner');
    const isDue = head!.hasInbox || callsUnderWay(state).length > 0 || !isResting(write.status);
    demand(isDue || write.keepsOwner || head!.wakeAtMs === null, 'what rests is not due');
    if (write.keepsOwner) story.demandOwnRuns();
    this.#demandHead(story, head!);
  }

  claimed({ id, epoch, fingerprint, takenFrom }: Claimed): void {
    const story = this.stories.get(id)!;
    if (epoch !== story.epoch + 1) throw new Violation(`${id}: the claim left it in epoch ${epoch} after ${story.epoch}`);
    story.epoch = epoch;
    this.count(takenFrom === null ? 'claimed' : 'taken over');
    const blueprint = this.#blueprints.get(fingerprint)!;
    if (blueprint !== story.blueprint) this.count('upgraded');
    story.continueAs(blueprint);
  }

  /** @throws Violation where this may not be entered now, or not again */
  entered(id: string, run: string): Begun {
    const story = this.stories.get(id);
    const begun = story?.begun.get(run);
    if (story === undefined || begun === undefined) throw new Violation(`${id}: ${run} is entered, and its begin is not in the store`);
    const entries = (story.entered.get(run) ?? 0) + 1;
    story.entered.set(run, entries);
    const mostEntries = run.startsWith('instead of') ? (begun.effect as number) : 1;
    if (entries > mostEntries) throw new Violation(`${id}: ${run} is entered more often than it was begun`);
    return begun;
  }

  /** @throws Violation where the effect that is known is not the one that was given */
  demandEffect(id: string, run: string, known: unknown, given: unknown): void {
    const isFit = known === lostEffect ? given === undefined || isUnstorable(given) : isDeepStrictEqual(known, given);
    if (!isFit) throw new Violation(`${id}: ${run} was given ${JSON.stringify(given)} and not ${JSON.stringify(known)}`);
  }

  #add(story: Story, events: readonly StoredEvent[], atMs: number): void {
    for (const event of events) {
      story.add(event, atMs);
      this.count(event.type);
      if (event.type !== 'execution-repaired') continue;
      const read = codec.read(event, story.state) as Extract<ExecutionEvent, { type: 'execution-repaired' }>;
      this.onRepair(story.id, read);
    }
  }

  #demandHead({ id, state, seq, stage, epoch, ends }: Story, head: Head): void {
    const status = statusOf(state);
    const told = { seq: head.seq, status: head.status, stage: head.stage, epoch: head.epoch, hasEnded: head.endedAtMs !== null };
    const known = { seq, status, stage, epoch, hasEnded: ends > 0 };
    if (!isDeepStrictEqual(told, known)) {
      throw new Violation(`${id}: its head says ${JSON.stringify(told)}, and its events ${JSON.stringify(known)}`);
    }
    if (isResting(status) && head.output === null) throw new Violation(`${id}: it is ${status}, and nobody is told how that came`);
    if (!isResting(status) && head.wakeAtMs === null) throw new Violation(`${id}: it is ${status}, and never wakes`);
    if (status !== 'completed') return;
    const { effects } = codec.codec.decode(head.output!) as { readonly effects: unknown };
    if (!isDeepStrictEqual(effects, effectsWithin(state, ''))) throw new Violation(`${id}: its result is not the effects of its steps`);
  }
}

/** Unlike everything that is stored. */
export function isUnstorable(effect: unknown): boolean {
  return typeof effect === 'object' && effect !== null && 'unstorable' in effect;
}
