import { describe, expect, it } from 'vitest';
import { Async, Compensate, Finally, isSagaError, Retry, Saga, Step } from '../../src/index.js';
import type { StepContext } from '../../src/index.js';
import { compile } from '../../src/graph/compile.js';
import type { AnyClass } from '../../src/graph/any-class.js';

interface Guest {
  readonly name: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript asks for exactly this of the base class of a mixin
type Base<T = object> = abstract new (...args: any[]) => T;

const WithLodging = <B extends Base>(Above: B) => {
  abstract class Lodging extends Above {
    @Step()
    async hotel(_: StepContext<Guest>): Promise<string> {
      return 'h';
    }
    @Compensate('hotel')
    @Retry({ attempts: 3 })
    async cancelHotel(_: string | undefined): Promise<void> {}
    @Finally()
    async leave(): Promise<void> {}
  }
  return Lodging;
};

const WithTransport = <B extends Base>(Above: B) => {
  abstract class Transport extends Above {
    @Step()
    @Async()
    async car(_: StepContext<Guest>): Promise<number> {
      return 1;
    }
  }
  return Transport;
};

abstract class Paid {
  @Step()
  async authorization(_: StepContext<Guest>): Promise<string> {
    return 'ok';
  }
}

describe('mixins that are made by subclass factories', () => {
  it('bring their steps in the order in which they are stacked, the innermost first (R1)', () => {
    @Saga({ steps: ['authorization', 'hotel', ['car', 'flight']] })
    class BookTrip extends WithTransport(WithLodging(Paid)) {
      @Step({ needs: ['hotel', 'authorization'] })
      @Async()
      async flight(_: StepContext<Guest, { readonly hotel: string; readonly authorization: string }>): Promise<void> {}
    }
    @Saga({ steps: ['authorization', 'car', 'hotel'] })
    class BookOtherTrip extends WithLodging(WithTransport(Paid)) {}

    expect(compile(BookTrip).steps[1]?.compensation).toMatchObject({ method: 'cancelHotel', retry: { attempts: 3 } });
    expect(compile(BookTrip).finally.map(({ method }) => method)).toEqual(['leave']);
    expect(compile(BookOtherTrip).stages).toEqual([['authorization'], ['car'], ['hotel']]);
  });

  it('share nothing between the sagas that they are in', () => {
    @Saga()
    class One extends WithLodging(Object) {
      @Step({ override: true, timeoutMs: 5 })
      override async hotel(_: StepContext<Guest>): Promise<string> {
        return 'mine';
      }
    }
    @Saga()
    class Other extends WithLodging(Object) {
      @Step()
      async spa(_: StepContext<Guest>): Promise<void> {}
    }
    expect(compile(One).steps.map(({ name, timeoutMs }) => [name, timeoutMs])).toEqual([['hotel', 5]]);
    expect(compile(Other).steps.map(({ name, timeoutMs }) => [name, timeoutMs])).toEqual([
      ['hotel', null],
      ['spa', null],
    ]);
  });

  it('may be one class that two sagas extend', () => {
    const Lodging = WithLodging(Paid);
    @Saga()
    class One extends Lodging {}
    @Saga({ version: '2' })
    class Other extends Lodging {
      @Step()
      async spa(_: StepContext<Guest>): Promise<void> {}
    }
    expect([compile(One), compile(Other)].map(({ saga, stages }) => [saga, stages.flat()])).toEqual([
      ['One', ['authorization', 'hotel']],
      ['Other', ['authorization', 'hotel', 'spa']],
    ]);
  });

  it('take a name from each other only on purpose', () => {
    expect(() => {
      @Saga()
      class Twice extends WithLodging(WithLodging(Object)) {}
      return Twice;
    }).toThrow('Lodging.hotel is a @Step, and so is Lodging.hotel, which it overrides.');
  });
});

describe('mixins whose methods are copied', () => {
  /** The TypeScript handbook's `applyMixins`. */
  const applyMixins = (target: AnyClass, mixins: readonly AnyClass[]): void => {
    for (const { prototype } of mixins as readonly { readonly prototype: object }[]) {
      for (const name of Object.getOwnPropertyNames(prototype)) {
        if (name === 'constructor') continue;
        Object.defineProperty(target.prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!);
      }
    }
  };

  const refusalOf = (declare: () => void): string => {
    try {
      declare();
    } catch (error) {
      if (isSagaError(error)) return error.message;
      throw error;
    }
    return 'none';
  };

  it('leave behind what decorators said, which stays with the class that it was said in', () => {
    class BookTrip {}
    applyMixins(BookTrip, [Paid]);
    expect(refusalOf(() => Saga()(BookTrip))).toContain('BookTrip has no steps.');
  });

  it('are missed by whoever counts on them: the table of contents', () => {
    class BookTrip {
      @Step()
      async hotel(_: StepContext<Guest>): Promise<string> {
        return 'h';
      }
    }
    applyMixins(BookTrip, [Paid]);
    const declare = Saga({ steps: ['authorization', 'hotel'] as never[] });
    expect(refusalOf(() => declare(BookTrip))).toContain("'authorization' is not a @Step");
  });
});
