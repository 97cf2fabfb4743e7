import { describe, expect, it } from 'vitest';
import { Async, Compensate, Saga, SagaRunner, skip, Step } from 'class-saga';
import type { ObservedEvent } from 'class-saga';
import { ManualClock, settled } from '../../support/manual-clock.js';

describe('a stage whose time passes while its steps begin', () => {
  const calls: string[] = [];
  let clock: ManualClock;
  let types: string[];

  @Saga()
  class Jumps {
    @Step() @Async({ timeoutMs: 100, graceMs: 0 }) first(): Promise<void> {
      calls.push('first');
      return new Promise(() => {});
    }
    @Compensate('first') async undoFirst(): Promise<void> { calls.push('undo first'); }
    @Step() @Async() async second(): Promise<void> {
      calls.push('second');
      if (!isWatched) clock.jump(150);
    }
    @Compensate('second') async undoSecond(): Promise<void> { calls.push('undo second'); }
    @Step() @Async() async third(): Promise<void> { calls.push('third'); }
  }
  let isWatched = false;

  async function run(watched: boolean): Promise<unknown> {
    isWatched = watched;
    clock = new ManualClock();
    calls.length = 0;
    types = [];
    const watch = (event: ObservedEvent): void => {
      types.push(event.type);
      if (isWatched && event.type === 'step-begun' && event.step === 'second') clock.jump(150);
    };
    const outcome = new SagaRunner({ clock, observers: [watch] }).settle(Jumps);
    await settled();
    clock.jump(0);
    return (await outcome).status;
  }

  it.each([[false], [true]])('begins no further one, and undoes what has, once (R5, R7; moved by an observer: %s)', async (watched) => {
    expect(await run(watched)).toBe('compensated');
    expect(calls).toEqual(['first', 'second', 'undo first', 'undo second']);
    expect(types.filter((type) => type === 'execution-ended')).toHaveLength(1);
    expect(types.at(-1)).toBe('execution-ended');
  });
});

describe('a stage', () => {
  it('has no timer once only steps without a time-out are left', async () => {
    const clock = new ManualClock();
    let finish = (): void => {};
    @Saga()
    class Waits {
      @Step() @Async({ timeoutMs: 100 }) quick(): Promise<void> { return new Promise((done) => clock.schedule(50, done)); }
      @Step() @Async({ timeoutMs: Infinity }) slow(): Promise<void> { return new Promise((done) => (finish = done)); }
    }
    const run = new SagaRunner({ clock }).run(Waits);
    await clock.advance(200);
    expect(clock.pending).toBe(0);
    finish();
    await run;
  });

  it('goes on at once where all its steps return at once', async () => {
    @Saga()
    class AtOnce {
      @Step() @Async() one(): number { return 1; }
      @Step() @Async() two(): number { return 2; }
      @Step() three(): number { return 3; }
    }
    expect((await new SagaRunner().run(AtOnce)).effects).toEqual({ one: 1, two: 2, three: 3 });
  });

  it('is taken over where a step skips, at once or later (R4)', async () => {
    @Saga()
    class Skips {
      @Step() @Async() one() { return skip(); }
      @Step() @Async() async two() { return skip(); }
      @Step() @Async() async three(): Promise<number> { return 3; }
    }
    expect((await new SagaRunner().run(Skips)).effects).toEqual({ three: 3 });
  });

  it('awaits the siblings of the one that failed, and undoes them with what they gave (R7, R8)', async () => {
    const undone: unknown[] = [];
    @Saga()
    class Fails {
      @Step() @Async() async hotel(): Promise<string> {
        await settled();
        return 'room 12';
      }
      @Compensate('hotel') async cancel(hotel: string | undefined): Promise<void> { undone.push(hotel); }
      @Step() @Async() async car(): Promise<void> { throw new Error('no cars'); }
      @Step() @Async() async flight(): Promise<void> { throw new Error('no seats'); }
    }
    const outcome = await new SagaRunner().settle(Fails);
    expect(outcome).toMatchObject({ status: 'compensated', failedStep: 'car', otherFailures: [{ step: 'flight' }] });
    expect(undone).toEqual(['room 12']);
  });
});
