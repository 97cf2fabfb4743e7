import type { Fault, FaultKind, operations, Service } from './faults.js';

/** What goes wrong with the request that is coming in now, if anything does. */
export type NextFault = () => FaultKind | undefined;

/** All that the services are to do wrong. */
export class FaultPlan {
  private planned: (Fault & { left: number })[] = [];

  /** Replaces what was planned before. */
  play(faults: readonly Fault[]): void {
    this.planned = faults.map((fault) => ({ ...fault, left: fault.times ?? Infinity }));
  }

  of<S extends Service>(service: S, operation: (typeof operations)[S][number]): NextFault {
    return () => {
      const next = this.planned.find((fault) => fault.service === service && fault.on === operation && fault.left > 0);
      if (next) next.left -= 1;
      return next?.fault;
    };
  }
}
