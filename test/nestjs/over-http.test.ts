// What a client of an application is answered, over real HTTP.
import {
  Body, ConflictException, Controller, Get, HttpException, Inject, Injectable, NotFoundException, Param, Post,
} from '@nestjs/common';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { AbortSaga, Compensate, memoryLog, Saga, SagaCancelledError, Step } from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import { InjectSaga, SagaExceptionFilter, SagaHealthIndicator, SagaModule } from 'class-saga/nestjs';
import type { SagaHandle } from 'class-saga/nestjs';
import { closedAfterwards } from './application.js';

interface Order {
  readonly fails?: 'plainly' | 'for good' | 'unexpectedly';
  readonly stuck?: boolean;
}

class SoldOutException extends ConflictException {}

@Saga()
@Injectable()
class PlaceOrder {
  @Step() async reserve(): Promise<string> {
    return 'a seat';
  }
  @Compensate('reserve') async release(_: string | undefined, { input }: CompensationContext<Order>): Promise<void> {
    if (input.stuck) throw new Error('the hall is closed');
  }
  @Step() async pay({ input }: StepContext<Order>): Promise<number> {
    if (input.fails === 'plainly') throw new SoldOutException({ message: 'sold out', seats: 0 });
    if (input.fails === 'for good') throw new AbortSaga(new HttpException('the card was refused', 402));
    if (input.fails === 'unexpectedly') throw new Error('the password of the bank is secret');
    return 12;
  }
}

@Controller('orders')
class OrdersController {
  constructor(@InjectSaga(PlaceOrder) private readonly placeOrder: SagaHandle<PlaceOrder>) {}

  @Post()
  async place(@Body() order: Order): Promise<{ readonly price: number }> {
    const { effects } = await this.placeOrder.run(order);
    return { price: effects.pay };
  }

  @Post(':id')
  async start(@Param('id') id: string, @Body() order: Order): Promise<{ readonly id: string }> {
    return { id: (await this.placeOrder.start(order, { id })).id };
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<{ readonly status: string }> {
    return { status: await this.placeOrder.handle(id).status() };
  }

  @Get(':id/result')
  async result(@Param('id') id: string): Promise<{ readonly price: number }> {
    return { price: (await this.placeOrder.handle(id).result()).effects.pay };
  }
}

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(SagaHealthIndicator) private readonly sagas: SagaHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<unknown> {
    return this.health.check([() => this.sagas.isHealthy('sagas')]);
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function served(metadata: ModuleMetadata): Promise<(path: string, body?: object) => Promise<Answer>> {
  const module = await Test.createTestingModule(metadata).compile();
  const app: INestApplication = closedAfterwards(module.createNestApplication({ logger: false }));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, body ? { method: 'POST', headers, body: JSON.stringify(body) } : {});
    return { status: response.status, body: await response.json() };
  };
}

const ofOrders: ModuleMetadata = { controllers: [OrdersController], providers: [PlaceOrder] };

describe.each([['in memory', {}], ['on a log', { log: memoryLog() }]] as const)('a saga that a controller runs %s', (_, options) => {
  const ask = (): ReturnType<typeof served> => served({ ...ofOrders, imports: [SagaModule.forRoot(options)] });

  it('answers as the controller does, where it completes', async () => {
    expect(await (await ask())('/orders', {})).toEqual({ status: 201, body: { price: 12 } });
  });

  it("answers with the step's HttpException, once everything is undone (R16)", async () => {
    expect(await (await ask())('/orders', { fails: 'plainly' })).toEqual({ status: 409, body: { message: 'sold out', seats: 0 } });
  });

  it('answers with that in an AbortSaga, too (R16)', async () => {
    expect(await (await ask())('/orders', { fails: 'for good' })).toEqual({
      status: 402, body: { statusCode: 402, message: 'the card was refused' },
    });
  });

  it('tells nothing of any other error, nor of what is stuck', async () => {
    const internal = { status: 500, body: { statusCode: 500, message: 'Internal server error' } };
    expect(await (await ask())('/orders', { fails: 'unexpectedly' })).toEqual(internal);
    expect(await (await ask())('/orders', { fails: 'plainly', stuck: true })).toEqual(internal);
  });
});

