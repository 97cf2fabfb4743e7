// expect: Object literal may only specify known properties, and 'from' does not exist in type 'Trip'.
// at: from
import { Injectable } from '@nestjs/common';
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import { InjectSaga } from 'class-saga/nestjs';
import type { SagaHandle } from 'class-saga/nestjs';

interface Trip {
  readonly to: string;
}

@Saga()
@Injectable()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<Trip>): Promise<string> {
    return input.to;
  }
}

@Injectable()
export class Agency {
  constructor(@InjectSaga(BookTrip) private readonly bookTrip: SagaHandle<BookTrip>) {}

  async book(): Promise<void> {
    await this.bookTrip.run({ from: 'Kyiv' });
  }
}
