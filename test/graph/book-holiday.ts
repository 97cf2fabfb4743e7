import { Async, Compensate, Fallback, Finally, Retry, Saga, Step, SubSaga, UseStep } from '../../src/index.js';
import type { CompensationContext, Effects, StepContext } from '../../src/index.js';

interface Guest {
  readonly email: string;
}
type Holiday<K extends keyof BookHoliday = never> = StepContext<Guest, Effects<BookHoliday, K>>;
type Lodging<K extends keyof BookLodging = never> = StepContext<Guest, Effects<BookLodging, K>>;

/** Sagas within sagas, and a step class at both levels, with every kind of line that they add to a drawing. Nothing happens in them. */
export class SendMail {
  @Step({ timeoutMs: 2_000 })
  @Retry({ attempts: 2 })
  async execute({ input }: StepContext<{ readonly to: string }>): Promise<string> {
    return input.to;
  }
  @Compensate('execute', { requiresEffect: true })
  @Retry({ attempts: 4, retryIf: (error) => error instanceof TypeError })
  async takeBack(_: string, __: CompensationContext<{ readonly to: string }>): Promise<void> {}
  @Fallback('execute')
  async print(_: CompensationContext<{ readonly to: string }>): Promise<string> {
    return 'on paper';
  }
}

@Saga({ version: '3' })
export class BookSpa {
  @Step()
  async massage(_: StepContext<Guest>): Promise<number> {
    return 1;
  }
  @Step({ needs: ['massage'] })
  async sauna(_: StepContext<Guest, Effects<BookSpa, 'massage'>>): Promise<number> {
    return 2;
  }
  @Compensate('sauna', { needs: ['massage'] })
  async leaveSauna(_: number | undefined, __: CompensationContext<Guest, Effects<BookSpa, 'massage'>>): Promise<void> {}

  @Finally()
  async closeSpa(): Promise<void> {}
}

@Saga()
export class BookLodging {
  @Step()
  @Async()
  async hotel(_: Lodging): Promise<string> {
    return 'h';
  }
  @Compensate('hotel')
  @Retry({ attempts: 10, baseMs: 500 })
  async cancelHotel(_: string | undefined): Promise<void> {}

  @Step({ needs: ['hotel'] })
  @Async()
  async room(_: Lodging<'hotel'>): Promise<number> {
    return 7;
  }

  @SubSaga(BookSpa, { needs: ['room'] })
  spa({ input }: Lodging<'room'>): SubSaga<BookSpa> {
    return input;
  }

  @UseStep(SendMail, { needs: ['spa'] })
  keys({ input }: Lodging<'spa'>): UseStep<SendMail> {
    return { to: input.email };
  }

  @Finally()
  async closeLodging(): Promise<void> {}
}

@Saga({ steps: ['authorization', 'lodging', ['car', 'receipt']] })
export class BookHoliday {
  @Step()
  async authorization(_: Holiday): Promise<string> {
    return 'ok';
  }
  @Compensate('authorization')
  async releaseCard(_: string | undefined): Promise<void> {}

  @SubSaga(BookLodging, { needs: ['authorization'], effect: 'hotel' })
  lodging({ input }: Holiday<'authorization'>): SubSaga<BookLodging, 'hotel'> {
    return input;
  }

  @Step({ needs: ['lodging'] })
  @Async()
  async car(_: Holiday<'lodging'>): Promise<number> {
    return 1;
  }

  @UseStep(SendMail, { needs: ['authorization'], timeoutMs: 500 })
  @Async()
  @Retry({ attempts: 3 })
  receipt({ input }: Holiday<'authorization'>): UseStep<SendMail> {
    return { to: input.email };
  }

  @Finally()
  async done(): Promise<void> {}
}
