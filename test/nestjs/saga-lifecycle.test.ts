import { Global, Injectable, Logger, Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import type { ExecutionLog } from 'class-saga';
import { SagaModule } from 'class-saga/nestjs';
import { logThrough } from '../durable/cluster.js';
import { deferred } from '../support/deferred.js';
import { begun } from './application.js';

const told: string[] = [];
const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
beforeEach(() => {
  told.splice(0);
  warn.mockClear();
});

/** A log that tells when a worker takes its first lease, and when it is closed. */
function toldLog(): ExecutionLog {
  return logThrough<ExecutionLog>(memoryLog(), (method, ask) => {
    if (method === 'beat' && !told.includes('takes a lease')) told.push('takes a lease');
    if (method === 'close') told.push('the log is closed');
    return ask();
  });
}

class Database implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly name: string) {}
  onModuleInit(): void {
    told.push(`${this.name} is open`);
  }
  onApplicationBootstrap(): void {
    told.push(`${this.name} is ready`);
  }
  onModuleDestroy(): void {
    told.push(`${this.name} is closed`);
  }
  onApplicationShutdown(): void {
    told.push(`${this.name} is gone`);
  }
}

@Global()
@Module({ providers: [{ provide: 'GLOBAL', useFactory: () => new Database('the global database') }] })
class GlobalModule {}

@Module({ providers: [{ provide: 'OTHER', useFactory: () => new Database('the database') }] })
class DatabaseModule {}

describe('the workers of an application', () => {
  it('begin when everything is ready, and end before anything else does, whatever module it is in', async () => {
    const app = await begun({ imports: [GlobalModule, SagaModule.forRoot({ log: toldLog() }), DatabaseModule] });
    expect(told.slice(-1)).toEqual(['takes a lease']);
    expect([...told].sort()).toEqual([
      'takes a lease', 'the database is open', 'the database is ready', 'the global database is open', 'the global database is ready',
    ]);
    told.splice(0);
    await app.close();
    expect(told[0]).toBe('the log is closed');
    expect(told.length).toBe(5);
  });

  it('let what runs come to its end while all that it works with is there', async () => {
    const begunStep = deferred<void>();
    const goesOn = deferred<void>();
    @Saga()
    @Injectable()
    class Slow {
      @Step() async step(): Promise<string> {
        begunStep.resolve();
        await goesOn.promise;
        told.push('the step is done');
        return 'done';
      }
    }
    const app = await begun({ imports: [DatabaseModule, SagaModule.forRoot({ log: toldLog() })], providers: [Slow] });
    const handle = await app.get(SagaRunner).start(Slow);
    const settled = handle.settled();
    await begunStep.promise;
    told.splice(0);
    const closing = app.close();
    setImmediate(() => goesOn.resolve());
    await closing;
    expect((await settled).status).toBe('completed');
    expect(told.slice(0, 3)).toEqual(['the step is done', 'the log is closed', 'the database is closed']);
  });

  it('wait in memory, too, for what runs, for as long as they may', async () => {
    const [begunStep, goesOn] = [deferred<void>(), deferred<void>()];
    @Saga()
    @Injectable()
    class Slow {
      @Step() async first(): Promise<void> {
        begunStep.resolve();
        await goesOn.promise;
      }
      @Step() async second(): Promise<void> {
        told.push('the last step is done');
      }
    }
    const app = await begun({ imports: [DatabaseModule, SagaModule.forRoot()], providers: [Slow] });
    const settled = app.get(SagaRunner).settle(Slow);
    await begunStep.promise;
    told.splice(0);
    const closing = app.close();
    setImmediate(() => goesOn.resolve());
    await closing;
    expect((await settled).status).toBe('completed');
    expect(told.slice(0, 2)).toEqual(['the last step is done', 'the database is closed']);
  });

  it('wait in memory no longer than that, and say so', async () => {
    const never = deferred<void>();
    @Saga()
    @Injectable()
    class Endless {
      @Step() async step(): Promise<void> {
        await never.promise;
      }
    }
    const app = await begun({ imports: [SagaModule.forRoot({ drainMs: 1 })], providers: [Endless] });
    void app.get(SagaRunner).settle(Endless);
    await new Promise((resolve) => setImmediate(resolve));
    await app.close();
    expect(warn.mock.calls.map(([line]) => String(line))).toContain('Executions that run in memory, and have not ended in 1 ms: 1');
    never.resolve();
  });

  it('leave what takes longer than `drainMs` to others', async () => {
    const never = deferred<void>();
    @Saga()
    @Injectable()
    class Endless {
      @Step() async step(): Promise<void> {
        await never.promise;
      }
    }
    const log = memoryLog();
    const app = await begun({ imports: [SagaModule.forRoot({ log, drainMs: 0 })], providers: [Endless] });
    await app.get(SagaRunner).start(Endless, undefined, { id: 'endless' });
    await app.close();
    expect((await log.heads(['endless'])).map(({ owner, status }) => [owner, status])).toEqual([[null, 'running']]);
    never.resolve();
  });

  it('go on with what another process left', async () => {
    @Saga()
    @Injectable()
    class Short {
      @Step() async step(): Promise<string> {
        return 'done';
      }
    }
    const log = memoryLog();
    const api = await begun({ imports: [SagaModule.forRoot({ log, worker: false })], providers: [Short] });
    const handle = await api.get(SagaRunner).start(Short);
    expect(await handle.status()).toBe('pending');
    await begun({ imports: [SagaModule.forRoot({ log, worker: { pollMs: 5 } })], providers: [Short] });
    expect((await handle.settled()).status).toBe('completed');
  });

  it('are none in a process that only starts sagas, and none without a log', async () => {
    await begun({ imports: [SagaModule.forRoot({ log: toldLog(), worker: false })] });
    await begun({ imports: [SagaModule.forRoot({ worker: false })] });
    expect(told).toEqual([]);
  });

  it('may be closed twice', async () => {
    const app = await begun({ imports: [SagaModule.forRoot({ log: toldLog() })] });
    await app.close();
    await app.close();
    expect(told.filter((one) => one === 'the log is closed')).toEqual(['the log is closed']);
  });
});

describe('a worker whose application hears of no signal', () => {
  const warned = async (): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    return warn.mock.calls.some(([message]) => String(message).includes('Shutdown hooks are off'));
  };

  it('is warned of', async () => {
    await begun({ imports: [SagaModule.forRoot({ log: memoryLog() })] });
    expect(await warned()).toBe(true);
  });

  it('is not, where the hooks are on, nor where there is no worker', async () => {
    const listener = (): void => {};
    process.on('SIGTERM', listener);
    await begun({ imports: [SagaModule.forRoot({ log: memoryLog() })] });
    expect(await warned()).toBe(false);
    process.removeListener('SIGTERM', listener);
    await begun({ imports: [SagaModule.forRoot({ log: memoryLog(), worker: false })] });
    await begun({ imports: [SagaModule.forTest()] });
    await begun({ imports: [SagaModule.forRoot()] });
    expect(await warned()).toBe(false);
  });
});
