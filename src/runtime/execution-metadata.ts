import { shown } from '../graph/wording.js';
import { SagaError } from '../errors/saga-error.js';
import type { ExecutionMetadata } from '../saga/execution-metadata.js';
import type { OptionRule } from './option-rules.js';
import { isRecord } from './option-rules.js';
import type { Environment } from './options.js';

/** That of executions which have none: one for all of them. */
export const noMetadata: ExecutionMetadata = Object.freeze({});

export const metadataRule: OptionRule = { mustBe: 'a plain object such as { tenant: … }', holds: isPlainRecord };

/**
 * The metadata of an execution, frozen: what the runner's function says at this moment, and what the call itself gives, `given`, over it.
 *
 * @throws SagaError `SAGA_RUNTIME_BAD_OPTIONS` where that function returned something else; what it throws is passed on
 */
export function metadataOf({ metadata }: Environment, given: ExecutionMetadata | undefined): ExecutionMetadata {
  return metadata === null && given === undefined ? noMetadata : merged(metadata, given);
}

/** A function of its own, so that the engine can put the other, which mostly has nothing to do, into whoever calls it. */
function merged(ask: Environment['metadata'], given: ExecutionMetadata | undefined): ExecutionMetadata {
  const common: unknown = ask === null ? noMetadata : ask();
  if (common instanceof Promise) common.catch(() => {}); // it is refused, whatever becomes of it
  if (!isPlainRecord(common)) throw badMetadata(common);
  const all = { ...common, ...given };
  return Object.keys(all).length === 0 ? noMetadata : Object.freeze(all);
}

/** Of any realm. An instance of a class, an array, a promise, a map or a symbol says something else than names and values. */
function isPlainRecord(value: unknown): value is ExecutionMetadata {
  if (!isRecord(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function badMetadata(returned: unknown): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_BAD_OPTIONS',
    problem: `The 'metadata' of this runner returned ${shown(returned)}, and must return ${metadataRule.mustBe}.`,
    remedy: 'Correct it, or leave it out to have none.',
  });
}
