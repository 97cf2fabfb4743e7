import { SagaError } from './saga-error.js';

/** An event that cannot follow the ones before it: a defect of a driver, or a log that was tampered with. Nothing was changed. */
export class IllegalEventError extends SagaError {
  readonly event: { readonly type: string };

  constructor(saga: string, event: { readonly type: string; readonly step?: string }, state: string) {
    super({
      code: 'SAGA_KERNEL_ILLEGAL_EVENT',
      problem: `The event '${event.type}'${event.step === undefined ? '' : ` of ${saga}.${event.step}`} cannot happen now: ${state}.`,
      remedy: 'Events come from the runtime alone; please report how this one came about.',
    });
    this.event = event;
  }
}
