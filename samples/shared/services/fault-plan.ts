import type { Fault, FaultKind, Services } from './faults.js';

/** What goes wrong with the request that is coming in now, if anything does. */
export type NextFault = () => FaultKind | undefined;

/** All that the services are to do wrong. */
export class FaultPlan<S extends Services> {
  private planned: (Fault & { left: number })[] = [];

  /** Replaces what was planned before. */
  play(faults: readonly Fault<keyof S & string>[]): void {
    this.planned = faults.map((fault) => ({ ...fault, left: fault.times ?? Infinity }));
  }

  of<K extends keyof S & string>(service: K, operation: S[K]['operations'][number]): NextFault {
    return () => {
      const next = this.planned.find((fault) => fault.service === service && fault.on === operation && fault.left > 0);
      if (next) next.left -= 1;
      return next?.fault;
    };
  }
}
