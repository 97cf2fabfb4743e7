// ESLint 8 brings no types: the part of its API that the tests need.
import { createRequire } from 'node:module';

export interface LintMessage {
  /** `null`: the file could not be read as source text at all. */
  readonly ruleId: string | null;
  readonly message: string;
  readonly line: number;
}

export interface LintConfig {
  readonly rules: Readonly<Record<string, unknown>>;
}

interface LinterOptions {
  readonly cwd: string;
  /** Stands over what the project's own files say. */
  readonly overrideConfig?: LintConfig;
}

interface Linter {
  lintText(text: string, options: { readonly filePath: string }): Promise<readonly { readonly messages: readonly LintMessage[] }[]>;
  calculateConfigForFile(filePath: string): Promise<LintConfig>;
}

const { ESLint } = createRequire(import.meta.url)('eslint') as { readonly ESLint: new (options: LinterOptions) => Linter };

export function linterOf(cwd: string, overrideConfig?: LintConfig): Linter {
  // In CI typescript-eslint assumes one run over the files as they are on disk, and would not look at the text that a test gives it.
  process.env.TSESTREE_SINGLE_RUN = 'false';
  return new ESLint({ cwd, ...(overrideConfig && { overrideConfig }) });
}
