import { describe, expect, it } from 'vitest';
import { Compensate, Fallback, retry, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, RetryVerdict, RunOptions, StepContext } from 'class-saga';
import { deferred } from '../support/deferred.js';

// What one run is told besides its input: options are checked before anything begins, and ids are for one run (R25).

@Saga()
class Book {
  @Step() hotel({ idempotencyKey, input }: StepContext<'ok' | 'fail' | Promise<string>>): Promise<string> {
    if (input === 'fail') throw new Error('sold out');
    return Promise.resolve(input).then(() => idempotencyKey);
  }
  @Compensate('hotel') cancel(): void {}
}

describe('run options', () => {
  it.each<[unknown, string]>([
    [null, 'they are null and must be an object'],
    [{ signl: 1 }, "'signl' is no option; there are signal, deadlineMs, executionId, metadata, transaction, savepoint"],
    [{ signal: {} }, "'signal' is an object and must be an AbortSignal"],
    [{ deadlineMs: 0 }, "'deadlineMs' is 0 and must be a number of milliseconds above 0, or Infinity for none"],
    [{ deadlineMs: NaN }, "'deadlineMs' is NaN"],
    [{ executionId: '' }, "'executionId' is '' and must be a string of 1 to 200 characters of printable ASCII, without spaces"],
    [{ executionId: 'a b' }, "'executionId' is 'a b'"],
    [{ executionId: 'ü' }, "'executionId' is 'ü'"],
    [{ executionId: 'x'.repeat(201) }, "'executionId' is 'xxx"],
    [{ metadata: [] }, "'metadata' is [] and must be a plain object such as { tenant: … }"],
    [{ transaction: {} }, "'transaction' is an object and must be a function such as (work) => db.transaction(work)"],
    [{ savepoint: () => {} }, "'savepoint' is given without 'transaction'"],
  ])('are refused where they are wrong, before anything begins: %o', async (options, problem) => {
    let opened = 0;
    const runner = new SagaRunner({ resolver: { open: () => ({ saga: new Book(), opened: (opened += 1) }) } });
    for (const run of [runner.run(Book, 'ok', options as RunOptions), runner.settle(Book, 'ok', options as RunOptions)]) {
      const told = expect.stringContaining(problem) as string;
      await expect(run).rejects.toMatchObject({ code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS', problem: told });
    }
    expect(opened).toBe(0);
  });

  it('that are undefined are left out', async () => {
    const options = { signal: undefined, deadlineMs: undefined } as unknown as RunOptions;
    expect((await new SagaRunner().settle(Book, 'ok', options)).status).toBe('completed');
  });
});

describe('a given id', () => {
  it("is the execution's, and begins its keys (R25)", async () => {
    expect(await new SagaRunner().run(Book, 'ok', { executionId: 'order-42' })).toMatchObject({
      id: 'order-42', effects: { hotel: 'order-42:hotel:1' },
    });
  });

  it('is refused while an execution of the runner goes under it, and another runner knows nothing of it (R25)', async () => {
    const runner = new SagaRunner();
    const gate = deferred<string>();
    const first = runner.run(Book, gate.promise, { executionId: 'order-42' });
    await expect(runner.settle(Book, 'ok', { executionId: 'order-42' })).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_ID_IN_USE', problem: "Book cannot be run as 'order-42': an execution with this id is running.",
    });
    expect((await new SagaRunner().settle(Book, 'ok', { executionId: 'order-42' })).status).toBe('completed');
    gate.resolve('');
    expect((await first).id).toBe('order-42');
  });

  it('may be given again after it completed: the services answer its keys with what stands (R25)', async () => {
    const runner = new SagaRunner();
    await runner.run(Book, 'ok', { executionId: 'order-42' });
    expect((await runner.settle(Book, 'ok', { executionId: 'order-42' })).status).toBe('completed');
  });

  it('is refused after any other end: its keys belong to cancelled effects (R25)', async () => {
    const runner = new SagaRunner();
    await runner.settle(Book, 'fail', { executionId: 'order-42' });
    await expect(runner.run(Book, 'ok', { executionId: 'order-42' })).rejects.toMatchObject({
      code: 'SAGA_RUNTIME_ID_USED',
      problem: "Book cannot be run as 'order-42': an execution with this id has ended, and some of its effects were cancelled.",
    });
  });

  it('is refused after it completed, where a compensation was called on the way (R11, R25)', async () => {
    const keys: string[] = [];
    @Saga()
    class Anew {
      @Step() one({ idempotencyKey }: StepContext): void {
        keys.push(idempotencyKey);
        if (keys.length === 1) throw new Error('one');
      }
      @Compensate('one') undo(): RetryVerdict { return retry({ passes: 2 }); }
    }
    const runner = new SagaRunner();
    expect((await runner.settle(Anew, undefined, { executionId: 'x' })).status).toBe('completed');
    expect(keys).toEqual(['x:one:1', 'x:one:2']);
    await expect(runner.run(Anew, undefined, { executionId: 'x' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_ID_USED' });
  });

  it('is refused after it completed with an attempt left in doubt, whose effect would be cancelled when it comes (R5a, R25)', async () => {
    @Saga()
    class Doubts {
      @Step({ timeoutMs: 1, graceMs: 0 }) one(): Promise<string> { return new Promise(() => {}); }
      @Compensate('one', { requiresEffect: true }) undo(): void {}
      @Fallback('one') instead(_: CompensationContext): string { return 'known'; }
    }
    const runner = new SagaRunner();
    expect((await runner.settle(Doubts, undefined, { executionId: 'x' })).status).toBe('completed');
    await expect(runner.run(Doubts, undefined, { executionId: 'x' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_ID_USED' });
  });

  it('is refused after a defect, for something may have been sent (R25)', async () => {
    const random = (): never => { throw new Error('no entropy'); };
    const runner = new SagaRunner({ random });
    await expect(runner.run(Book, 'fail', { executionId: 'order-42' })).rejects.toThrow('no entropy');
    await expect(runner.run(Book, 'ok', { executionId: 'order-42' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_ID_USED' });
  });

  it('is free again where the execution was cancelled before anything began (R19, R25)', async () => {
    const runner = new SagaRunner();
    await runner.settle(Book, 'ok', { executionId: 'order-42', signal: AbortSignal.abort() });
    expect((await runner.settle(Book, 'ok', { executionId: 'order-42' })).status).toBe('completed');
  });

  it('is free again where nothing began (R22, R25)', async () => {
    let isDown = true;
    const runner = new SagaRunner({ resolver: { open: () => { if (isDown) throw new Error('down'); return { saga: new Book() }; } } });
    await expect(runner.run(Book, 'ok', { executionId: 'order-42' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_RESOLVER_FAILED' });
    isDown = false;
    expect((await runner.settle(Book, 'ok', { executionId: 'order-42' })).status).toBe('completed');
  });

  it('is forgotten when 10,000 later ones have ended otherwise than completed (R25)', async () => {
    const runner = new SagaRunner();
    for (let each = 0; each < 10_000; each++) await runner.settle(Book, 'fail', { executionId: `order-${each}` });
    await expect(runner.run(Book, 'ok', { executionId: 'order-0' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_ID_USED' });
    await runner.settle(Book, 'fail', { executionId: 'one-more' });
    expect((await runner.settle(Book, 'ok', { executionId: 'order-0' })).status).toBe('completed');
    await expect(runner.run(Book, 'ok', { executionId: 'order-1' })).rejects.toMatchObject({ code: 'SAGA_RUNTIME_ID_USED' });
  });
});
