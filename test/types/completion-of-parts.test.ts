import { describe, expect, it } from 'vitest';
import { completionsAt, nest11, strict } from './compile.js';

const complete = {
  needs: '',
  effect: `effect: 'hotel'`,
  type: 'hotel',
  input: '',
  receipt: '',
  compensate: 'execute',
  charge: '',
  read: 'car',
  saga: '',
};
type Places = typeof complete;

const program = (written: Partial<Places>) => {
  const { needs, effect, type, input, receipt, compensate, charge, read, saga } = { ...complete, ...written };
  return `
  import { Compensate, Saga, Step, SubSaga, UseStep } from 'class-saga';
  import type { Effects, StepContext } from 'class-saga';

  @Saga()
  export class BookLodging {
    @Step()
    async hotel({ input }: StepContext<{ readonly guest: string; readonly nights: number }>) {
      return { ref: input.guest };
    }
    @Step()
    async car() {
      return 'c1';
    }
    @Step()
    async welcome() {}
  }
  export class SendReceipt {
    @Step()
    async execute({ input }: StepContext<{ readonly to: string }>) {
      return input.to;
    }
    @Compensate('${compensate}')
    async compensate(_receipt: string | undefined) {}
  }

  @Saga({ ${saga} })
  export class BookTrip {
    @SubSaga(BookLodging, { ${needs} ${effect} })
    lodging(): SubSaga<BookLodging, '${type}'> {
      return { ${input} };
    }
    @UseStep(SendReceipt, { ${receipt} })
    receipt(): UseStep<SendReceipt> {
      return { to: 'ann@example.org' };
    }
    @SubSaga(BookLodging)
    more(): SubSaga<BookLodging> {
      return { guest: 'Ann', nights: 1 };
    }
    @Step({ ${charge} })
    async charge({ needs }: StepContext<unknown, Effects<BookTrip, 'more'>>) {
      return needs.more.${read};
    }
  }
`;
};

const steps = ['charge', 'lodging', 'more', 'receipt'];
const places: [string, Partial<Places>, readonly string[]][] = [
  ['the steps of @Saga: sub-sagas and step classes too', { saga: `steps: ['¦']` }, steps],
  ['the needs of a step: sub-sagas and step classes too', { charge: `needs: ['¦']` }, steps],
  ['the needs of an opening', { needs: `needs: ['¦'],` }, steps],
  ['the needs of what uses a step class', { receipt: `needs: ['¦']` }, steps],
  ['the effect that stands for a sub-saga', { effect: `effect: '¦'` }, ['car', 'hotel']],
  ['the effect that the return type names', { type: '¦' }, ['car', 'hotel']],
  ['what an opening returns', { input: '¦' }, ['guest', 'nights']],
  ['the effect of a sub-saga', { read: '¦' }, ['car', 'hotel']],
  ['@Compensate in a step class', { compensate: '¦' }, ['execute']],
];

describe.each([
  ['strict settings', strict],
  ['the starter of Nest 11', nest11],
])('an editor, with %s, in a saga with sub-sagas and step classes,', (_, options) => {
  it.each(places)('offers what is right in %s, and nothing else', (_place, written, right) => {
    expect([...completionsAt(program(written), options)].sort()).toEqual(right);
  });
});
