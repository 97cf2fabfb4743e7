import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectToUndo } from '../../src/kernel/effects-to-undo.js';
import type { SagaEvent, WaitFor } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import { interruptions } from '../../src/kernel/interruption.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState, isHalted } from '../../src/kernel/state.js';
import { waitsUnderWay } from '../../src/kernel/waits.js';
import { handlerSaid, interruptionOf, undone, waited } from './facts.js';
import { narrate } from './narrate.js';
import type { Report } from './world.js';
import { anyExecution, tapeOf } from './world.js';

const tapes = fc.array(fc.nat({ max: 99 }), { minLength: 30, maxLength: 250, size: 'max' });

/** Holds before the first event of any execution, after each, and so wherever a process may go. */
function always(onLog: boolean, numRuns: number, law: (state: ExecutionState, next: SagaEvent | undefined, report: Report) => void): void {
  fc.assert(
    fc.property(tapes, (tape) => {
      const report = anyExecution(tapeOf(tape), { interleaves: true, idempotent: false, onLog });
      const { graph, events } = report;
      const state = initialState(graph, report.state.settings);
      for (const [at, event] of [...events, undefined].entries()) {
        try {
          law(state, event, report);
        } catch (error) {
          throw new Error([String(error), JSON.stringify(graph.steps), ...events.slice(0, at).map(narrate)].join('\n'), { cause: error });
        }
        if (event !== undefined) evolve(state, event);
      }
    }),
    { numRuns },
  );
}

/** The same execution, for what may be done to it. */
function copyOf(state: ExecutionState, { graph, events }: Report, next: SagaEvent | undefined): ExecutionState {
  const copy = initialState(graph, state.settings);
  for (const event of next === undefined ? events : events.slice(0, events.indexOf(next))) evolve(copy, event);
  return copy;
}

describe.each([
  { where: 'in memory', onLog: false },
  { where: 'on a log', onLog: true },
])('at any moment of any execution $where', ({ onLog }) => {
  it('there is an answer to what is to be done, which can follow, and asking changes nothing', () => {
    always(onLog, 100, (state, next, report) => {
      const order = plan(state);
      expect(plan(state)).toEqual(order);
      const copy = copyOf(state, report, next);
      expect(state).toEqual(copy);
      if (order !== undefined) evolve(copy, order.event);
    });
  });

  it('the effect of the compensation that begins next is known', () => {
    always(onLog, 1_000, (state, next) => {
      if (next?.type === 'compensation-begun') expect(effectToUndo(state, next)).toBe(next.effect);
    });
  });

  it('the waits under way are those that began and did not end, but for what became moot (R7)', () => {
    const keyOf = (what: WaitFor): string => JSON.stringify(Object.entries(what).sort());
    let waits = new Map<string, WaitFor>();
    always(onLog, 1_000, (state, next) => {
      if (state.phase === 'new') waits = new Map();
      const isMoot = (what: WaitFor): boolean => {
        if (state.poison !== null || (state.abandoned && !isLate(state, what))) return true;
        return (what.of === 'step' && state.failures.length > 0) || (what.of === 'pass' && state.phase !== 'pass-waiting');
      };
      const expected = [...waits].flatMap(([key, what]) => (isMoot(what) ? [] : [key]));
      expect(waitsUnderWay(state).map(keyOf).sort()).toEqual(expected.sort());
      if (next?.type === 'wait-begun') waits.set(keyOf(next.for), next.for);
      if (next?.type === 'wait-ended') waits.delete(keyOf(next.for));
      if (next?.type === 'step-failed') waits.delete(keyOf({ of: 'step', step: next.step }));
      if (next?.type === 'execution-cancelled') waits.delete(keyOf({ of: 'pass' }));
    });
  });
});

describe('at any moment of any execution on a log its worker may go, and another', () => {
  it('records what was under way, after which nothing is (R26)', () => {
    always(true, 200, (state, next, report) => {
      const taken = copyOf(state, report, next);
      for (const event of interruptions(taken, interruptionOf)) evolve(taken, event);
      expect(interruptions(taken, interruptionOf)).toEqual([]);
    });
  });

  it('goes on with it, to its end or until it is halted, if all goes well (R26)', () => {
    always(true, 200, (state, next, report) => {
      if (state.phase === 'new') return;
      const taken = copyOf(state, report, next);
      for (const event of interruptions(taken, interruptionOf)) evolve(taken, event);
      for (const wait of waitsUnderWay(taken)) evolve(taken, waited(wait));
      conclude(taken);
      expect(taken.end !== null || isHalted(taken)).toBe(true);
    });
  });
});

function isLate(state: ExecutionState, what: WaitFor): boolean {
  return what.of === 'compensation' && state.doubtful.some(({ call, round }) => call?.undo === what.undo && round === what.round);
}

/** Everything that is ordered succeeds at once. */
function conclude(state: ExecutionState): void {
  for (let order = plan(state); order !== undefined; order = plan(state)) {
    evolve(state, order.event);
    switch (order.type) {
      case 'execute-step':
        evolve(state, { type: 'step-succeeded', step: order.event.step, effect: 'done' });
        break;
      case 'compensate':
        evolve(state, undone(order.event.step, { type: 'compensated' }, order.event));
        break;
      case 'ask-fallback':
        evolve(state, { type: 'fallback-succeeded', step: order.event.step, effect: 'done' });
        break;
      case 'ask-error-handler':
        evolve(state, handlerSaid(order.event.step, 'stop', order.event));
        break;
      case 'wait':
        evolve(state, waited(order.event.for));
        break;
      case 'record':
        break;
      default:
        throw new Error(`${order.type} is not ordered on a log`);
    }
  }
}
