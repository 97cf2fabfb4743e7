// @Async and @Retry are ordinary method decorators: what composes decorators, as NestJS does, takes them.
import { Async, Compensate, Retry, Saga, Step } from 'class-saga';
import type { Booking } from '../domain.js';

function applyDecorators(...decorators: (ClassDecorator | MethodDecorator | PropertyDecorator)[]) {
  return <Class extends Function, Y>(target: Class | object, key?: string | symbol, descriptor?: TypedPropertyDescriptor<Y>): void => {
    for (const decorator of decorators) (decorator as MethodDecorator)(target, key as string, descriptor as TypedPropertyDescriptor<Y>);
  };
}

const Remote = (timeoutMs: number) => applyDecorators(Async({ timeoutMs }), Retry({ attempts: 3, baseMs: 100 }));
const Stubborn: MethodDecorator = Retry({ attempts: 10 });

@Saga()
export class BookTrip {
  @Step()
  @Remote(5_000)
  async hotel(): Promise<Booking> {
    return { ref: 'h1', price: 100 };
  }
  @Stubborn
  @Compensate('hotel')
  async cancelHotel(_hotel: Booking | undefined) {}
}
