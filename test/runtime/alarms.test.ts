import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Alarms } from '../../src/runtime/alarms.js';
import { systemClock } from '../../src/runtime/system.js';
import { ManualClock } from '../support/manual-clock.js';

describe('the alarms of an execution', () => {
  it('ring at their time, in the order of their times, whatever is set and taken back in between, and leave no timer', async () => {
    const plan = fc.record({ delay: fc.nat(50), takenBackAfter: fc.option(fc.nat(50)) });
    await fc.assert(fc.asyncProperty(fc.array(plan, { maxLength: 20 }), async (plans) => {
      const clock = new ManualClock();
      const alarms = new Alarms(clock);
      const rung: [number, number][] = [];
      plans.forEach(({ delay, takenBackAfter }, index) => {
        const alarm = alarms.set(delay, () => rung.push([index, clock.monotonicMs()]));
        if (takenBackAfter !== null) clock.schedule(takenBackAfter - 0.5, () => alarms.takeBack(alarm));
      });
      await clock.advance(100);
      const expected = plans.flatMap(({ delay, takenBackAfter }, index) =>
        takenBackAfter === null || takenBackAfter - 0.5 > delay ? [[index, delay]] : [],
      );
      expect([...rung].sort((a, b) => a[0] - b[0])).toEqual(expected);
      expect(rung.map(([, at]) => at)).toEqual(rung.map(([, at]) => at).sort((a, b) => a - b));
      expect(clock.pending).toBe(0);
    }), { numRuns: 200, seed: 1 });
  });

  it('may set others while they ring', async () => {
    const clock = new ManualClock();
    const alarms = new Alarms(clock);
    const rung: number[] = [];
    alarms.set(10, () => alarms.set(5, () => rung.push(clock.monotonicMs())));
    await clock.advance(20);
    expect([rung, clock.pending]).toEqual([[15], 0]);
  });
});

describe('the clock of the system', () => {
  it('waits longer than a timer of Node can, instead of firing at once', () => {
    vi.useFakeTimers();
    const ring = vi.fn();
    systemClock.schedule(2 ** 31 + 10_000, ring);
    vi.advanceTimersByTime(2 ** 31);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(ring).toHaveBeenCalledOnce();
    const takenBack = systemClock.schedule(2 ** 32, ring);
    vi.advanceTimersByTime(2 ** 31);
    takenBack();
    vi.advanceTimersByTime(2 ** 33);
    expect(ring).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
