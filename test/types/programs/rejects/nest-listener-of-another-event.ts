// expect: Unable to resolve signature of method decorator when called as an expression.
// at: OnSagaEvent('step-failed')
import { Injectable } from '@nestjs/common';
import { OnSagaEvent } from 'class-saga/nestjs';
import type { SagaEventOf } from 'class-saga/nestjs';

@Injectable()
export class Alerts {
  @OnSagaEvent('step-failed')
  alert(event: SagaEventOf<'step-succeeded'>): unknown {
    return event.effect;
  }
}
