import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TurnTimer } from '../../../src/runtime/straight/turn-timer.js';
import { systemClock } from '../../../src/runtime/system.js';
import { ManualClock, settled } from '../../support/manual-clock.js';

describe('a timer for calls that come one after the other', () => {
  it('rings when what it was last set to is due, and leaves no timer', async () => {
    const clock = new ManualClock();
    const rung: number[] = [];
    const timer = new TurnTimer(clock, () => rung.push(clock.monotonicMs()));
    timer.setTo(timer.dueIn(10));
    await clock.advance(8);
    timer.setTo(timer.dueIn(10));
    await clock.advance(100);
    expect([rung, clock.pending]).toEqual([[18], 0]);
  });

  it('rings earlier where it is set back', async () => {
    const clock = new ManualClock();
    const rung: number[] = [];
    const timer = new TurnTimer(clock, () => rung.push(clock.monotonicMs()));
    timer.setTo(timer.dueIn(50));
    timer.setTo(timer.dueIn(10));
    await clock.advance(100);
    expect([rung, clock.pending]).toEqual([[10], 0]);
  });

  it('does not ring once it is taken back, and may be set again', async () => {
    const clock = new ManualClock();
    const rung: number[] = [];
    const timer = new TurnTimer(clock, () => rung.push(clock.monotonicMs()));
    timer.setTo(timer.dueIn(10));
    timer.takeBack();
    timer.takeBack();
    await clock.advance(20);
    expect([rung, clock.pending]).toEqual([[], 0]);
    timer.setTo(timer.dueIn(10));
    await clock.advance(20);
    expect(rung).toEqual([30]);
  });

  it('counts as due what it was set for, where the clock is a little behind', () => {
    let fire = (): void => {};
    const ring = vi.fn();
    const clock = { monotonicMs: () => 9.7, schedule: (_: number, callback: () => void) => ((fire = callback), () => {}) };
    new TurnTimer(clock, ring).setTo(10);
    fire();
    expect(ring).toHaveBeenCalledOnce();
  });
});

describe('on the clock of the system', () => {
  beforeEach(settled); // whatever was set before is made by now

  it('is not made where it is taken back in the turn in which it was set', async () => {
    const made = vi.spyOn(systemClock, 'schedule');
    const timer = new TurnTimer(systemClock, () => {});
    timer.setTo(timer.dueIn(10));
    timer.takeBack();
    await settled();
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  it('is made at the end of the turn else, once, for what is left of its time, and rings', async () => {
    const made = vi.spyOn(systemClock, 'schedule');
    let dueAtMs = 0;
    const rung = new Promise<number>((ring) => {
      const timer = new TurnTimer(systemClock, () => ring(systemClock.monotonicMs()));
      timer.setTo(timer.dueIn(1_000));
      dueAtMs = timer.dueIn(20);
      timer.setTo(dueAtMs);
    });
    expect(made).not.toHaveBeenCalled();
    expect(await rung).toBeGreaterThanOrEqual(dueAtMs - 1);
    expect(made).toHaveBeenCalledOnce();
    expect(made.mock.calls[0]![0]).toBeLessThanOrEqual(20);
    made.mockRestore();
  });

  it('rings in the asynchronous context of whoever set it, whoever made the turn end', async () => {
    const store = new AsyncLocalStorage<string>();
    const rings = ['one', 'other'].map((name) => store.run(name, () => new Promise((ring) => {
      const timer = new TurnTimer(systemClock, () => ring(store.getStore()));
      timer.setTo(timer.dueIn(5));
    })));
    expect(await Promise.all(rings)).toEqual(['one', 'other']);
  });

  it('is made at once where timers are not those of Node, so that a test can move it by hand', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const ring = vi.fn();
    const timer = new TurnTimer(systemClock, ring);
    timer.setTo(timer.dueIn(10));
    vi.advanceTimersByTime(9);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect([ring.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
    vi.useRealTimers();
  });

  it('is still made after a test that faked the timers and left one behind', async () => {
    vi.useFakeTimers();
    const left = new TurnTimer(systemClock, () => {});
    left.setTo(left.dueIn(10));
    vi.useRealTimers();
    await new Promise<void>((ring) => {
      const timer = new TurnTimer(systemClock, ring);
      timer.setTo(timer.dueIn(5));
    });
  });
});
