import type { Tell } from '../../shared/run-sample.js';
import { faultInWords } from '../services/faults.js';
import type { PlannedTrip } from '../trips-file.js';

/** What is to be booked next, and what goes wrong meanwhile. */
export function announce({ title, request, faults }: PlannedTrip, tell: Tell): void {
  tell('');
  tell(`${title}, for ${request.traveller}`);
  for (const fault of faults) tell(`  This time ${faultInWords(fault)}.`);
}
