// Sagas in a Nest application, as users write them.
import { Body, Controller, Get, Injectable, Module, Param, Post, Scope } from '@nestjs/common';
import { Compensate, memoryLog, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, ExecutionRef, StepContext } from 'class-saga';
import { InjectSaga, InjectSagaRunner, OnSagaEvent, SagaClass, SagaModule } from 'class-saga/nestjs';
import type { SagaEventOf, SagaHandle, SagaOptions, SagaOptionsFactory } from 'class-saga/nestjs';

interface Trip {
  readonly to: string;
}

@Injectable()
export class Payments {
  async charge(to: string): Promise<number> {
    return to.length;
  }
}

@SagaClass()
@Injectable({ scope: Scope.REQUEST })
export class BookTrip {
  constructor(private readonly payments: Payments) {}

  @Step()
  async charge({ input, metadata }: StepContext<Trip>): Promise<number> {
    const tenant: unknown = metadata['tenant'];
    return this.payments.charge(`${input.to} for ${String(tenant)}`);
  }
  @Compensate('charge')
  async refund(price: number | undefined, { input }: CompensationContext<Trip>): Promise<void> {
    await this.payments.charge(`${input.to}: ${price ?? 0} back`);
  }
}

@Controller('trips')
export class TripsController {
  @InjectSaga(BookTrip) private readonly another!: SagaHandle<BookTrip>;

  constructor(
    @InjectSaga(BookTrip) private readonly bookTrip: SagaHandle<BookTrip>,
    private readonly runner: SagaRunner,
    @InjectSagaRunner('other') private readonly other: SagaRunner,
  ) {}

  @Post()
  async book(@Body() trip: Trip): Promise<{ readonly price: number }> {
    const { effects } = await this.bookTrip.run(trip, { metadata: { tenant: 'acme' }, deadlineMs: 5_000 });
    const settled = await this.another.settle(trip);
    return { price: settled.status === 'completed' ? settled.effects.charge : effects.charge };
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<string> {
    const handle = await this.bookTrip.start({ to: 'Kyiv' }, { id, metadata: { tenant: 'acme' } });
    const again = this.bookTrip.handle(handle.id);
    const price: number = (await again.result()).effects.charge;
    const events = (await this.runner.executions.show(id)).events;
    await this.other.close();
    return `${await handle.status()} ${price} ${events.length}`;
  }

  @OnSagaEvent(['stuck', 'step-failed'], { saga: BookTrip })
  alert(event: SagaEventOf<'stuck' | 'step-failed'>, execution: ExecutionRef): string {
    return `${event.type} ${execution.id}`;
  }

  @OnSagaEvent('completed')
  count(): void {}
}

@Injectable()
export class Options implements SagaOptionsFactory {
  createSagaOptions(): SagaOptions {
    return { log: memoryLog(), worker: { concurrency: 10 }, metadata: () => ({ tenant: 'acme' }) };
  }
}

@Module({
  imports: [
    SagaModule.forRoot({ log: memoryLog(), worker: false, retentionMs: 1_000, publish: { to: 'EventBus' }, observers: [] }),
    SagaModule.forRootAsync({ inject: [Payments], useFactory: (payments: Payments) => ({ publish: () => payments.charge('') }) }),
    SagaModule.forRootAsync({ name: 'other', sagas: [BookTrip], useClass: Options }),
    SagaModule.forTest(),
  ],
  providers: [BookTrip, Payments],
  controllers: [TripsController],
})
export class AppModule {}
