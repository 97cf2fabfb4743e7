import { describe, expect, it } from 'vitest';
import { Compensate, isSagaError, Saga, SagaDefinitionError, Step } from 'class-saga';
import { compile } from '../../src/graph/compile.js';
import { ownSagaNotes } from '../../src/metadata/record.js';

/** What declaring a class throws. */
function declaring(declare: () => unknown): unknown {
  try {
    declare();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('@Saga', () => {
  it('records what it is told of the class, word for word', () => {
    @Saga({ name: 'book-trip', version: '2', steps: ['hotel'] })
    class BookTrip {
      @Step()
      async hotel() {}
    }

    expect(ownSagaNotes(BookTrip.prototype)).toEqual([{ name: 'book-trip', version: '2', steps: ['hotel'] }]);
  });

  it('leaves the class itself as it is', () => {
    class BookTrip {
      @Step()
      async hotel() {}
    }

    expect(Saga()(BookTrip)).toBeUndefined();
    expect(new BookTrip()).toBeInstanceOf(BookTrip);
  });

  it('compiles the class when it is declared, once', () => {
    @Saga({ name: 'book-trip' })
    class BookTrip {
      @Step()
      async hotel() {}
    }

    expect(compile(BookTrip)).toBe(compile(BookTrip));
    expect(compile(BookTrip).saga).toBe('book-trip');
  });

  it('throws every mistake of the declaration when the class is declared', () => {
    const error = declaring(() => {
      @Saga()
      class BookTrip {
        @Step({ timeoutMs: -1 })
        async hotel() {}
        @Compensate('hotel', { graceMs: Number.NaN })
        async cancelHotel() {}
      }
      return BookTrip;
    });

    expect(isSagaError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'SAGA_DEFINITION_INVALID', issues: [{ method: 'hotel' }, { method: 'cancelHotel' }] });
  });

  it('is a mistake without its parentheses, which would give it the class in place of options', () => {
    class BookTrip {
      @Step()
      async hotel() {}
    }
    const error = declaring(() => (Saga as unknown as (saga: unknown) => void)(BookTrip));

    expect(error).toBeInstanceOf(SagaDefinitionError);
    const { issues, message } = error as SagaDefinitionError;
    expect(issues).toHaveLength(1);
    expect(issues).toMatchObject([{ rule: 'MISSING_PARENTHESES' }]);
    expect(message).toBe('BookTrip has @Saga without parentheses. Write @Saga().');
  });

  it('judges nothing of a class that it does not stand on: a base class may be unfinished', () => {
    const error = declaring(() => {
      abstract class Base {
        @Step({ timeoutMs: -1 })
        async hotel() {}
      }
      return Base;
    });

    expect(error).toBeUndefined();
  });
});
