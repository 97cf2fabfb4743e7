import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Async, Compensate, memoryLog, Retry, Saga, SagaRunner, Step } from 'class-saga';
import { SagaModule } from 'class-saga/nestjs';
import { begun } from './application.js';

const request = new AsyncLocalStorage<string>();
const seen: string[] = [];
const see = (where: string): void => void seen.push(`${where}: ${request.getStore() ?? 'nothing'}`);

@Saga()
@Injectable()
class Seen {
  @Step() async first(): Promise<void> {
    see('first');
    await new Promise((resolve) => setTimeout(resolve, 1));
    see('first, later');
  }
  @Compensate('first') async undo(): Promise<void> {
    see('undo');
  }
  @Step() @Async() async second(): Promise<void> {
    see('second');
  }
  @Step() @Async() async third(): Promise<void> {
    see('third');
  }
  @Step() @Retry({ attempts: 2, baseMs: 1 }) async last(): Promise<void> {
    see('last');
    throw new Error('no');
  }
}

const ways = [['in memory', {}], ['on a log', { log: memoryLog() }]] as const;

describe.each(ways)('the asynchronous context of a caller, %s', (_, options) => {
  it('is that of all steps and compensations, with several callers at once', async () => {
    seen.splice(0);
    const runner = (await begun({ imports: [SagaModule.forRoot(options)], providers: [Seen] })).get(SagaRunner);
    await Promise.all(['a', 'b', 'c'].map((caller) => request.run(caller, () => runner.settle(Seen))));
    const each = ['first', 'first, later', 'second', 'third', 'last', 'last', 'undo'];
    expect([...seen].sort()).toEqual(['a', 'b', 'c'].flatMap((caller) => each.map((where) => `${where}: ${caller}`)).sort());
  });
});
