import { describe, expect, it, vi } from 'vitest';
import { Compensate, Finally, Saga, SagaRunner, skip, Step } from 'class-saga';
import type { CompensationContext, FinallyHandler, ObservedEvent, Settled, StepContext } from 'class-saga';
import { ManualClock } from '../support/manual-clock.js';

// What happens around an execution: observers, `finally`, disposal (R17, R18, R22).

class Base {
  static told: unknown[] = [];
  @Finally() async baseDone(outcome: Settled<object>, input: unknown): Promise<void> { Base.told.push(['base', outcome.status, input]); }
}
@Saga()
class Ends extends Base {
  @Step() async one({ input }: StepContext<string>): Promise<string> {
    if (input === 'fail' || input === 'stuck') throw new Error(input);
    return 'one';
  }
  @Compensate('one') async undo(_: string | undefined, { input }: CompensationContext<string>): Promise<void> {
    if (input === 'stuck') throw new Error('cannot');
  }
  @Finally() async done(outcome: Settled<Ends>, input: unknown): Promise<void> { Base.told.push(['own', outcome.status, input]); }
}
const runEnds = (runner: SagaRunner, input: string) => runner.settle(Ends, input);

describe('the end of an execution', () => {
  it.each([['', 'completed'], ['fail', 'compensated'], ['stuck', 'stuck']])(
    "calls the class's @Finally methods, base first, then the runner's handlers, then disposes, then settles (R17): input '%s' ends %s",
    async (input, status) => {
      Base.told = [];
      const runner = new SagaRunner({
        finally: [
          async (outcome) => { await Promise.resolve(); Base.told.push(['first', outcome.status]); },
          (_, given) => Base.told.push(['second', given]),
        ],
        resolver: { open: (saga) => ({ saga: new (saga as new () => never)(), dispose: () => void Base.told.push('disposed') }) },
        observers: [({ type }) => { if (type === 'execution-ended') Base.told.push('ended'); }],
      });
      expect((await runEnds(runner, input)).status).toBe(status);
      expect(Base.told).toEqual([
        'ended',
        ['base', status, input],
        ['own', status, input],
        ['first', status],
        ['second', input],
        'disposed',
      ]);
    },
  );

  it('reports and ignores what handlers throw or reject with (R17)', async () => {
    const reports: ObservedEvent[] = [];
    const failing: FinallyHandler[] = [() => { throw new Error('thrown'); }, () => Promise.reject(new Error('rejected'))];
    const last = vi.fn();
    const runner = new SagaRunner({
      finally: [...failing, last],
      observers: [(event) => { if (event.type === 'finally-failed') reports.push(event); }],
    });
    expect((await runEnds(runner, '')).status).toBe('completed');
    expect(reports).toMatchObject([{ error: new Error('thrown') }, { handler: 'finally[1] of the runner', error: new Error('rejected') }]);
    expect(last).toHaveBeenCalledOnce();
  });

  it('does not wait longer for a handler than its grace, and leaves no timer (R17)', async () => {
    const clock = new ManualClock();
    const reports: ObservedEvent[] = [];
    const runner = new SagaRunner({
      clock,
      graceMs: 200,
      finally: () => new Promise(() => {}),
      observers: [(event) => reports.push(event)],
    });
    const outcome = runEnds(runner, '');
    await clock.advance(199);
    expect(reports.some(({ type }) => type === 'finally-failed')).toBe(false);
    await clock.advance(1);
    expect((await outcome).status).toBe('completed');
    expect(reports.at(-1)).toMatchObject({ type: 'finally-failed' });
    expect(clock.pending).toBe(0);
  });

  it('rejects, disposes and leaves nothing behind where what was injected breaks: a random source that throws', async () => {
    const clock = new ManualClock();
    const dispose = vi.fn();
    @Saga()
    class Draws {
      @Step({ timeoutMs: 1_000 }) async one(): Promise<void> { throw new Error('no'); }
    }
    const runner = new SagaRunner({
      clock,
      random: () => { throw new Error('no entropy'); },
      resolver: { open: () => ({ saga: new Draws(), dispose }) },
    });
    await expect(runner.settle(Draws)).rejects.toThrow('no entropy');
    expect([dispose.mock.calls.length, clock.pending]).toEqual([1, 0]);
  });

  it('reports a disposal that fails and settles all the same (R22)', async () => {
    const reports: ObservedEvent[] = [];
    const runner = new SagaRunner({
      resolver: { open: (saga) => ({ saga: new (saga as new () => never)(), dispose: () => { throw new Error('stuck door'); } }) },
      observers: [(event) => reports.push(event)],
    });
    expect((await runEnds(runner, '')).status).toBe('completed');
    expect(reports.at(-1)).toEqual({ type: 'disposal-failed', error: new Error('stuck door') });
  });
});

