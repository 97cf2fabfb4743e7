import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Async, Compensate, compile, Fallback, Retry, Step, SubSaga, UseStep } from 'class-saga';
import { evolve } from '../../src/kernel/evolve.js';
import { plan } from '../../src/kernel/plan.js';
import type { ExecutionState } from '../../src/kernel/state.js';
import { initialState } from '../../src/kernel/state.js';
import type { CourseFailure, CourseProgress, StraightCourse } from '../../src/kernel/straight-course.js';
import {
  effectsByName, emittedInOrder, eventsSoFar, isToBeUndone, needsOf, straightCourseOf, templateOf, unsettled,
} from '../../src/kernel/straight-course.js';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';

interface StepShape {
  readonly async: boolean;
  readonly compensated: 'no' | 'yes' | 'with effect';
}

/** A saga with steps s0, s1, …; their methods are never called here. */
function sagaOf(shapes: readonly StepShape[], ...others: readonly ((saga: new () => object) => void)[]) {
  class Made {}
  const method = (): void => {};
  shapes.forEach(({ async, compensated }, index) => {
    defineMethod(Made, `s${index}`, method, Step(), ...(async ? [Async()] : []));
    if (compensated === 'no') return;
    const compensate = Compensate as unknown as (step: string, options: object) => unknown;
    defineMethod(Made, `u${index}`, method, compensate(`s${index}`, { requiresEffect: compensated === 'with effect' }));
  });
  for (const add of others) add(Made);
  return declareSaga(Made);
}

function courseOf(shapes: readonly StepShape[]): { course: StraightCourse; graph: ReturnType<typeof compile> } {
  const graph = compile(sagaOf(shapes));
  return { course: straightCourseOf(graph)!, graph };
}

function stateAfter(graph: ReturnType<typeof compile>, course: StraightCourse, progress: CourseProgress): ExecutionState {
  const state = initialState(graph, { compensationRetry: null, transaction: 'none', haltsWhenStuck: false });
  for (const event of eventsSoFar(course, progress)) evolve(state, event);
  return state;
}

const plain: StepShape = { async: false, compensated: 'yes' };
const forward = { emitted: null, failure: null, turn: -1, isUndoing: false } as const;

describe('a straight course', () => {
  it('is the same for every execution of a saga', () => {
    const { course, graph } = courseOf([plain]);
    expect(straightCourseOf(graph)).toBe(course);
  });

  it('there is for sagas with retries, fallbacks and time-outs: as long as none is needed, they change nothing', () => {
    const saga = sagaOf([plain], (made) => {
      defineMethod(made, 'rates', () => {}, Step({ timeoutMs: 5 }), Retry({ attempts: 2 }));
      defineMethod(made, 'lastRates', (_: unknown) => {}, naming(Fallback, 'rates'));
    });
    expect(straightCourseOf(compile(saga))).not.toBeNull();
  });

  it('there is none for a saga with a sub-saga, a step class, a sibling that awaits another, or a step named __proto__', () => {
    const child = sagaOf([plain]);
    class Receipt {}
    defineMethod(Receipt, 'execute', (_: unknown) => {}, Step());
    const needing = (Step as unknown as (options: object) => unknown)({ needs: ['s0'] });
    const withParts = (Part: unknown, decorate: unknown) => (made: new () => object) =>
      defineMethod(made, 'part', () => ({}), (decorate as (part: unknown) => unknown)(Part));
    const sagas = [
      sagaOf([plain], withParts(child, SubSaga)),
      sagaOf([plain], withParts(Receipt, UseStep)),
      sagaOf([{ ...plain, async: true }], (made) => defineMethod(made, 'sibling', () => {}, needing, Async())),
      sagaOf([plain], (made) => defineMethod(made, '__proto__', () => {}, Step())),
    ];
    expect(sagas.map((saga) => straightCourseOf(compile(saga)))).toEqual([null, null, null, null]);
  });
});

describe('what has happened by now', () => {
  it('is told stage by stage, siblings beginning together', () => {
    const { course } = courseOf([plain, { ...plain, async: true }, { ...plain, async: true }]);
    const events = eventsSoFar(course, { ...forward, begun: 3, effects: ['a', unsettled, 'c'], emitted: new Map([[2, ['told']]]) });
    expect(events).toEqual([
      { type: 'execution-begun' },
      { type: 'step-begun', step: 's0', round: 1, attempt: 1 },
      { type: 'step-succeeded', step: 's0', effect: 'a' },
      { type: 'step-begun', step: 's1', round: 1, attempt: 1 },
      { type: 'step-begun', step: 's2', round: 1, attempt: 1 },
      { type: 'step-succeeded', step: 's2', effect: 'c', events: ['told'] },
    ]);
  });

  it('is told backward from the failure, passing over what has nothing to call (R8, R9)', () => {
    const { course } = courseOf([plain, { async: false, compensated: 'no' }, { async: false, compensated: 'with effect' }]);
    const failure: CourseFailure = { step: 2, error: 'no', outcome: 'failed' };
    const events = eventsSoFar(course, { begun: 3, effects: ['a', 'b'], emitted: null, failure, turn: 0, isUndoing: true });
    expect(events.slice(-5)).toEqual([
      { type: 'step-failed', step: 's2', error: 'no', outcome: 'failed' },
      { type: 'unwinding-begun', failedStep: 's2' },
      { type: 'step-passed-over', step: 's2' },
      { type: 'step-passed-over', step: 's1' },
      { type: 'compensation-begun', step: 's0', round: 1, undo: 1, attempt: 1, effect: 'a', late: false },
    ]);
  });
});

