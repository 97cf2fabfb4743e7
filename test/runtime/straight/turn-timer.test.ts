import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TurnTimer } from '../../../src/runtime/straight/turn-timer.js';
import { systemClock } from '../../../src/runtime/system.js';
import { ManualClock } from '../../support/manual-clock.js';

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
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const endOfTurn = (): unknown => vi.advanceTimersByTime(0);

  it('is not made where it is taken back in the turn in which it was set', () => {
    const made = vi.spyOn(globalThis, 'setTimeout');
    const timer = new TurnTimer(systemClock, () => {});
    timer.setTo(timer.dueIn(10));
    timer.takeBack();
    endOfTurn();
    expect(made).not.toHaveBeenCalled();
  });

  it('is made at the end of the turn else, for what is left of its time', () => {
    const ring = vi.fn();
    const timer = new TurnTimer(systemClock, ring);
    timer.setTo(timer.dueIn(10));
    endOfTurn();
    vi.advanceTimersByTime(9);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect([ring.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('rings in the asynchronous context of whoever set it, whoever made the turn end', () => {
    const store = new AsyncLocalStorage<string>();
    const rung: (string | undefined)[] = [];
    for (const name of ['one', 'other']) {
      store.run(name, () => {
        const timer = new TurnTimer(systemClock, () => rung.push(store.getStore()));
        timer.setTo(timer.dueIn(10));
      });
    }
    vi.advanceTimersByTime(20);
    expect(rung).toEqual(['one', 'other']);
  });
});
