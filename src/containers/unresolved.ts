import { SagaResolverError } from '../errors/runtime-errors.js';
import type { SagaClass } from '../runtime/ports.js';

/** What a container threw when a class was to be made, in its own words; `remedyFor` says what to do about those that it knows. */
export function unresolved(wanted: SagaClass, error: unknown, remedyFor: (message: string) => string | undefined): SagaResolverError {
  const message = inOneLine(error instanceof Error ? error.message : String(error));
  const remedy = remedyFor(message) ?? 'See `cause`: what was thrown while it was constructed.';
  return new SagaResolverError(wanted.name, `${message} ${remedy}`, error);
}

function inOneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
