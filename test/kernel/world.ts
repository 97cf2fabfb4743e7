import type { SagaGraph, StepNode } from '../../src/graph/saga-graph.js';
import type { Answer, CompensationBegun, CompensationErrorAnswer, Repair, SagaEvent, WaitFor } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { interruptions } from '../../src/kernel/interruption.js';
import type { Rejection, StepRun } from '../../src/kernel/judge.js';
import {
  cancelled, compensationThrew, fallbackThrew, poisoned, repairOf, retryAnswer, stepGraceEnded, stepReturned, stepSkipped, stepThrew,
  stepTimedOut, stepUnrecordable,
} from '../../src/kernel/judge.js';
import { remainingSteps } from '../../src/kernel/outcome.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState, Settings } from '../../src/kernel/state.js';
import { initialState, isHalted } from '../../src/kernel/state.js';
import { waitsUnderWay } from '../../src/kernel/waits.js';
import type { SaidMember } from './graphs.js';
import { async, plain, retryPolicy, sagaOf, subSaga } from './graphs.js';

// A driver with a made-up world around it: what is under way settles in any order and in any way, and somebody may cancel it all, as a
// tape of numbers says. When the tape has run out, everything succeeds, so that every execution comes to its end.

/** A number from 0 to below `bound`. */
export type Tape = (bound: number) => number;

export function tapeOf(numbers: readonly number[]): Tape {
  let at = 0;
  return (bound) => (numbers[at++] ?? 0) % bound;
}

/** What a run or a fallback returns: no two alike, so that each can be followed, but where a provider answers a key as it did before. */
export class Effect {
  constructor(
    readonly step: string,
    readonly serial: number,
  ) {}
  toString(): string {
    return `${this.step}#${this.serial}`;
  }
}

export interface Report {
  readonly graph: SagaGraph;
  readonly events: readonly SagaEvent[];
  readonly state: ExecutionState;
  /** What runs of steps with a compensation returned, early or late; and each one that nothing became of. */
  readonly returned: readonly Effect[];
  readonly ignored: readonly Effect[];
}

export interface Circumstances {
  /** Whether the driver may record what happened before it takes up what is ordered, as one that reads an inbox does. */
  readonly interleaves: boolean;
  /** Whether all runs under one key return the very same effect. */
  readonly idempotent: boolean;
  /** Where it is always the same; else any (R21). */
  readonly transaction?: Settings['transaction'];
  /** Whether it is on a log: then workers die and are fenced, nobody can run it for a while, and persons repair it (R26, R27). */
  readonly onLog?: boolean;
}

type Pending =
  | { readonly of: 'run'; readonly run: StepRun; readonly node: StepNode; late: 'no' | 'overdue' | 'given-up' }
  | { readonly of: 'compensation'; readonly event: CompensationBegun }
  | { readonly of: 'fallback'; readonly step: string; readonly attempt: number }
  | { readonly of: 'handler'; readonly step: string; readonly round: number; readonly undo: number }
  | { readonly of: 'wait'; readonly for: WaitFor }
  | { readonly of: 'savepoint' | 'commit' | 'rollback' };

