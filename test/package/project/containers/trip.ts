// With inversify, which has no CommonJS, and with nothing installed for the other container but its types.
import 'reflect-metadata';
import { Saga, SagaRunner, Step } from 'class-saga';
import { fromContainer as fromAwilix } from 'class-saga/awilix';
import { fromContainer } from 'class-saga/inversify';
import { Container, ContainerModule, injectable } from 'inversify';

const closed: number[] = [];

@injectable()
class UnitOfWork {
  readonly rooms = 7;
  close(): void {
    closed.push(this.rooms);
  }
}

@Saga()
@injectable()
class BookTrip {
  constructor(private readonly work: UnitOfWork) {}
  @Step()
  async rooms(): Promise<number> {
    return this.work.rooms;
  }
}

async function main(): Promise<void> {
  const ofExecution = new ContainerModule(({ bind }) => {
    bind(UnitOfWork).toSelf().inSingletonScope().onDeactivation((work) => work.close());
  });
  const runner = new SagaRunner({ resolver: fromContainer(new Container(), ofExecution) });
  await runner.check(BookTrip);
  const { rooms }: { rooms: number } = (await runner.run(BookTrip)).effects;
  console.log(JSON.stringify({ rooms, closed, awilix: typeof fromAwilix }));
}
void main();