describe('an HttpException that a step threw', () => {
  it('comes back from the log with its status, also where another process asks', async () => {
    const log = memoryLog();
    const asked = (): ReturnType<typeof served> =>
      served({ ...ofOrders, imports: [SagaModule.forRoot({ log, payloads: { classes: [SoldOutException] } })] });
    const [one, other] = [await asked(), await asked()];
    await one('/orders/1', { fails: 'plainly' });
    expect(await other('/orders/1/result')).toEqual({ status: 409, body: { message: 'sold out', seats: 0 } });
    await one('/orders/2', { fails: 'for good' });
    expect(await other('/orders/2/result')).toEqual({ status: 402, body: { statusCode: 402, message: 'the card was refused' } });
  });

  it('may be any that Nest has', async () => {
    const log = memoryLog();
    @Saga()
    @Injectable()
    class Find {
      @Step() async find(): Promise<void> {
        throw new NotFoundException('no such order');
      }
    }
    @Controller('find')
    class FindController {
      constructor(@InjectSaga(Find) private readonly find: SagaHandle<Find>) {}
      @Get() async result(): Promise<unknown> {
        return (await this.find.start(undefined, { id: 'find' })).result();
      }
    }
    const ofFind = { controllers: [FindController], providers: [Find] };
    const one = await served({ ...ofFind, imports: [SagaModule.forRoot({ log })] });
    const other = await served({ ...ofFind, imports: [SagaModule.forRoot({ log })] });
    const body = { message: 'no such order', error: 'Not Found', statusCode: 404 };
    expect(await one('/find')).toEqual({ status: 404, body });
    expect(await other('/find')).toEqual({ status: 404, body });
  });
});

describe('SagaExceptionFilter', () => {
  const log = memoryLog();
  const filtered = (): ReturnType<typeof served> => {
    const providers = [PlaceOrder, { provide: APP_FILTER, useClass: SagaExceptionFilter }];
    return served({ ...ofOrders, providers, imports: [SagaModule.forRoot({ log })] });
  };

  it('answers what a client can do something about', async () => {
    const ask = await filtered();
    expect(await ask('/orders/unknown')).toEqual({ status: 404, body: { statusCode: 404, message: 'There is no such thing.' } });
    await ask('/orders/7', {});
    expect(await ask('/orders/7', { fails: 'plainly' })).toMatchObject({ status: 409, body: { message: 'Another request has this id.' } });
  });

  it.each(['rpc', 'ws', 'graphql'])('lets errors go on as they are where it is no HTTP: %s', (type) => {
    const error = new SagaCancelledError('PlaceOrder', { reason: 'no more', deadlineMs: undefined, cause: undefined });
    expect(() => new SagaExceptionFilter().catch(error, { getType: () => type } as never)).toThrow(error);
  });

  it('leaves everything else to Nest', async () => {
    const ask = await filtered();
    expect(await ask('/orders', { fails: 'plainly', stuck: true })).toMatchObject({ status: 500 });
    expect(await ask('/orders', { fails: 'plainly' })).toMatchObject({ status: 409, body: { seats: 0 } });
    expect(await ask('/nowhere')).toMatchObject({ status: 404 });
  });
});

describe('SagaHealthIndicator', () => {
  const checked = async (options: object): ReturnType<typeof served> => {
    const imports = [TerminusModule.forRoot({ logger: false }), SagaModule.forRoot(options)];
    return served({ imports, controllers: [OrdersController, HealthController], providers: [PlaceOrder] });
  };

  it('tells @nestjs/terminus that all is well', async () => {
    const ask = await checked({ log: memoryLog() });
    await ask('/orders', {});
    const sagas = { status: 'up', stuck: 0, oldestUnfinishedAt: null, unpublished: 0, incompatible: 0 };
    expect(await ask('/health')).toMatchObject({ status: 200, body: { status: 'ok', info: { sagas } } });
  });

  it('tells it that something is stuck', async () => {
    const ask = await checked({ log: memoryLog() });
    await ask('/orders', { fails: 'plainly', stuck: true });
    const sagas = { status: 'down', message: 'stuck executions: 1', stuck: 1 };
    expect(await ask('/health')).toMatchObject({ status: 503, body: { status: 'error', error: { sagas } } });
  });

  it('is up without a log', async () => {
    expect(await (await checked({}))('/health')).toMatchObject({ status: 200, body: { info: { sagas: { status: 'up' } } } });
  });
});
