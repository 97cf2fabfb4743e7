// Classes as users have them, and a codec that knows them.
import type { CodecOptions } from '../../../src/durable/codec/codec.js';
import { Codec } from '../../../src/durable/codec/codec.js';

/** Held by its properties. */
export class Address {
  constructor(
    readonly street: string,
    readonly of?: unknown,
  ) {}

  line(): string {
    return `to ${this.street}`;
  }
}
export class PostBox extends Address {}

/** Has private fields, so it says what it is made of. */
export class Money {
  readonly #cents: bigint;
  readonly extra: unknown;

  constructor(cents: bigint, extra?: unknown) {
    this.#cents = cents;
    this.extra = extra;
  }

  get cents(): bigint {
    return this.#cents;
  }
}

export class CardDeclined extends Error {
  override readonly name = 'CardDeclined';

  constructor(readonly reason: string) {
    super(`declined: ${reason}`);
  }

  isFinal(): boolean {
    return this.reason === 'stolen';
  }
}

/** A class of one of the language's. */
export class Basket extends Map<string, number> {
  owner = 'Ann';

  total(): number {
    return [...this.values()].reduce((sum, count) => sum + count, 0);
  }
}

export const classes: CodecOptions['classes'] = [
  Address,
  CardDeclined,
  Basket,
  {
    class: Money,
    name: 'money',
    toData: (money: Money) => [money.cents, money.extra],
    fromData: ([cents, extra]: [bigint, unknown]) => new Money(cents, extra),
  },
];

export const codec = new Codec({ classes });

/** What the log gives back. */
export function copyOf<T>(value: T, by = codec): T {
  return by.decode(by.encode(value)) as T;
}
