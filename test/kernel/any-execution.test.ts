import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SagaEvent } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { remainingSteps } from '../../src/kernel/outcome.js';
import { plan } from '../../src/kernel/plan.js';
import { initialState, stands } from '../../src/kernel/state.js';
import { narrate } from './narrate.js';
import type { Report } from './world.js';
import { anyExecution, Effect, tapeOf } from './world.js';

const tapes = fc.array(fc.nat({ max: 99 }), { minLength: 30, maxLength: 200, size: 'max' });

describe.each([
  { which: 'any execution whose orders are taken up at once', interleaves: false, idempotent: false },
  { which: 'any execution whose driver may record what happened first', interleaves: true, idempotent: false },
  { which: 'any execution among idempotent providers', interleaves: true, idempotent: true },
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
        if (type === 'step-failed' || type === 'step-timed-out') failed = true;
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
      for (const event of events) {
        if (event.type === 'step-failed' || event.type === 'step-timed-out') failed.add(event.step);
        if (event.type === 'unwinding-begun') last = { isFailed: true, place: Infinity };
        if (event.type === 'forward-resumed') failed = new Set();
        if (!takesTurn(event)) continue;
        const now = { isFailed: failed.has(event.step), place: place(event.step) };
        if (event.type === 'fallback-begun' && now.place === last.place) continue; // after its compensation, in the same turn
        if (last.isFailed === now.isFailed) expect(now.place).toBeLessThan(last.place);
        else expect(now.isFailed).toBe(false);
        last = now;
      }
    });
  });

  it('gives every step that stands its turn, be it to pass it over, unless it stops or goes forward before (R8, R9)', () => {
    always(({ graph, events, state: last }) => {
      const state = initialState(graph, last.settings);
      const names = graph.steps.map(({ name }) => name);
      let awaited = new Set<string>();
      for (const event of events) {
        evolve(state, event);
        if (event.type === 'unwinding-begun') awaited = new Set(names.filter((_, index) => stands(state.steps[index]!)));
        if (event.type === 'step-passed-over') expect(awaited).toContain(event.step);
        if (takesTurn(event)) awaited.delete(event.step);
        if (event.type === 'forward-resumed') expect(event.anew.filter((step) => awaited.has(step))).toEqual([]);
        if (event.type === 'execution-ended' && state.unwinding?.stopped === false) expect([...awaited]).toEqual([]);
      }
    });
  });

  it('never goes forward again after an abort (R14) or a compensation that failed for good (R15)', () => {
    always(({ events }) => {
      const isLate = lateCallsOf(events);
      const voids = (event: SagaEvent): boolean =>
        (event.type === 'step-failed' && event.outcome === 'aborted') ||
        (event.type === 'fallback-failed' && event.aborted) ||
        (event.type === 'compensation-succeeded' && event.answer.type === 'abort' && !isLate.has(keyOf(event))) ||
        (event.type === 'compensation-error-answered' && event.answer !== 'resolved' && !isLate.has(keyOf(event)));
      const at = events.findIndex(voids);
      if (at >= 0) expect(events.slice(at).map(({ type }) => type)).not.toContain('forward-resumed');
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
    always(({ events, state, returned, ignored }) => {
      expect(ignored).toEqual([]);
      const given = new Map<string, unknown>();
      for (const event of events) if (event.type === 'compensation-begun') given.set(keyOf(event), event.effect);
      const undone = events.flatMap((event) => {
        const isResolved = event.type === 'compensation-error-answered' && event.answer === 'resolved';
        return isResolved || event.type === 'compensation-succeeded' ? [given.get(keyOf(event))] : [];
      });
      const completed = state.end === 'completed';
      const stopped = state.unwinding?.stopped === true;
      const remaining = new Set((completed ? state.leftovers : remainingSteps(state)).map(({ effect }) => effect));
      const standing = new Set(completed ? state.steps.filter(stands).map(({ effect }) => effect) : []);
      const ofWhatStands = state.doubtful.filter(({ step: index, round }) => {
        const step = state.steps[index]!;
        return step.round === round && stands(step);
      });
      const duplicates = new Set(completed || stopped ? ofWhatStands.flatMap(({ effects }) => effects.map(({ effect }) => effect)) : []);
      for (const effect of new Set(returned)) {
        const whereabouts = [
          ...undone.filter((other) => other === effect).map(() => 'undone'),
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
