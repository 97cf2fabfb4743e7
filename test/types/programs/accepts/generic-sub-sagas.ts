// A base class with type parameters may open sub-sagas and use step classes; a sub-saga may be of a generic class.
import { Compensate, Saga, SagaRunner, skip, Step, SubSaga, UseStep } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import type { Booking, Receipt, TripRequest } from '../domain.js';

@Saga()
export class Hold<Item> {
  @Step()
  async item({ input }: StepContext<{ readonly item: Item; readonly nights: number }>): Promise<Item> {
    return input.item;
  }
  @Compensate('item')
  async release(_item: Item | undefined, _: CompensationContext<{ readonly item: Item }>) {}
}

export class SendReceipt {
  @Step()
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<Receipt> {
    return { number: input.to.length };
  }
}

export abstract class Reservation<Item, Request extends { readonly email: string } = TripRequest> {
  protected abstract order(request: Request): Promise<Item>;
  protected abstract roomOf(request: Request): Booking;

  @Step()
  async reserve({ input }: StepContext<Request>): Promise<Item> {
    return this.order(input);
  }

  @SubSaga(Hold<Booking>, { needs: ['reserve'] })
  hold({ input }: StepContext<Request, Effects<Reservation<Item, Request>, 'reserve'>>): SubSaga<Hold<Booking>> {
    return { item: this.roomOf(input), nights: 2 };
  }

  @SubSaga(Hold<Booking>, { effect: 'item' })
  room({ input }: StepContext<Request>): SubSaga<Hold<Booking>, 'item'> | undefined {
    return input.email === '' ? skip() : { item: this.roomOf(input), nights: 2 };
  }

  @UseStep(SendReceipt)
  receipt({ input }: StepContext<Request>): UseStep<SendReceipt> {
    return { to: input.email };
  }

  @Step({ needs: ['hold', 'room', 'receipt', 'reserve'] })
  async charge({
    needs: { hold, room, receipt, reserve },
  }: StepContext<Request, Effects<Reservation<Item, Request>, 'hold' | 'room' | 'receipt' | 'reserve'>>): Promise<readonly Item[]> {
    console.log(hold.item.price + (room?.price ?? 0) + receipt.number);
    return [reserve];
  }
}

@Saga({ steps: ['reserve', 'hold', 'room', 'receipt', 'charge', 'confirmation'] })
export class BookHotel extends Reservation<Booking> {
  protected override async order(request: TripRequest) {
    return this.roomOf(request);
  }
  protected override roomOf(request: TripRequest) {
    return { ref: request.hotel, price: 100 };
  }

  @Step({ needs: ['hold'] })
  async confirmation({ needs }: StepContext<TripRequest, Effects<BookHotel, 'hold'>>) {
    return needs.hold.item.ref;
  }
}

export async function book(runner: SagaRunner, request: TripRequest) {
  const { effects } = await runner.run(BookHotel, request);
  return effects satisfies {
    reserve: Booking;
    hold: { readonly item: Booking };
    room: Booking | undefined;
    receipt: Receipt;
    charge: readonly Booking[];
    confirmation: string;
  };
}