export function anyExecution(next: Tape, { interleaves, idempotent, onLog = false, ...always }: Circumstances): Report {
  const graph = anyGraph(next, onLog);
  const policy = next(3) === 1 ? retryPolicy({ attempts: 2, ...(next(2) === 1 && { baseMs: 10 }) }) : null;
  const kinds = onLog ? (['none'] as const) : (['none', 'none', 'none', 'plain', 'savepoints', 'savepoints'] as const);
  const transaction = always.transaction ?? kinds[next(kinds.length)]!;
  const state = initialState(graph, { compensationRetry: policy, transaction, haltsWhenStuck: onLog });
  const events: SagaEvent[] = [];
  const returned: Effect[] = [];
  const ignored: Effect[] = [];
  let pending: Pending[] = [];

  const record = (event: SagaEvent | null): void => {
    if (event === null) return;
    evolve(state, event);
    events.push(event);
  };
  const over = (one: Pending): void => void (pending = pending.filter((other) => other !== one));
  const newEffect = (step: string): Effect => new Effect(step, returned.length + events.length);
  const byKey = new Map<string, Effect>();
  const effectOfRun = ({ step, round }: StepRun): Effect => {
    const key = `${step}:${round}`;
    const effect = (idempotent ? byKey.get(key) : undefined) ?? newEffect(step);
    byKey.set(key, effect);
    return effect;
  };

  const takeUp = (): boolean => {
    const command = plan(state);
    if (command === undefined) return false;
    const { event } = command;
    record(event);
    switch (command.type) {
      case 'execute-step': {
        const { step, round, attempt } = command.event;
        const node = graph.steps[state.layout.indexOf.get(step)!]!;
        pending.push({ of: 'run', run: { step, round, attempt }, node, late: 'no' });
        break;
      }
      case 'compensate':
        pending.push({ of: 'compensation', event: command.event });
        break;
      case 'ask-fallback':
        pending.push({ of: 'fallback', step: command.event.step, attempt: command.event.attempt });
        break;
      case 'ask-error-handler':
        pending.push({ ...command.event, of: 'handler' });
        break;
      case 'wait':
        pending.push({ of: 'wait', for: command.event.for });
        break;
      case 'savepoint':
      case 'commit':
        pending.push({ of: command.type });
        break;
      case 'roll-back':
        pending.push({ of: 'rollback' });
        break;
      case 'record': {
        // A step that waits for its next attempt was failed: its wait is taken back.
        const taken = event.type === 'step-failed' ? event.step : undefined;
        pending = pending.filter((one) => !(one.of === 'wait' && one.for.of === 'step' && one.for.step === taken));
      }
    }
    return true;
  };

  const rejection = (): Rejection => ({
    error: `error ${events.length}`,
    aborts: next(20) === 19,
    retryable: next(4) !== 3,
    sample: next(100) / 100,
  });

  /** It has a time limit, or a grace: that of its time-out, or of a cancellation. */
  const isGivenTime = ({ late, node }: Extract<Pending, { of: 'run' }>): boolean =>
    late !== 'given-up' && (late === 'overdue' || state.cancelled || node.timeoutMs !== null);

  const cancel = (): void => {
    const event = cancelled(state, `cancelled after ${events.length} events`);
    record(event);
    if (event !== null) pending = pending.filter((one) => !(one.of === 'wait' && one.for.of === 'pass'));
  };

  /** The worker dies, or only loses its lease: then its runs still settle, and each effect is reported. Their begins stay recorded. */
  const loseWorker = (): void => {
    pending = pending.filter((one) => one.of === 'run' && (one.late === 'given-up' || one.node.compensation !== null));
    for (const one of pending) if (one.of === 'run') one.late = 'given-up';
  };
  const tellOfInterruptions = (): void => {
    for (const event of interruptions(state, (step) => `${step} was interrupted`)) record(event);
  };
  const setAlarms = (): void => {
    for (const wait of waitsUnderWay(state)) pending.push({ of: 'wait', for: wait });
  };
  const takeOver = (): void => {
    loseWorker();
    tellOfInterruptions();
    setAlarms();
  };
  const haltForGood = (): void => {
    const event = poisoned(state, 'nobody can run it');
    if (event === null) return;
    loseWorker();
    record(event);
  };
  /** By whoever claims it for that. */
  const repair = (): void => {
    loseWorker();
    tellOfInterruptions();
    const remaining = remainingSteps(state).map(({ step }) => step);
    const reason = 'seen to';
    const step = remaining[next(remaining.length)] ?? 'none';
    const repairs: readonly Repair[] = [
      { kind: 'retry' }, { kind: 'retry' }, { kind: 'retry' }, { kind: 'skip', step, reason },
      { kind: 'resolve', step, effect: newEffect(step) }, { kind: 'abandon', reason },
    ];
    const judged = repairOf(state, repairs[next(repairs.length)]!, 'ann');
    if ('event' in judged) record(judged.event);
    setAlarms();
  };

  const settleRun = (one: Extract<Pending, { of: 'run' }>): void => {
    const { run, node } = one;
    const kind = next(8);
    if (kind >= 5 && isGivenTime(one)) {
      if (one.late === 'overdue' || state.cancelled) {
        record(stepGraceEnded(state, run));
        one.late = 'given-up';
      } else {
        record(stepTimedOut(state, run, 'too late'));
        one.late = 'overdue';
      }
      return;
    }
    over(one);
    const emitted = next(3) === 2 ? Array.from({ length: 1 + next(2) }, () => newEffect(run.step)) : undefined;
    if (kind === 3 || (kind >= 5 && node.opens !== null)) record(stepSkipped(state, run, emitted));
    else if (kind === 1 || kind === 2) record(stepThrew(state, run, rejection()));
    else {
      const effect = effectOfRun(run);
      const isStrange = onLog && next(8) === 7;
      const event = isStrange ? stepUnrecordable(state, run, 'a strange effect', effect) : stepReturned(state, run, effect, emitted);
      if (node.compensation !== null) (event === null ? ignored : returned).push(effect);
      record(event);
    }
  };

  const answerOf = (event: CompensationBegun): Answer => {
    switch (next(8)) {
      case 1:
      case 2:
      case 3:
        return retryAnswer(state, 2 + next(6), { baseMs: next(2) === 0 ? null : 50, maxMs: 5_000, jitter: false }, 0);
      case 4:
        return { type: 'continue', effect: newEffect(event.step) };
      case 5:
        return { type: next(3) === 2 ? 'abort' : 'compensated' };
      default:
        return { type: 'compensated' };
    }
  };

  const settle = (one: Pending): void => {
    if (one.of === 'run') return settleRun(one);
    over(one);
    switch (one.of) {
      case 'compensation': {
        const { step, round, undo, attempt } = one.event;
        const answer = answerOf(one.event);
        if (next(onLog ? 4 : 12) === (onLog ? 3 : 11)) record(compensationThrew(state, one.event, attempt, rejection()));
        else record({ type: 'compensation-succeeded', step, round, undo, answer });
        break;
      }
      case 'fallback':
        if (next(3) === 2) record(fallbackThrew(state, one.step, one.attempt, rejection()));
        else record({ type: 'fallback-succeeded', step: one.step, effect: newEffect(one.step) });
        break;
      case 'handler': {
        const answer: CompensationErrorAnswer = (['stop', 'continue', 'resolved'] as const)[next(3)]!;
        const { step, round, undo } = one;
        record({ type: 'compensation-error-answered', step, round, undo, answer });
        break;
      }
      case 'wait':
        record({ type: 'wait-ended', for: one.for });
        break;
      case 'savepoint':
        record(next(25) === 24 ? { type: 'savepoint-failed', error: 'no savepoint' } : { type: 'savepoint-succeeded' });
        break;
      case 'commit':
        record(next(4) === 3 ? { type: 'commit-failed', error: 'no commit' } : { type: 'commit-succeeded' });
        break;
      case 'rollback':
        record({ type: 'rollback-ended' });
    }
  };

  for (;;) {
    if (onLog && next(12) === 11) takeOver();
    if (onLog && next(80) === 79) haltForGood();
    if (isHalted(state) && next(3) === 2) repair();
    if (interleaves && next(50) === 49) cancel();
    const reportFirst = interleaves && pending.length > 0 && next(4) === 3;
    if (!reportFirst && takeUp()) continue;
    if (pending.length === 0) {
      if (takeUp()) continue;
      if (isHalted(state) && state.end === null) {
        repair();
        continue;
      }
      return { graph, events, state, returned, ignored };
    }
    if (next(30) >= (state.phase === 'pass-waiting' ? 20 : 29)) cancel();
    else settle(pending[next(pending.length)]!);
  }
}

