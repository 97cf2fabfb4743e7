import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SagaGraph } from '../../src/graph/saga-graph.js';
import { effectsWithin, emittedEvents } from '../../src/kernel/effects.js';
import type { SagaEvent, SavepointBegun } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { remainingSteps } from '../../src/kernel/outcome.js';
import { plan } from '../../src/kernel/plan.js';
import type { Settings } from '../../src/kernel/state.js';
import { hasCompensationToCall, initialState, stands } from '../../src/kernel/state.js';
import { narrate } from './narrate.js';
import type { Report } from './world.js';
import { anyExecution, Effect, tapeOf } from './world.js';

const tapes = fc.array(fc.nat({ max: 99 }), { minLength: 30, maxLength: 250, size: 'max' });
const isFailure: ReadonlySet<string> = new Set<SagaEvent['type']>([
  'step-failed', 'step-timed-out', 'execution-cancelled', 'savepoint-failed', 'commit-failed',
]);

describe.each([
  { which: 'any execution whose orders are taken up at once', interleaves: false, idempotent: false },
  { which: 'any execution whose driver may record what happened first', interleaves: true, idempotent: false },
  { which: 'any execution among idempotent providers', interleaves: true, idempotent: true },
  { which: 'any execution in a transaction with savepoints', interleaves: true, idempotent: false, transaction: 'savepoints' as const },
  { which: 'any execution on a log, whose workers go', interleaves: false, idempotent: false, onLog: true },
  { which: 'any execution on a log among idempotent providers', interleaves: true, idempotent: true, onLog: true },
])('$which', (circumstances) => {
  const always = (law: (report: Report) => void): void => {
    fc.assert(
      fc.property(tapes, (tape) => {
        const report = anyExecution(tapeOf(tape), circumstances);
        try {
          law(report);
        } catch (error) {
          const told = [String(error), JSON.stringify(report.graph.steps), ...report.events.map(narrate)];
          throw new Error(told.join('\n'), { cause: error });
        }
      }),
      { numRuns: 1_000 },
    );
  };

  it('comes to one end, after which only late effects are undone', () => {
    always(({ events, state }) => {
      const end = events.findIndex(({ type }) => type === 'execution-ended');
      expect(state.end).not.toBeNull();
      for (const event of events.slice(end + 1)) expect(event.type).toMatch(/^(late-effect|compensation-.*|wait-.*)$/);
    });
  });

  it('gives the same state and the same orders from the same events', () => {
    always(({ graph, events, state }) => {
      const again = initialState(graph, state.settings);
      for (const event of events) evolve(again, event);
      expect(again).toEqual(state);
      expect(plan(again)).toEqual(plan(state));
    });
  });

  it('begins no step between a failure and going forward again (R7)', () => {
    always(({ events }) => {
      let failed = false;
      for (const { type } of events) {
        if (isFailure.has(type)) failed = true;
        if (type === 'forward-resumed') failed = false;
        if (type === 'step-begun') expect(failed).toBe(false);
      }
    });
  });

  it('undoes one step at a time, each after those declared later, but for the failed steps of the stage (R8)', () => {
    always(({ graph, events }) => {
      const place = (step: string): number => graph.steps.findIndex(({ name }) => name === step);
      let failed = new Set<string>();
      let last = { isFailed: true, place: Infinity };
      let resolved: string | undefined;
      for (const event of events) {
        if (event.type === 'step-failed' || event.type === 'step-timed-out' || event.type === 'step-in-doubt') failed.add(event.step);
        if (event.type === 'step-interrupted' && 'error' in event) failed.add(event.step);
        if (event.type === 'unwinding-begun') last = { isFailed: true, place: Infinity };
        if (event.type === 'execution-repaired' && event.repair.kind === 'resolve') resolved = event.repair.step;
        if (event.type === 'forward-resumed') failed = new Set();
        if (!takesTurn(event)) continue;
        if (event.step === resolved) {
          resolved = undefined; // out of turn: a person wants it undone now (R27)
          continue;
        }
        const now = { isFailed: failed.has(event.step), place: place(event.step) };
        if (event.type !== 'compensation-begun' && now.place === last.place) continue; // after its compensation, in the same turn
        if (last.isFailed === now.isFailed) expect(now.place).toBeLessThan(last.place);
        else expect(now.isFailed).toBe(false);
        last = now;
      }
    });
  });

  it('gives every step that stands its turn, be it to pass it over, unless it stops or goes forward before (R8, R9)', () => {
    always(({ graph, events, state: { settings } }) => {
      const state = initialState(graph, settings);
      const names = graph.steps.map(({ name }) => name);
      let awaited = new Set<string>();
      let last: string | undefined;
      for (const event of events) {
        evolve(state, event);
        if (event.type === 'unwinding-begun') last = undefined;
        if (event.type === 'unwinding-begun') awaited = new Set(names.filter((_, index) => stands(state.steps[index]!)));
        if (event.type === 'step-passed-over' && event.step !== last) expect(awaited).toContain(event.step);
        if (takesTurn(event)) awaited.delete((last = event.step));
        if (event.type === 'execution-repaired' && event.repair.kind === 'skip') awaited.delete(event.repair.step);
        if (event.type === 'forward-resumed') expect(event.anew.filter((step) => awaited.has(step))).toEqual([]);
        const isThrough = event.type === 'execution-ended' && state.unwinding?.stopped === false && !state.abandoned;
        if (isThrough) expect([...awaited]).toEqual([]);
      }
    });
  });

  it('never goes forward again after an abort (R14) or a compensation that failed for good (R15)', () => {
    always(({ events }) => {
      const isLate = lateCallsOf(events);
      const voids = (event: SagaEvent): boolean =>
        (event.type === 'step-failed' && event.outcome === 'aborted') ||
        (event.type === 'step-in-doubt' && event.aborts === true) ||
        (event.type === 'fallback-failed' && event.aborted) ||
        (event.type === 'compensation-succeeded' && event.answer.type === 'abort' && !isLate.has(keyOf(event))) ||
        (event.type === 'compensation-error-answered' && event.answer !== 'resolved' && !isLate.has(keyOf(event)));
      const at = events.findIndex(voids);
      if (at >= 0) expect(events.slice(at).map(({ type }) => type)).not.toContain('forward-resumed');
    });
  });

  it('never goes forward again once it is cancelled, and never completes (R19)', () => {
    always(({ events, state }) => {
      const at = events.findIndex(({ type }) => type === 'execution-cancelled');
      if (at < 0) return;
      const after = events.slice(at + 1).map(({ type }) => type);
      expect(after.filter((type) => isForward.has(type) || type === 'execution-cancelled')).toEqual([]);
      expect(state.end).not.toBe('completed');
    });
  });

  it('ends a transaction once, by commit or by rollback, before its own end (R17, R21)', () => {
    always(({ events, state }) => {
      const types = events.map(({ type }) => type);
      const ends = types.filter((type) => type === 'commit-begun' || type === 'rollback-begun');
      expect(ends).toHaveLength(state.settings.transaction === 'none' ? 0 : 1);
      if (ends.length === 0) return;
      const [end] = ends;
      const over = types.findLastIndex((type) => /^(commit-succeeded|commit-failed|rollback-ended)$/.test(type));
      expect(over).toBeGreaterThan(types.indexOf(end!));
      expect(types.indexOf('execution-ended')).toBeGreaterThan(over);
      expect(types.slice(types.indexOf(end!) + 1).filter((type) => isForward.has(type))).toEqual([]);
      expect(state.end === 'completed').toBe(types.includes('commit-succeeded'));
    });
  });

  it('commits nothing, and goes back to nothing, after a doubt in a transaction, nor after a statement that failed (R21)', () => {
    always(({ events, state }) => {
      if (state.settings.transaction === 'none') return;
      const spoils = (event: SagaEvent): boolean =>
        (event.type === 'step-in-doubt' && !event.settled) || event.type === 'savepoint-failed' || event.type === 'commit-failed';
      const at = events.findIndex(spoils);
      if (at < 0) return;
      const after = events.slice(at).map(({ type }) => type);
      expect(after).not.toContain('commit-begun');
      expect(after).not.toContain('forward-resumed');
    });
  });

  it('keeps in its transaction what the runs that stand wrote, and of others only attempts in place that are not restored (R21)', () => {
    always(({ graph, events, state }) => {
      const database = new Database(graph);
      const standing = new Map<string, string>();
      const lastRun = new Map<string, string>();
      const failedInPlace = new Set<string>();
      const hasSavepoints = state.settings.transaction === 'savepoints';
      const isRestored = new Set(hasSavepoints ? graph.steps.filter((one) => !one.async).map((one) => one.name) : []);
      for (const event of events) {
        database.saw(event);
        if (event.type === 'step-begun') lastRun.set(event.step, runOf(event));
        if (event.type === 'step-attempt-failed' && !isRestored.has(event.step)) failedInPlace.add(lastRun.get(event.step)!);
        if (event.type === 'step-succeeded') standing.set(event.step, lastRun.get(event.step)!);
        if (event.type === 'step-skipped' && lastRun.has(event.step)) standing.set(event.step, lastRun.get(event.step)!);
        if (event.type === 'forward-resumed') {
          for (const step of [...event.anew, ...event.continued]) [standing, lastRun].forEach((runs) => runs.delete(step));
        }
        if (event.type !== 'commit-begun' && event.type !== 'savepoint-succeeded') continue; // then no step is running
        const written = database.writes.filter((run) => !failedInPlace.has(run));
        const ofOpenings = graph.steps.filter(({ opens }) => opens !== null).map(({ name }) => standing.get(name));
        expect(written.sort()).toEqual([...standing.values()].filter((run) => !ofOpenings.includes(run)).sort());
      }
    });
  });

  it('begins no step of a sub-saga that was skipped, and skips no other that was not begun (R24)', () => {
    always(({ graph, events, state: { settings } }) => {
      const state = initialState(graph, settings);
      for (const event of events) {
        const index = 'step' in event ? state.layout.indexOf.get(event.step)! : -1;
        const opening = state.layout.openingOf[index] ?? -1;
        const isSkippedAbove = state.steps[opening]?.status === 'skipped';
        if (event.type === 'step-begun') expect(isSkippedAbove).toBe(false);
        if (event.type === 'step-skipped') expect(state.steps[index]!.status).toBe(isSkippedAbove ? 'idle' : 'running');
        evolve(state, event);
      }
    });
  });

  it('publishes what the runs emitted whose effects stand, in declaration order, and nothing else (R20)', () => {
    always(({ graph, events, state }) => {
      const kept = new Map<string, readonly unknown[]>();
      for (const event of events) {
        if (event.type === 'step-succeeded' || event.type === 'step-skipped') kept.set(event.step, event.events ?? []);
        if (event.type === 'forward-resumed') for (const step of [...event.anew, ...event.continued]) kept.delete(step);
      }
      if (state.end === 'completed') expect(emittedEvents(state, '')).toEqual(graph.steps.flatMap(({ name }) => kept.get(name) ?? []));
      if (state.end === 'compensated') expect(emittedEvents(state, '')).toEqual([]);
    });
  });

  it('leaves nothing standing unless it completes, but where it stopped: what is to be undone is reported then (R15, R16)', () => {
    always(({ graph, state }) => {
      if (state.end === 'completed') {
        expect(state.steps.filter((step) => !stands(step) || step.status === 'failed')).toEqual([]);
        const own = graph.steps.filter(({ within }) => within === '').map(({ name }) => name);
        for (const name of Object.keys(effectsWithin(state, ''))) expect(own).toContain(name);
        return;
      }
      const reported = new Set(remainingSteps(state).map(({ step }) => step));
      const left = graph.steps.filter((_, index) => stands(state.steps[index]!));
      if (state.unwinding?.stopped !== true && !state.abandoned) expect(left).toEqual([]);
      for (const { name } of left) {
        const index = state.layout.indexOf.get(name)!;
        expect(reported.has(name) || !hasCompensationToCall(state, index), `${name} is reported`).toBe(true);
      }
    });
  });

  it('uses no key twice: a step that was undone begins in a new round, an effect is undone under a number of its own (R11, R25)', () => {
    always(({ events }) => {
      const keys = new Set<string>();
      const once = (key: string): void => {
        expect(keys).not.toContain(key);
        keys.add(key);
      };
      const undone = new Set<string>();
      for (const event of events) {
        if (event.type === 'step-begun') {
          once(`${event.step}:${event.round}, attempt ${event.attempt}`);
          expect(undone).not.toContain(`${event.step}:${event.round}`);
        }
        if (event.type === 'compensation-begun' && event.attempt === 1) {
          once(keyOf(event));
          undone.add(`${event.step}:${event.round}`);
        }
      }
    });
  });

  it('loses no effect: each is undone once, or stands, or is reported to remain (R5a, R8, R15)', () => {
    always(({ graph, events, state, returned, ignored }) => {
      expect(ignored).toEqual([]);
      const given = new Map<string, unknown>();
      for (const event of events) if (event.type === 'compensation-begun') given.set(keyOf(event), event.effect);
      const byHand = effectsUndoneByHand(graph, events, state.settings);
      const undone = events.flatMap((event) => {
        const isResolved = event.type === 'compensation-error-answered' && event.answer === 'resolved';
        return isResolved || event.type === 'compensation-succeeded' ? [given.get(keyOf(event))] : [];
      });
      const completed = state.end === 'completed';
      const stopped = state.unwinding?.stopped === true || state.abandoned;
      const remaining = new Set((completed ? state.leftovers : remainingSteps(state)).map(({ effect }) => effect));
      const standing = new Set(completed ? state.steps.filter(stands).map(({ effect }) => effect) : []);
      const ofWhatStands = state.doubtful.filter(({ step: index, round }) => {
        const step = state.steps[index]!;
        return state.abandoned || (step.round === round && stands(step));
      });
      const duplicates = new Set(completed || stopped ? ofWhatStands.flatMap(({ effects }) => effects.map(({ effect }) => effect)) : []);
      for (const effect of new Set(returned)) {
        const whereabouts = [
          ...undone.filter((other) => other === effect).map(() => 'undone'),
          ...(byHand.has(effect) ? ['undone by hand'] : []),
          ...(remaining.has(effect) ? ['remains'] : []),
          ...(standing.has(effect) ? ['stands'] : []),
          ...(duplicates.has(effect) && !standing.has(effect) && !remaining.has(effect) ? ['duplicates what stands'] : []),
        ];
        expect(whereabouts, `where ${effect.toString()} is`).toHaveLength(1);
      }
      for (const effect of undone) expect(effect === undefined || effect instanceof Effect).toBe(true);
    });
  });
});

