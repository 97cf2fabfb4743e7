import { describe, expect, it } from 'vitest';
import { Saga, SagaRunner, Step } from 'class-saga';

const settleReturning = async (returned: unknown) => {
  @Saga()
  class Returns {
    @Step() one(): unknown { return returned; }
  }
  return new SagaRunner().settle(Returns);
};

describe('what a step may return', () => {
  it('is a promise of another library: any thenable is awaited', async () => {
    const thenable = { then: (resolve: (value: string) => void) => resolve('late') };
    expect(await settleReturning(thenable)).toMatchObject({ effects: { one: 'late' } });
  });

  it.each([
    ['whose then throws', { then: () => { throw new Error('then'); } }],
    ['whose then is a getter that throws', { get then() { throw new Error('then'); } }],
    ['that rejects', { then: (_: unknown, reject: (error: unknown) => void) => reject(new Error('then')) }],
  ])('is a thenable %s: the step fails', async (_, hostile) => {
    expect(await settleReturning(hostile)).toMatchObject({ status: 'compensated', error: new Error('then') });
  });

  it('is a thenable that settles twice: the first time counts', async () => {
    const twice = {
      then: (resolve: (value: string) => void, reject: (error: unknown) => void) => {
        resolve('once');
        reject(new Error('twice'));
        resolve('thrice');
      },
    };
    expect(await settleReturning(twice)).toMatchObject({ effects: { one: 'once' } });
  });

  it('is a lazy promise, as database clients return: its own then is called, which begins its work', async () => {
    class Lazy extends Promise<string> {
      static override get [Symbol.species]() { return Promise; }
      override then: Promise<string>['then'] = (...handlers) => Promise.resolve('done when asked for').then(...handlers);
    }
    expect(await settleReturning(new Lazy(() => {}))).toMatchObject({ effects: { one: 'done when asked for' } });
  });

  it.each([
    ['a proxy of a promise', () => new Proxy(Promise.resolve(1), {})],
    ['a revoked proxy', () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }],
    [
      'a promise whose constructor throws',
      () => Object.defineProperty(Promise.resolve(1), 'constructor', { get: () => { throw new Error('constructor'); } }),
    ],
  ])('is %s, which cannot be awaited: the step fails and everything is undone', async (_, make) => {
    expect((await settleReturning(make())).status).toBe('compensated');
  });

  it('is a function or an object: an effect like any other (R3)', async () => {
    const effect = () => {};
    expect(await settleReturning(effect)).toMatchObject({ effects: { one: effect } });
  });
});
