// A saga of one step with six dependencies, which are declared in one of three ways.
import 'reflect-metadata';
import { Saga, Step } from 'class-saga';
import { injectable, Lifecycle, scoped, singleton } from 'tsyringe';
import { calls } from '../work.js';

type Dependency = new () => object;
type Declare = (dependency: Dependency) => void;

const declared: Readonly<Record<'singleton' | 'transient' | 'scoped', Declare>> = {
  singleton: singleton(),
  transient: injectable(),
  scoped: scoped(Lifecycle.ContainerScoped),
};
type Lifetime = keyof typeof declared;

const lifetimes = {
  singletons: ['singleton', 'singleton', 'singleton', 'singleton', 'singleton', 'singleton'],
  transients: ['transient', 'transient', 'transient', 'transient', 'transient', 'transient'],
  oneScoped: ['singleton', 'singleton', 'singleton', 'singleton', 'singleton', 'scoped'],
} as const satisfies Readonly<Record<string, readonly Lifetime[]>>;

export type Kind = keyof typeof lifetimes;

/** The saga, and how one makes it without a container. */
export function tripWith(kind: Kind) {
  const dependencies = lifetimes[kind].map(dependencyOf);

  @Saga()
  @injectable()
  @takes(dependencies)
  class Trip {
    constructor(
      readonly rates: object,
      readonly cards: object,
      readonly hotels: object,
      readonly cars: object,
      readonly flights: object,
      readonly mailer: object,
    ) {}

    @Step()
    async book(): Promise<number> {
      calls.steps += 1;
      return 1;
    }
  }

  const [rates, cards, hotels, cars, flights, mailer] = lifetimes[kind].map((lifetime, index) => byHand(lifetime, dependencies[index]!));
  return { saga: Trip, byHand: () => new Trip(rates!(), cards!(), hotels!(), cars!(), flights!(), mailer!()) };
}

function dependencyOf(lifetime: Lifetime): Dependency {
  class Desk {}
  declared[lifetime](Desk);
  return Desk;
}

function byHand(lifetime: Lifetime, dependency: Dependency): () => object {
  if (lifetime !== 'singleton') return () => new dependency();
  const only = new dependency();
  return () => only;
}

/** Says what a constructor takes, as tsc would with `emitDecoratorMetadata`; esbuild, which builds this, does not. */
function takes(types: readonly Dependency[]): ClassDecorator {
  return Reflect.metadata('design:paramtypes', types);
}
