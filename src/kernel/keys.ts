// Idempotency keys (R25): execution + path + round, and for a compensation + undo. Keys travel as HTTP headers and are compared as
// text, so a path is written in printable ASCII without ':', and two different calls never share a key.

export function stepKey(execution: string, step: string, round: number): string {
  return `${execution}:${asciiPath(step)}:${round}`;
}

export function compensationKey(execution: string, step: string, round: number, undo: number): string {
  return `${stepKey(execution, step, round)}:undo-${undo}`;
}

export function fallbackKey(execution: string, step: string, round: number): string {
  return `${stepKey(execution, step, round)}:fallback`;
}

function asciiPath(step: string): string {
  return step.replace(/[^\w$/.-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
