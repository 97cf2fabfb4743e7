import { describe, expect, it } from 'vitest';
import { completionsAt, nest11, strict } from './compile.js';

interface Decorations {
  readonly saga?: string;
  readonly compensate?: string;
  readonly fallback?: string;
  readonly charge?: string;
  readonly refund?: string;
}

const program = ({ saga = '', compensate = 'hotel', fallback = 'rates', charge = '', refund = '' }: Decorations) => `
  import { Compensate, Fallback, Saga, Step } from 'class-saga';
  import type { CompensationContext, StepContext } from 'class-saga';

  @Saga({ ${saga} })
  export class BookTrip {
    @Step()
    async rates({ input }: StepContext<string>) {
      return { base: input };
    }
    @Fallback('${fallback}')
    async lastKnownRates({ input }: CompensationContext<string>) {
      return { base: input };
    }

    @Step()
    async hotel() {
      return 'h1';
    }
    @Compensate('${compensate}')
    async cancelHotel(_hotel: string | undefined) {}

    @Step({ ${charge} })
    async charge() {
      return 100;
    }
    @Compensate('charge', { ${refund} })
    async refund(_amount: number | undefined, _context: CompensationContext<string>) {}

    private async helper() {}
  }
`;

const places: [string, Decorations][] = [
  ['@Compensate', { compensate: '¦' }],
  ['@Compensate, half written', { compensate: 'ho¦' }],
  ['@Fallback', { fallback: '¦' }],
  ['the needs of a step', { charge: `needs: ['¦']` }],
  ['the second of the needs of a step', { charge: `needs: ['hotel', '¦']` }],
  ['the needs of a compensation', { refund: `needs: ['¦']` }],
  ['the steps of @Saga', { saga: `steps: ['¦']` }],
  ['the concurrent steps of @Saga', { saga: `steps: ['rates', ['¦']]` }],
];

describe.each([
  ['strict settings', strict],
  ['the starter of Nest 11', nest11],
])('an editor, with %s,', (_, options) => {
  it.each(places)('offers the names of the steps in %s, and no others', (_place, decorations) => {
    const offered = completionsAt(program(decorations), options);
    expect([...offered].sort()).toEqual(['charge', 'hotel', 'rates']);
  });
});
