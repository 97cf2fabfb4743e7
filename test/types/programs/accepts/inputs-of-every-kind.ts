// The input of a saga is what all of its contexts ask for together; where nobody asks for one it may be left out.
import { Compensate, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, InputOf, StepContext } from 'class-saga';

@Saga()
export class NobodyAsks {
  @Step()
  async hotel(_: StepContext) {}
}

@Saga()
export class EachAsksForAPart {
  @Step()
  async hotel({ input }: StepContext<{ readonly hotel: string }>) {
    return input.hotel;
  }
  @Compensate('hotel')
  async cancelHotel(_hotel: string | undefined, { input }: CompensationContext<{ readonly email?: string }>) {
    console.log(input.email);
  }

  @Step()
  async car({ input }: StepContext<{ readonly hotel: string; readonly car: number }>) {
    return input.car;
  }

  @Step()
  async untyped({ input }: StepContext<any>) {
    console.log(input.whatever);
  }
}

@Saga()
export class ByNumber {
  @Step()
  async hotel({ input }: StepContext<number>) {
    return input + 1;
  }
}

@Saga()
export class Perhaps {
  @Step()
  async hotel({ input }: StepContext<string | undefined>) {
    return input?.length;
  }
}

type Either = { readonly kind: 'private'; readonly name: string } | { readonly kind: 'business'; readonly company: string };

@Saga()
export class OneOfTwo {
  @Step()
  async hotel({ input }: StepContext<Either>) {
    return input.kind;
  }

  @Step()
  async car({ input }: StepContext<Either>) {
    return input.kind === 'private' ? input.name : input.company;
  }
}

@Saga()
export class AsksForAnything {
  @Step()
  async hotel({ input }: StepContext<any>): Promise<string> {
    return String(input);
  }
}

type CustomerId = string & { readonly brand: 'customer' };

@Saga()
export class Branded {
  @Step()
  async hotel({ input }: StepContext<{ readonly customer: CustomerId }>) {
    return input.customer;
  }

  @Step()
  async car({ input }: StepContext<{ readonly customer: string }>) {
    return input.customer;
  }
}

export async function runAll(runner: SagaRunner) {
  await runner.run(NobodyAsks);
  await runner.run(NobodyAsks, undefined, { deadlineMs: 1_000 });
  await runner.run(AsksForAnything, 'anything');
  await runner.run(EachAsksForAPart, { hotel: 'Ritz', car: 4 });
  await runner.run(EachAsksForAPart, { hotel: 'Ritz', car: 4, email: 'ann@example.org' });
  await runner.run(ByNumber, 7);
  await runner.run(Perhaps);
  await runner.run(Perhaps, undefined);
  await runner.run(Perhaps, 'Ritz');
  await runner.run(OneOfTwo, { kind: 'private', name: 'Ann' });
  ({ kind: 'business', company: 'ACME' }) satisfies InputOf<OneOfTwo>;
  await runner.run(Branded, { customer: 'c1' as CustomerId });
}
