import type { CompensationErrorAnswer } from '../kernel/events.js';
import type { CompensationError, CompensationErrorHandler, Report } from './ports.js';

/** What the handler answers; `'stop'`, and a report, where it throws or answers what is no answer (R15). */
export async function answerOf(
  handler: CompensationErrorHandler,
  compensationError: CompensationError,
  report: (report: Report) => void,
): Promise<CompensationErrorAnswer> {
  try {
    const answer: unknown = await handler(compensationError);
    if (answer === 'stop' || answer === 'continue' || answer === 'resolved') return answer;
    throw new TypeError(`onCompensationError answered ${String(answer)}; it must answer 'stop', 'continue' or 'resolved'`);
  } catch (error) {
    report({ type: 'error-handler-failed', step: compensationError.step, error });
    return 'stop';
  }
}
