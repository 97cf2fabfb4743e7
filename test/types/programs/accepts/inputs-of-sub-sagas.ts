// Whatever a sub-saga asks for, its opening returns as it is: a string, a union, a list, an instance, a type of its own, nothing.
import { Saga, skip, Step, SubSaga } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';

class Guest {
  #name = 'Ann';
  constructor(private readonly id: number) {}
  greet() {
    return `${this.#name} ${this.id}`;
  }
}
type Party = { readonly kind: 'private'; readonly guest: Guest } | { readonly kind: 'business'; readonly company: string };
type CustomerId = string & { readonly brand: 'customer' };
enum Room {
  Single,
  Double,
}

@Saga()
export class OfString {
  @Step()
  async hotel({ input }: StepContext<string>) {
    return input.length;
  }
}
@Saga()
export class OfBoolean {
  @Step()
  async hotel({ input }: StepContext<boolean>) {
    return input;
  }
}
@Saga()
export class OfEnum {
  @Step()
  async hotel({ input }: StepContext<Room>) {
    return input;
  }
}
@Saga()
export class OfInstance {
  @Step()
  async hotel({ input }: StepContext<Guest>) {
    return input.greet();
  }
}
@Saga()
export class OfUnion {
  @Step()
  async hotel({ input }: StepContext<Party>) {
    return input.kind;
  }
}
@Saga()
export class OfList {
  @Step()
  async hotel({ input }: StepContext<readonly Guest[]>) {
    return input.map((guest) => guest.greet());
  }
}
@Saga()
export class OfPair {
  @Step()
  async hotel({ input }: StepContext<readonly [CustomerId, (name: string) => number]>) {
    return input[1](input[0]);
  }
}
@Saga()
export class OfAllOptional {
  @Step()
  async hotel({ input }: StepContext<{ readonly nights?: number }>) {
    return input.nights ?? 1;
  }
}
@Saga()
export class OfStringOrNothing {
  @Step()
  async hotel({ input }: StepContext<string | undefined>) {
    return input;
  }
}
@Saga()
export class OfNumberOrNull {
  @Step()
  async hotel({ input }: StepContext<number | null>) {
    return input;
  }
}
@Saga()
export class OfNothing {
  @Step()
  async hotel() {
    return 'h1';
  }
}
@Saga()
export class OfUndefined {
  @Step()
  async hotel({ input }: StepContext<undefined>) {
    return input;
  }
}
@Saga()
export class OfParts {
  @Step()
  async hotel({ input }: StepContext<{ readonly hotel: string }>) {
    return input.hotel;
  }

  @Step()
  async car({ input }: StepContext<{ readonly car: number }>) {
    return input.car;
  }
}

type Request = { readonly guest: Guest; readonly name?: string; readonly customer: CustomerId };
type Trip<K extends keyof BookTrip = never> = StepContext<Request, Effects<BookTrip, K>>;

@Saga()
export class BookTrip {
  @SubSaga(OfString)
  ofString({ input }: Trip): SubSaga<OfString> {
    return `${input.name}`;
  }
  @SubSaga(OfString)
  ofLiteral(): SubSaga<OfString> {
    return 'Ann';
  }
  @SubSaga(OfBoolean)
  ofBoolean({ input }: Trip): SubSaga<OfBoolean> {
    return input.name === 'Ann';
  }
  @SubSaga(OfEnum)
  ofEnum(): SubSaga<OfEnum> {
    return Room.Double;
  }
  @SubSaga(OfInstance)
  ofInstance({ input }: Trip): SubSaga<OfInstance> {
    return input.guest;
  }
  @SubSaga(OfUnion)
  ofUnion({ input }: Trip): SubSaga<OfUnion> {
    return input.name === undefined ? { kind: 'business', company: 'ACME' } : { kind: 'private', guest: input.guest };
  }
  @SubSaga(OfList)
  ofList({ input }: Trip): SubSaga<OfList> {
    return [input.guest, new Guest(1)];
  }
  @SubSaga(OfPair)
  ofPair({ input }: Trip): SubSaga<OfPair> {
    return [input.customer, (name) => name.length];
  }
  @SubSaga(OfAllOptional)
  ofAllOptional(): SubSaga<OfAllOptional> {
    return {};
  }
  @SubSaga(OfAllOptional)
  ofNights(): SubSaga<OfAllOptional> {
    return { nights: 3 };
  }
  @SubSaga(OfParts)
  ofParts(): SubSaga<OfParts> {
    return { hotel: 'Ritz', car: 4 };
  }

  @SubSaga(OfStringOrNothing)
  ofStringOrNothing({ input }: Trip): SubSaga<OfStringOrNothing> {
    return input.name;
  }
  @SubSaga(OfStringOrNothing)
  ofStringSkipped({ input }: Trip): SubSaga<OfStringOrNothing> | undefined {
    return input.name === '' ? skip() : input.name;
  }
  @SubSaga(OfNumberOrNull)
  ofNumberOrNull({ input }: Trip): SubSaga<OfNumberOrNull> {
    return input.name?.length ?? null;
  }

  @SubSaga(OfNothing)
  ofNothing(): SubSaga<OfNothing> {}
  @SubSaga(OfNothing)
  ofEmpty(): SubSaga<OfNothing> {
    return {};
  }
  @SubSaga(OfNothing)
  ofNothingSkipped({ input }: Trip): SubSaga<OfNothing> | undefined {
    return input.name === undefined ? skip() : {};
  }
  @SubSaga(OfUndefined)
  ofUndefined(): SubSaga<OfUndefined> {
    return undefined;
  }

  @Step({ needs: ['ofString', 'ofNothing', 'ofStringOrNothing', 'ofNumberOrNull', 'ofPair'] })
  async charge({ needs }: Trip<'ofString' | 'ofNothing' | 'ofStringOrNothing' | 'ofNumberOrNull' | 'ofPair'>) {
    needs.ofStringOrNothing.hotel satisfies string | undefined;
    needs.ofNumberOrNull.hotel satisfies number | null;
    return needs.ofNothing.hotel.length + needs.ofString.hotel + needs.ofPair.hotel;
  }

  @Step({ needs: ['ofStringSkipped', 'ofNothingSkipped'] })
  async chargeMore({ needs }: Trip<'ofStringSkipped' | 'ofNothingSkipped'>) {
    return [needs.ofStringSkipped?.hotel, needs.ofNothingSkipped?.hotel];
  }
  private done(_context: CompensationContext) {}
  keep = () => this.done;
}