describe('observers', () => {
  it('see every event in order, with the saga and the id (R18)', async () => {
    const seen: [string, string, string][] = [];
    const runner = new SagaRunner({ newId: () => 'x', observers: [(event, { id, saga }) => seen.push([id, saga, event.type])] });
    await runEnds(runner, 'fail');
    expect(seen).toEqual([
      'execution-begun', 'step-begun', 'step-failed', 'unwinding-begun', 'compensation-begun', 'compensation-succeeded', 'execution-ended',
    ].map((type) => ['x', 'Ends', type]));
  });

  it('are told of steps that are passed over, for want of a compensation, an effect or anything done (R9, R18)', async () => {
    @Saga()
    class Passes {
      @Step() async plain(): Promise<void> {}
      @Step() async skips(): Promise<string | undefined> { return skip(); }
      @Compensate('skips') async undoSkips(): Promise<void> { expect.unreachable(); }
      @Step() async fails(): Promise<string> { throw new Error('no'); }
      @Compensate('fails', { requiresEffect: true }) async undoFails(_: string): Promise<void> { expect.unreachable(); }
    }
    const passed: string[] = [];
    const runner = new SagaRunner({ observers: [(event) => { if (event.type === 'step-passed-over') passed.push(event.step); }] });
    expect((await runner.settle(Passes)).status).toBe('compensated');
    expect(passed).toEqual(['fails', 'skips', 'plain']);
  });

  it('cannot change what is done: events and results are frozen (R18)', async () => {
    const undone: unknown[] = [];
    @Saga()
    class Tampered {
      @Step() async one(): Promise<string> { return 'one'; }
      @Compensate('one') async undo(effect: string | undefined): Promise<void> { undone.push(effect); }
      @Step() async two(): Promise<void> { throw new Error('no'); }
    }
    const redact = (event: ObservedEvent): void => { (event as { effect?: unknown }).effect = 'redacted'; };
    const lie = (outcome: object): void => { (outcome as { status: string }).status = 'completed'; };
    const outcome = await new SagaRunner({ observers: [redact, () => {}], finally: lie }).settle(Tampered);
    expect([undone, outcome.status]).toEqual([['one'], 'compensated']);
  });

  it('that throw or reject are reported to the others and change nothing (R18)', async () => {
    const seen: ObservedEvent[] = [];
    const runner = new SagaRunner({ observers: [
      ({ type }) => { if (type === 'step-begun') throw new Error('thrown'); },
      async ({ type }) => { if (type === 'step-succeeded') throw new Error('rejected'); },
      (event) => seen.push(event),
    ] });
    expect((await runEnds(runner, '')).status).toBe('completed');
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toContainEqual({ type: 'observer-failed', error: new Error('thrown') });
    expect(seen).toContainEqual({ type: 'observer-failed', error: new Error('rejected') });
  });

  it('that all throw do not report each other for ever; one alone becomes a warning of the process', async () => {
    const throwing = () => { throw new Error('always'); };
    expect((await runEnds(new SagaRunner({ observers: [throwing, throwing.bind(null)] }), '')).status).toBe('completed');
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    expect((await runEnds(new SagaRunner({ observers: [throwing] }), 'fail')).status).toBe('compensated');
    expect(warn.mock.calls[0]![0]).toContain("An observer of saga Ends failed at 'execution-begun'");
    warn.mockRestore();
  });

  it("are told of an answer that is no verdict; the undo counts (R10)", async () => {
    @Saga()
    class Odd {
      @Step() async one(): Promise<string> { return 'one'; }
      @Compensate('one') async undo(): Promise<void> { return 'undone' as never; }
      @Step() async two(): Promise<void> { throw new Error('no'); }
    }
    const seen: ObservedEvent[] = [];
    expect((await new SagaRunner({ observers: [(event) => seen.push(event)] }).settle(Odd)).status).toBe('compensated');
    expect(seen).toContainEqual(expect.objectContaining({ type: 'answer-ignored', step: 'one', answer: 'undone' }));
  });

  it.each([{ passes: NaN }, { passes: 2, baseMs: -1 }, { passes: 1.5 }, { passes: 2, jitter: 'yes' }, undefined])(
    'are told of a retry(%j) that cannot be read; the undo counts (R10)',
    async (options) => {
      const { retry } = await import('class-saga');
      @Saga()
      class Odd {
        @Step() async one(): Promise<void> { throw new Error('no'); }
        @Compensate('one') async undo() { return retry(options as never); }
      }
      const seen: ObservedEvent[] = [];
      expect((await new SagaRunner({ observers: [(event) => seen.push(event)] }).settle(Odd)).status).toBe('compensated');
      expect(seen).toContainEqual(expect.objectContaining({ type: 'answer-ignored', step: 'one' }));
    },
  );
});
