import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import {
  Async, Compensate, continueWith, retry, Retry, Saga, SagaRunner, skip, Step, SubSaga, toEventEmitter,
} from 'class-saga';
import type { ObservedEvent, RetryVerdict, StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';
import { ManualClock, settled } from '../support/manual-clock.js';

// Events that fire only on success (R20).

type Emits = StepContext<unknown, object, string>;

describe('what steps emit', () => {
  it('is in the result and published once, in declaration order of steps and emission order within (R20)', async () => {
    const slow = deferred<void>();
    @Saga()
    class Emitting {
      @Step() @Async() first({ emit }: Emits): Promise<void> { emit('1a'); return slow.promise.then(() => emit('1b')); }
      @Step() @Async() second({ emit }: Emits): void { emit('2'); slow.resolve(); }
      @Step() third({ emit }: Emits): void { emit('3'); }
    }
    const publish = vi.fn();
    const completed = await new SagaRunner({ publish, newId: () => 'x' }).run(Emitting);
    expect(completed.events).toEqual(['1a', '1b', '2', '3']);
    const ids = ['x:0', 'x:1', 'x:2', 'x:3'];
    expect(publish.mock.calls).toEqual([[['1a', '1b', '2', '3'], expect.objectContaining({ saga: 'Emitting' }), ids]]);
  });

  it('of failed attempts, of what was undone or begun anew, and of a step that continued, is dropped (R20)', async () => {
    let attempts = 0;
    let passes = 0;
    @Saga()
    class Dropping {
      @Step() @Retry({ attempts: 2 }) tried({ emit }: Emits): void {
        emit(`attempt ${(attempts += 1)}`);
        if (attempts === 1) throw new Error('again');
      }
      @Step() anew({ emit }: Emits): void { emit(`pass ${(passes += 1)}`); }
      @Compensate('anew') undo(): RetryVerdict { return retry({ passes: 2 }); }
      @Step() silentAtLast({ emit }: Emits): void { if (passes === 1) emit('of the first pass'); }
      @Compensate('silentAtLast') undoSilent(): void {}
      @Step() continues({ emit }: Emits): string { emit('of a failure'); throw new Error('no'); }
      @Compensate('continues') goOn() { return passes === 1 ? undefined : continueWith('instead'); }
    }
    expect((await new SagaRunner().run(Dropping)).events).toEqual(['attempt 2', 'pass 2']);
  });

  it('after the step settled is dropped, and so is what a step in doubt emits (R20)', async () => {
    const clock = new ManualClock();
    let emitLate: (event: string) => void = () => {};
    @Saga()
    class Late {
      @Step() one({ emit }: Emits): void { emitLate = emit; emit('in time'); }
      @Step({ timeoutMs: 10, graceMs: 0 }) two({ emit }: Emits): Promise<string> { emit('in doubt'); return new Promise(() => {}); }
      @Compensate('two') goOn() { return continueWith('two'); }
      @Step() three(): void { emitLate('too late'); }
    }
    expect((await clock.until(new SagaRunner({ clock }).run(Late))).events).toEqual(['in time']);
  });

  it('by a step that skipped is published (R4, R20)', async () => {
    @Saga() class Skips { @Step() one({ emit }: Emits): undefined { emit('no hotel wanted'); return skip(); } }
    expect((await new SagaRunner().run(Skips)).events).toEqual(['no hotel wanted']);
  });

  it('in a sub-saga is published with the whole, at the place where it stands (R20, R24)', async () => {
    @Saga() class Child { @Step() one({ emit }: Emits): void { emit('child'); } }
    @Saga()
    class Parent {
      @Step() before({ emit }: Emits): void { emit('before'); }
      @SubSaga(Child) child(): SubSaga<Child> { return {}; }
      @Step() after({ emit }: Emits): void { emit('after'); }
    }
    expect((await new SagaRunner().run(Parent)).events).toEqual(['before', 'child', 'after']);
  });

  it('is not published on any other end, nor is nothing (R20)', async () => {
    @Saga() class Fails { @Step() one({ emit }: Emits): void { emit('1'); } @Step() two(): void { throw new Error('two'); } }
    @Saga() class Silent { @Step() one(): void {} }
    const publish = vi.fn();
    const runner = new SagaRunner({ publish });
    await runner.settle(Fails);
    expect((await runner.run(Silent)).events).toEqual([]);
    expect(publish).not.toHaveBeenCalled();
  });
});

describe('publishing', () => {
  @Saga() class One { @Step() one({ emit }: Emits): void { emit('1'); } }

  it('comes after the end is recorded and before `finally` (R17, R20)', async () => {
    const order: string[] = [];
    await new SagaRunner({
      publish: async () => { await Promise.resolve(); order.push('published'); },
      finally: () => order.push('finally'),
      observers: [({ type }) => { if (type === 'execution-ended') order.push('ended'); }],
    }).run(One);
    expect(order).toEqual(['ended', 'published', 'finally']);
  });

  it('that fails is reported with the events, and the saga is completed all the same (R20)', async () => {
    const reports: ObservedEvent[] = [];
    const error = new Error('the broker is down');
    const runner = new SagaRunner({
      publish: () => Promise.reject(error), observers: [(event) => { if (event.type === 'publish-failed') reports.push(event); }],
    });
    expect((await runner.settle(One)).status).toBe('completed');
    expect(reports).toEqual([{ type: 'publish-failed', events: ['1'], error }]);
  });

  it('cannot change the events of the result (R20)', async () => {
    const emptying = (events: readonly unknown[]): void => { (events as unknown[]).length = 0; };
    expect((await new SagaRunner({ publish: emptying, observers: [() => {}] }).run(One)).events).toEqual(['1']);
  });

  it('that fails where nobody observes is a warning of the process (R20)', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    await new SagaRunner({ publish: () => { throw new Error('down'); } }).run(One);
    const message = 'What a completed One emitted could not be published; it is in the result of the run.';
    expect(warn).toHaveBeenCalledWith(message, expect.objectContaining({ type: 'SagaPublishWarning' }));
    warn.mockRestore();
  });

  it("is awaited for at most the runner's grace (R20)", async () => {
    const clock = new ManualClock();
    const reports: ObservedEvent[] = [];
    const observe = (event: ObservedEvent): unknown => reports.push(event);
    const runner = new SagaRunner({ clock, graceMs: 70, publish: () => new Promise(() => {}), observers: [observe] });
    const outcome = runner.settle(One);
    await clock.advance(69);
    expect(reports.at(-1)!.type).toBe('execution-ended');
    await clock.advance(1);
    await settled();
    expect((await outcome).status).toBe('completed');
    expect(reports.at(-1)).toMatchObject({ type: 'publish-failed' });
    expect(clock.pending).toBe(0);
  });
});

