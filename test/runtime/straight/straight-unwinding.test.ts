import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaRunner, Step } from 'class-saga';
import type { ObservedEvent } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../../support/made-saga.js';
import { ManualClock, settled } from '../../support/manual-clock.js';

describe('a compensation whose time passes within its call', () => {
  const calls: string[] = [];
  let clock: ManualClock;

  @Saga()
  class Jumps {
    @Step() async first(): Promise<void> {}
    @Compensate('first') async undoFirst(): Promise<void> { calls.push('undo first'); }
    @Step() async second(): Promise<void> {}
    @Compensate('second', { timeoutMs: 100, graceMs: 50 }) undoSecond(): Promise<void> {
      calls.push('undo second');
      clock.jump(120);
      return new Promise(() => {});
    }
    @Step() async third(): Promise<void> { throw new Error('no'); }
  }

  it('is given up after its grace, and the execution is stuck, once (R15)', async () => {
    clock = new ManualClock();
    const events: ObservedEvent[] = [];
    const outcome = new SagaRunner({ clock, observers: [(event) => events.push(event)] }).settle(Jumps);
    await settled();
    clock.jump(50);
    expect(await outcome).toMatchObject({ status: 'stuck', remaining: [{ step: 'second' }, { step: 'first' }] });
    expect(calls).toEqual(['undo second']);
    expect(events.filter(({ type }) => type === 'execution-ended')).toHaveLength(1);
  });
});

describe('unwinding', () => {
  it('gives each compensation its own time from its own begin, with one timer (R15)', async () => {
    const clock = new ManualClock();
    const wait = (ms: number): Promise<void> => new Promise((done) => clock.schedule(ms, done));
    @Saga()
    class Slow {
      @Step() async first(): Promise<void> {}
      @Compensate('first', { timeoutMs: 100 }) async undoFirst(): Promise<void> { await wait(90); }
      @Step() async second(): Promise<void> {}
      @Compensate('second', { timeoutMs: 100 }) async undoSecond(): Promise<void> { await wait(90); }
      @Step() async third(): Promise<void> { throw new Error('no'); }
    }
    const outcome = new SagaRunner({ clock }).settle(Slow);
    await clock.advance(10);
    expect(clock.pending).toBe(2);
    await clock.advance(200);
    expect((await outcome).status).toBe('compensated');
    expect(clock.pending).toBe(0);
  });

  it('copes with a hundred thousand steps that return at once, all undone but one, which fails (R15)', async () => {
    const count = 100_000;
    class Huge {}
    const define = (name: string, method: (...args: never[]) => unknown, decorator: unknown): void =>
      defineMethod(Huge, name, method, decorator);
    for (let step = 1; step <= count; step++) {
      define(`step${step}`, () => { if (step === count) throw new Error('no'); }, Step());
      define(`undo${step}`, (_: unknown) => { if (step === 1) throw new Error('cannot undo'); }, naming(Compensate, `step${step}`));
    }
    const outcome = await new SagaRunner().settle(declareSaga(Huge));
    expect(outcome).toMatchObject({ status: 'stuck', failedStep: `step${count}`, remaining: [{ step: 'step1' }] });
  });
});