const shapes = fc.array(
  fc.record({ async: fc.boolean(), compensated: fc.constantFrom('no' as const, 'yes' as const, 'with effect' as const) }),
  { minLength: 1, maxLength: 8 },
);

describe('any point of any straight course', () => {
  it('going forward, is one that the kernel comes to: it then waits for what runs, or orders what begins next (R1, R2)', () => {
    fc.assert(fc.property(shapes, fc.nat(), fc.infiniteStream(fc.boolean()), (steps, at, settled) => {
      const { course, graph } = courseOf(steps);
      const begun = at % (steps.length + 1);
      const stage = begun === 0 ? -1 : graph.steps[begun - 1]!.stage;
      const effects = graph.steps.slice(0, begun).map((node) => (node.stage < stage || settled.next().value ? node.name : unsettled));
      const state = stateAfter(graph, course, { ...forward, begun, effects });
      expect(state.steps.map(({ status }) => status)).toEqual(
        graph.steps.map((_, index) => (index >= begun ? 'idle' : effects[index] === unsettled ? 'running' : 'succeeded')),
      );
      const next = graph.steps[begun];
      const order = plan(state);
      if (next !== undefined && (next.stage === stage || !effects.includes(unsettled))) {
        expect(order).toEqual({ type: 'execute-step', event: course[begun]!.begun });
      } else if (effects.includes(unsettled)) {
        expect(order).toBeUndefined();
      } else {
        expect(order).toEqual({ type: 'record', event: { type: 'execution-ended', status: 'completed' } });
      }
    }), { numRuns: 1_000, seed: 5 });
  });

  it('going backward, is one that the kernel comes to: what it orders next is what comes next on the course (R8, R9)', () => {
    fc.assert(fc.property(shapes, fc.nat(), fc.nat(), fc.boolean(), (steps, failAt, turnAt, aborts) => {
      const { course, graph } = courseOf(steps.map((step) => ({ ...step, async: false })));
      const failure: CourseFailure = { step: failAt % steps.length, error: 'no', outcome: aborts ? 'aborted' : 'failed' };
      const turn = (turnAt % (failure.step + 2)) - 1;
      const effects = graph.steps.slice(0, failure.step).map(({ name }) => name);
      const order = plan(stateAfter(graph, course, { begun: failure.step + 1, effects, emitted: null, failure, turn, isUndoing: false }));
      const ordered =
        turn < 0
          ? { type: 'execution-ended', status: 'compensated' }
          : isToBeUndone(course, failure, turn)
            ? { type: 'compensation-begun', step: `s${turn}`, effect: turn === failure.step ? undefined : `s${turn}` }
            : { type: 'step-passed-over', step: `s${turn}` };
      expect(order?.event).toMatchObject(ordered);
    }), { numRuns: 1_000, seed: 6 });
  });
});

describe('effects on a straight course', () => {
  it('are given by name, without those of steps that returned nothing (R3)', () => {
    const { course } = courseOf([plain, plain, plain, plain]);
    const effects = effectsByName(course, [0, undefined, null, ''], templateOf(course));
    expect(effects).toEqual({ s0: 0, s2: null, s3: '' });
    expect(Object.keys(effects)).toEqual(['s0', 's2', 's3']);
  });

  it('are given by name all the same where there are many, returned or not', () => {
    const { course } = courseOf(Array.from({ length: 12 }, () => plain));
    const effects = course.map((_, index) => index);
    const names = course.map(({ name }) => name);
    expect(Object.entries(effectsByName(course, effects, templateOf(course)))).toEqual(names.map((name, index) => [name, index]));
    const others = effects.map((effect) => (effect === 3 ? undefined : effect));
    expect(Object.keys(effectsByName(course, others, templateOf(course)))).toEqual(names.filter((name) => name !== 's3'));
  });

  it('are given to whoever needs them, undefined ones too', () => {
    const needs = needsOf([{ name: 'c', index: 2 }, { name: 'b', index: 1 }], ['a', undefined, 'c']);
    expect(needs).toEqual({ c: 'c', b: undefined });
    expect([needsOf([], ['a']), Object.isFrozen(needs)]).toEqual([{}, true]);
  });

  it('leave what was emitted in declaration order, and frozen (R20)', () => {
    const events = emittedInOrder(new Map([[3, ['c']], [1, ['a', 'b']]]));
    expect(events).toEqual(['a', 'b', 'c']);
    expect(Object.isFrozen(events)).toBe(true);
    expect(emittedInOrder(null)).toEqual([]);
  });
});