describe('toEventEmitter', () => {
  class UserSignedUp { constructor(readonly email: string) {} }
  type Emitting = StepContext<unknown, object, UserSignedUp | { readonly type: 'mailed' } | string>;
  @Saga()
  class SignUp {
    @Step() one({ emit }: Emitting): void { emit(new UserSignedUp('jo')); emit({ type: 'mailed' }); }
  }

  it("emits each event under its type or its class's name (R20)", async () => {
    const emitter = new EventEmitter();
    const heard: unknown[] = [];
    emitter.on('UserSignedUp', (event) => heard.push(event)).on('mailed', (event) => heard.push(event));
    await new SagaRunner({ publish: toEventEmitter(emitter) }).run(SignUp);
    expect(heard).toEqual([new UserSignedUp('jo'), { type: 'mailed' }]);
  });

  it('emits them all even when a listener throws, and has that reported', async () => {
    const emitter = new EventEmitter();
    const heard: string[] = [];
    emitter.on('UserSignedUp', () => { throw new Error('listener'); }).on('mailed', () => heard.push('mailed'));
    const reports: ObservedEvent[] = [];
    await new SagaRunner({ publish: toEventEmitter(emitter), observers: [(event) => reports.push(event)] }).run(SignUp);
    expect(heard).toEqual(['mailed']);
    expect(reports.at(-1)).toMatchObject({ type: 'publish-failed', error: new Error('listener') });
  });

  it('takes a name of your own, which an event without a type needs', async () => {
    @Saga() class Plain { @Step() one({ emit }: Emitting): void { emit('hello'); } }
    const emitter = new EventEmitter();
    const heard: unknown[] = [];
    emitter.on('plain', (event) => heard.push(event));
    await new SagaRunner({ publish: toEventEmitter(emitter, { nameOf: () => 'plain' }) }).run(Plain);
    const reports: ObservedEvent[] = [];
    await new SagaRunner({ publish: toEventEmitter(emitter), observers: [(event) => reports.push(event)] }).run(Plain);
    expect(heard).toEqual(['hello']);
    expect(reports.at(-1)).toMatchObject({ type: 'publish-failed', error: expect.any(TypeError) as TypeError });
  });
});