const isForward: ReadonlySet<string> = new Set<SagaEvent['type']>([
  'step-begun', 'step-attempt-failed', 'forward-resumed', 'savepoint-begun', 'commit-begun',
]);

/**
 * What the runs of steps wrote in the transaction, as a database keeps it: each run writes once, when it begins, but one that opens a
 * sub-saga does not.
 */
class Database {
  writes: string[] = [];
  readonly #savepoints = new Map<number, number>();
  #statement: SavepointBegun | undefined;
  readonly #opens: ReadonlySet<string>;

  constructor({ steps }: SagaGraph) {
    this.#opens = new Set(steps.filter(({ opens }) => opens !== null).map(({ name }) => name));
  }

  saw(event: SagaEvent): void {
    if (event.type === 'step-begun' && !this.#opens.has(event.step)) this.writes.push(runOf(event));
    if (event.type === 'savepoint-begun') this.#statement = event;
    if (event.type === 'savepoint-succeeded') this.#did(this.#statement!);
  }

  #did({ stage, does }: SavepointBegun): void {
    if (does === 'set') {
      this.#savepoints.set(stage, this.writes.length);
      return;
    }
    const length = this.#savepoints.get(stage);
    if (length === undefined) throw new Error(`there is no savepoint ${stage}`);
    this.writes = this.writes.slice(0, length);
    for (const later of this.#savepoints.keys()) if (later > stage) this.#savepoints.delete(later);
  }
}

/** What a person undid without a call: what remained of a step that was skipped, or whose effect was said to be another (R27). */
function effectsUndoneByHand(graph: SagaGraph, events: readonly SagaEvent[], settings: Settings): Set<unknown> {
  const state = initialState(graph, settings);
  return new Set(
    events.flatMap((event) => {
      const repair = event.type === 'execution-repaired' ? event.repair : null;
      const remaining = repair === null || !('step' in repair) ? [] : remainingSteps(state).filter(({ step }) => step === repair.step);
      evolve(state, event);
      return (repair?.kind === 'resolve' ? remaining.slice(0, 1) : remaining).map(({ effect }) => effect);
    }),
  );
}

function runOf({ step, round, attempt }: { readonly step: string; readonly round: number; readonly attempt: number }): string {
  return `${step}:${round}, attempt ${attempt}`;
}

function lateCallsOf(events: readonly SagaEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.type === 'compensation-begun' && event.late ? [keyOf(event)] : [])));
}

/** It is the first thing that its step’s turn to be undone is for, or the second, after its compensation. */
function takesTurn(event: SagaEvent): event is Extract<SagaEvent, { type: 'compensation-begun' | 'fallback-begun' | 'step-passed-over' }> {
  if (event.type === 'compensation-begun') return !event.late && event.attempt === 1;
  return event.type === 'step-passed-over' || (event.type === 'fallback-begun' && event.attempt === 1);
}

function keyOf({ step, round, undo }: { readonly step: string; readonly round: number; readonly undo: number }): string {
  return `${step}:${round}, undo ${undo}`;
}
