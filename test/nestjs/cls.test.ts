import { Inject, Injectable, Module } from '@nestjs/common';
import { Saga as CqrsSaga } from '@nestjs/cqrs';
import { ClsModule, ClsService } from 'nestjs-cls';
import { describe, expect, it } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import { SagaClass, SagaModule } from 'class-saga/nestjs';
import { begun } from './application.js';

@SagaClass()
@Injectable()
class Greet {
  constructor(@Inject(ClsService) private readonly cls: ClsService) {}

  @Step() async greet(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return `hello, ${this.cls.get<string>('tenant')}`;
  }
}

@Module({ providers: [Greet] })
class GreetModule {}

describe('nestjs-cls', () => {
  const ways = [['in memory', {}], ['on a log', { log: memoryLog() }]] as const;

  it.each(ways)("has in a step what the caller's context has, %s", async (_, options) => {
    const metadata = (): Record<string, unknown> => ({ tenant: service.get<string>('tenant') });
    const app = await begun({ imports: [ClsModule.forRoot({ global: true }), SagaModule.forRoot({ ...options, metadata }), GreetModule] });
    const service = app.get(ClsService);
    const greeted = (tenant: string): Promise<unknown> => service.run(async () => {
      service.set('tenant', tenant);
      return (await app.get(SagaRunner).run(Greet)).effects.greet;
    });
    expect(await Promise.all(['acme', 'umbrella'].map(greeted))).toEqual(['hello, acme', 'hello, umbrella']);
  });
});

describe('the alias of the decorator', () => {
  it('is the decorator, under a name that @nestjs/cqrs does not have', () => {
    expect(SagaClass).toBe(Saga);
    expect(CqrsSaga).not.toBe(Saga);
  });
});
