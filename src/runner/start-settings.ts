import { SagaError } from '../errors/saga-error.js';
import { metadataRule } from '../runtime/execution-metadata.js';
import type { OptionRules } from '../runtime/option-rules.js';
import { problemsOf } from '../runtime/option-rules.js';
import { executionIdRule, deadlineRule } from '../runtime/run-settings.js';
import type { StartOptions } from '../saga/start-options.js';

const rules: OptionRules<StartOptions> = { id: executionIdRule, deadlineMs: deadlineRule, metadata: metadataRule };

/** @throws SagaError `SAGA_RUNTIME_BAD_RUN_OPTIONS` when an option is unknown or of the wrong type, all of them in one */
export function startSettingsOf(saga: string, options: StartOptions | undefined): StartOptions {
  if (options === undefined) return {};
  const problems = problemsOf(options, rules);
  if (problems.length === 0) return options;
  throw new SagaError({
    code: 'SAGA_RUNTIME_BAD_RUN_OPTIONS',
    problem: `${saga} cannot be started with these options: ${problems.join('; ')}.`,
    remedy: 'Correct them; nothing has begun.',
  });
}
