import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LintConfig } from './support/linter.js';
import { linterOf } from './support/linter.js';
import { fencesOf } from './support/readme.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const fence = fencesOf(readFileSync(`${root}README.md`, 'utf8')).find(({ info, section }) => info === 'json' && section === 'NestJS')!;
const advised = JSON.parse(fence.lines.join('\n')) as LintConfig;

/** What a project has that takes typescript-eslint's recommendations. */
const recommended: LintConfig = {
  rules: { '@typescript-eslint/require-await': 'error', '@typescript-eslint/no-unused-vars': ['error', { args: 'after-used' }] },
};

const saga = `import { Compensate, Saga, Step } from 'class-saga';

@Saga()
export class BookTrip {
  @Step() async hotel(): Promise<string> {
    return 'a room';
  }
  @Compensate('hotel') async cancelHotel(_room: string | undefined): Promise<void> {}
}
`;

describe('the linter', () => {
  const rulesBroken = async (config: LintConfig): Promise<readonly unknown[]> => {
    const [result] = await linterOf(root, config).lintText(saga, { filePath: `${root}test/nestjs/trip.ts` });
    return result!.messages.map(({ ruleId }) => ruleId);
  };

  it('has nothing against a saga, where it is told what the README says', async () => {
    expect(await rulesBroken({ rules: { ...recommended.rules, ...advised.rules } })).toEqual([]);
  });

  it('has without it', async () => {
    expect(await rulesBroken(recommended)).toEqual([
      '@typescript-eslint/require-await', '@typescript-eslint/no-unused-vars',
    ]);
  });
});
