import type { Resolver } from 'class-saga';

/** A class as the suite tells a container of it. */
export interface Registration {
  /** What others need it by. It is also the name of the parameter that takes it, for containers that go by that. */
  readonly name: string;
  /** Without decorators of any container, but `@Saga()`: they may be called on it. New for every test. */
  readonly class: Constructor;
  /** How long an instance lives; `'made'`: a saga, a sub-saga or a step class, which an execution asks for by its class. */
  readonly lifetime: 'singleton' | 'scoped' | 'transient' | 'made';
  /** The names of what its constructor takes, in their order. What is not registered under such a name is missing. */
  readonly needs: readonly string[];
  /** Whether its instance comes of a factory that is asynchronous. One that is scoped, and needs nothing. */
  readonly isMadeLater: boolean;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- containers call it with what they have resolved
export type Constructor = new (...dependencies: any[]) => Disposes;

/** What a container is to call at the end of what it was made for, one of the two: sagas and step classes have them, too. */
export interface Disposes {
  dispose(): void | Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ContainerUnderTest {
  /** As users make it. */
  readonly resolver: Resolver;
  /** Called after the test. */
  readonly close?: () => Promise<void>;
}

/** Makes a container that has been told of these, and of nothing else. Called for every test. */
export type OpenContainer = (registrations: readonly Registration[]) => ContainerUnderTest | Promise<ContainerUnderTest>;

/** What is different from container to container by their nature. */
export interface Traits {
  /** Whether it disposes of transients, and of sagas, with the execution that they were made for; else it does not keep them. */
  readonly disposesTransients: boolean;
  /** Whether it injects what an asynchronous factory resolves with; else it injects the promise. */
  readonly awaitsFactories: boolean;
  /** Whether it refuses to be made where something is missing; else that is found when it is asked for. */
  readonly refusesMissing: boolean;
}
