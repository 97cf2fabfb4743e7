import { describe, expect, it } from 'vitest';
import { SagaRunner } from 'class-saga';

describe('options of the wrong type', () => {
  it.each([
    [null, 'they are null and must be an object'],
    [{ resolver: {} }, "'resolver' is an object and must be an object with a method open(saga)"],
    [{ clock: { monotonicMs: () => 0 } }, "'clock'"],
    [{ random: 0.5 }, "'random' is 0.5 and must be a function"],
    [{ newId: 'x' }, "'newId' is 'x'"],
    [{ metadata: {} }, "'metadata' is an object and must be a function that returns a plain object"],
    [{ observers: () => {} }, "'observers'"],
    [{ observers: [1] }, "'observers' is [1]"],
    [{ finally: {} }, "'finally'"],
    [{ onCompensationError: 'stop' }, "'onCompensationError'"],
    [{ compensationRetry: { attempts: 0 } }, "'compensationRetry'"],
    [{ compensationRetry: { attempts: 2, baseMs: NaN } }, "'compensationRetry'"],
    [{ compensationRetry: { attempts: 2, delay: 3 } }, "'compensationRetry'"],
    [{ graceMs: -1 }, "'graceMs' is -1"],
    [{ graceMs: Infinity }, "'graceMs'"],
    [{ toString: 1 }, "'toString' is no option; there are resolver"],
  ])('are refused when the runner is made: %j', (options, problem) => {
    expect(() => new SagaRunner(options as never)).toThrowError(expect.objectContaining({
      code: 'SAGA_RUNTIME_BAD_OPTIONS',
      problem: expect.stringContaining(problem) as string,
    }) as Error);
  });

  it('are all told in one error', () => {
    expect(() => new SagaRunner({ random: 1, graceMs: 'a' } as never)).toThrowError(/'random'.*'graceMs'/);
  });

  it('may be undefined, which is as good as left out', () => {
    expect(() => new SagaRunner({ random: undefined, compensationRetry: undefined } as never)).not.toThrow();
  });
});
