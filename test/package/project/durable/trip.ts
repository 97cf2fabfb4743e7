// With an execution log in a file, and with nothing installed for the other one but its types.
import { Compensate, Saga, SagaRunner, Step } from 'class-saga';
import type { CompensationContext, Effects, LogTransaction, ExecutionHandle, StepContext } from 'class-saga';
import { postgresLog } from 'class-saga/postgres';
import { sqliteLog } from 'class-saga/sqlite';

interface TripRequest {
  readonly city: string;
  readonly card: 'good' | 'bad';
}
type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;

interface Client {
  query(text: string): Promise<void>;
}

/** It only compiles here. */
@Saga()
export class Bill {
  @Step({ transactional: true })
  async entry({ transaction }: StepContext<string, unknown, never, LogTransaction<Client>>): Promise<void> {
    await transaction.query('insert into bill default values');
  }
}

const cancelled: string[] = [];

@Saga()
class BookTrip {
  @Step()
  async hotel({ input }: Trip): Promise<Map<string, Date>> {
    return new Map([[input.city, new Date(0)]]);
  }
  @Compensate('hotel')
  async cancelHotel(hotel: Map<string, Date> | undefined, { failure }: CompensationContext<TripRequest>): Promise<void> {
    cancelled.push(`${[...(hotel?.keys() ?? [])].join()}, because of ${failure.step}`);
  }
  @Step({ needs: ['hotel'] })
  async charge({ input, needs }: Trip<'hotel'>): Promise<number> {
    if (input.card === 'bad') throw new RangeError('the card was refused');
    return needs.hotel.size;
  }
}

async function main(): Promise<void> {
  const file = 'sagas.db';
  const runner = new SagaRunner({ log: sqliteLog(file), sagas: [BookTrip] });
  await runner.open();
  const trip: ExecutionHandle<BookTrip> = await runner.start(BookTrip, { city: 'Kyiv', card: 'good' }, { id: 'trip-1' });
  const { effects } = await trip.result();
  const failed = await runner.run(BookTrip, { city: 'Lviv', card: 'bad' }).catch((error: unknown) => String(error));
  await runner.close();

  const other = new SagaRunner({ log: sqliteLog(file), worker: false });
  const found = await other.handle(BookTrip, 'trip-1').result();
  await other.close();
  console.log(JSON.stringify({
    completed: { hotel: [...effects.hotel.entries()], charge: effects.charge },
    failed,
    cancelled,
    found: found.effects.charge,
    postgres: typeof postgresLog,
  }));
}
void main();
