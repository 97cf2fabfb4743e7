import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { LogUnavailableError, memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import type { ExecutionLog } from 'class-saga';
import { SagaHealthIndicator, SagaModule } from 'class-saga/nestjs';
import { logThrough } from '../durable/cluster.js';
import { begun } from './application.js';

@Saga()
@Injectable()
class Wait {
  @Step() async step(): Promise<void> {}
}

describe('the health of sagas', () => {
  it('is bad where the oldest that is unfinished is older than it may be', async () => {
    const log = memoryLog({ now: () => Date.now() - 60_000 });
    const app = await begun({ imports: [SagaModule.forRoot({ log, worker: false })], providers: [Wait] });
    await app.get(SagaRunner).start(Wait);
    const sagas = app.get(SagaHealthIndicator);
    expect(await sagas.isHealthy()).toMatchObject({ sagas: { status: 'up', stuck: 0 } });
    expect(await sagas.isHealthy('old', { maxUnfinishedMs: 30_000 })).toMatchObject({
      old: { status: 'down', message: expect.stringMatching(/^one is unfinished since \d{4}-.*Z$/) as string },
    });
  });

  it('is bad where the log cannot be reached', async () => {
    let isAway = false;
    const log = logThrough<ExecutionLog>(memoryLog(), (method, ask) =>
      isAway && method === 'health' ? Promise.reject(new LogUnavailableError(new Error('connection refused'))) : ask());
    const app = await begun({ imports: [SagaModule.forRoot({ log })] });
    isAway = true;
    const message = expect.any(String) as string;
    expect(await app.get(SagaHealthIndicator).isHealthy()).toMatchObject({ sagas: { status: 'down', message } });
  });

  it('is bad where the log does not answer in time', async () => {
    const log = logThrough<ExecutionLog>(memoryLog(), (method, ask) => (method === 'health' ? new Promise(() => {}) : ask()));
    const app = await begun({ imports: [SagaModule.forRoot({ log, worker: false })] });
    const message = 'the log did not answer within 10 ms';
    expect(await app.get(SagaHealthIndicator).isHealthy('sagas', { timeoutMs: 10 })).toEqual({ sagas: { status: 'down', message } });
  });

  it('is that of the runner with the name that is asked for', async () => {
    const app = await begun({ imports: [SagaModule.forRoot({ name: 'waits', sagas: [Wait], log: memoryLog() })], providers: [Wait] });
    const sagas = app.get(SagaHealthIndicator);
    expect(await sagas.isHealthy('waits', { runner: 'waits' })).toMatchObject({ waits: { status: 'up', stuck: 0 } });
    await expect(sagas.isHealthy()).rejects.toThrow('This application has no runner without a name.');
    await expect(sagas.isHealthy('x', { runner: 'x' })).rejects.toThrow("This application has no runner 'x'.");
  });
});
