/** Stands for the effect of a step that could not be stored: there was one, and only the process knows it that ran the step. */
export interface LostEffect {
  readonly isLostEffect: true;
}

/** The only one: it is itself again after `decode`, so that `===` tells it from all data. */
export const lostEffect: LostEffect = Object.freeze({ isLostEffect: true as const });
