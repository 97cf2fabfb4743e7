import type { LiveExecution } from './live-execution.js';
import type { ExecutionState } from '../kernel/state.js';

/** An execution that has ended, as far as what follows its end has to know it. */
export interface EndedRun extends Pick<LiveExecution, 'identity' | 'blueprint' | 'scope' | 'input' | 'environment' | 'alarms' | 'report'> {
  /** `null`: it ended on its straight course, and so has no parts to tell of. */
  readonly state: ExecutionState | null;
}