function anyGraph(next: Tape, onLog: boolean): SagaGraph {
  return sagaOf(...anyMembers(next, 1 + next(5), 2, onLog));
}

/** Steps, among them some that open a sub-saga: so many levels deep at most. */
function anyMembers(next: Tape, count: number, levels: number, onLog: boolean): SaidMember[] {
  return Array.from({ length: count }, (_, index): SaidMember => {
    const name = `s${index}`;
    const kind = next(6);
    const needs = index > 0 && next(3) === 2 ? [`s${next(index)}`] : [];
    if (levels > 0 && kind === 5) {
      const steps = anyMembers(next, 1 + next(3), levels - 1, onLog);
      return subSaga(name, { needs, ...(next(3) === 2 && { effect: `s${next(steps.length)}` }) }, ...steps);
    }
    const undo = next(5);
    return (kind < 2 ? plain : async)(name, {
      needs,
      ...(next(3) > 0 && { timeoutMs: 1_000 }),
      ...(next(4) === 3 && { retry: { attempts: 2, ...(next(2) === 1 && { baseMs: 10 }) } }),
      undo: undo === 4 ? false : undo === 3 ? { requiresEffect: true, needs } : {},
      ...(next(4) === 3 && { fallback: true }),
      ...(onLog && next(3) === 2 && { once: true }),
    });
  });
}
