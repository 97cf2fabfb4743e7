import 'reflect-metadata';
import { HttpException, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { Compensate, memoryLog, SagaRunner, Step } from 'class-saga';
import type { ExecutionRef, StepContext } from 'class-saga';
import { InjectSaga, OnSagaEvent, SagaClass, SagaHealthIndicator, SagaModule } from 'class-saga/nestjs';
import type { SagaHandle } from 'class-saga/nestjs';

interface TripRequest {
  readonly city: string;
  readonly card: 'good' | 'bad';
}

@Injectable()
class HotelDesk {
  readonly cancelled: string[] = [];
}

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  readonly name: unknown;

  constructor(@Inject(REQUEST) execution: ExecutionRef) {
    this.name = execution.metadata['tenant'];
  }
}

@SagaClass()
@Injectable()
class BookTrip {
  constructor(private readonly desk: HotelDesk, private readonly tenant: Tenant) {}

  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<string> {
    return `a room in ${input.city} for ${this.tenant.name}`;
  }
  @Compensate('hotel')
  async cancelHotel(hotel: string | undefined): Promise<void> {
    this.desk.cancelled.push(hotel ?? 'nothing');
  }

  @Step()
  async charge({ input }: StepContext<TripRequest>): Promise<number> {
    if (input.card === 'bad') throw new HttpException('the card was refused', 402);
    return 14;
  }
}

@Injectable()
class Agency {
  readonly heard: string[] = [];

  constructor(@InjectSaga(BookTrip) readonly bookTrip: SagaHandle<BookTrip>, readonly runner: SagaRunner) {}

  @OnSagaEvent('completed')
  completed(): void {
    this.heard.push('completed');
  }
}

@Module({ imports: [SagaModule.forRoot({ log: memoryLog() })], providers: [BookTrip, HotelDesk, Tenant, Agency] })
class AppModule {}

async function main(): Promise<void> {
  process.on('SIGTERM', () => process.exit());
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'], abortOnError: false });
  const { bookTrip, runner, heard } = app.get(Agency);
  const metadata = { tenant: 'acme' };
  const trip = await bookTrip.run({ city: 'Kyiv', card: 'good' }, { metadata });
  const { hotel, charge }: { hotel: string; charge: number } = trip.effects;
  const error: unknown = await runner.run(BookTrip, { city: 'Lviv', card: 'bad' }, { metadata }).catch((reason: unknown) => reason);
  const health = await app.get(SagaHealthIndicator).isHealthy();
  const { cancelled } = app.get(HotelDesk);
  await app.close();
  const failed = error instanceof HttpException ? error.getStatus() : String(error);
  console.log(JSON.stringify({ completed: { hotel, charge }, failed, cancelled, heard, health: health.sagas.status }));
}

void main();
