// expect: Argument of type '"stucked"' is not assignable to parameter of type 'SagaEventName | readonly SagaEventName[]'
// at: 'stucked'
import { Injectable } from '@nestjs/common';
import { OnSagaEvent } from 'class-saga/nestjs';

@Injectable()
export class Alerts {
  @OnSagaEvent('stucked')
  alert(): void {}
}
