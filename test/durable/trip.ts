import { Compensate, Saga, Step } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';

// The saga of most tests here: three plain steps that can each be undone, whose methods a test replaces.

export interface TripRequest {
  readonly to: string;
}
export type StepCall = StepContext<TripRequest, unknown, unknown>;
export type UndoCall = CompensationContext<TripRequest, unknown>;

/** What a method does in place of returning, or of undoing, what it is named for. */
export interface TripScript {
  readonly card?: (context: StepCall) => unknown;
  readonly hotel?: (context: StepCall) => unknown;
  readonly flight?: (context: StepCall) => unknown;
  readonly undoCard?: (effect: unknown, context: UndoCall) => unknown;
  readonly undoHotel?: (effect: unknown, context: UndoCall) => unknown;
  readonly undoFlight?: (effect: unknown, context: UndoCall) => unknown;
}

interface Undo {
  readonly name: string;
  readonly key: string;
  readonly outcome: string;
  readonly effect: unknown;
  readonly error: unknown;
}

/** What such sagas did, in whatever process, in order: `hotel`, `hotel?` where that was told to be in doubt, `undo hotel(its effect)`. */
export class Diary {
  readonly entries: string[] = [];
  readonly steps: { readonly name: string; readonly key: string; readonly attempt: number; readonly inDoubt: boolean }[] = [];
  readonly undos: Undo[] = [];

  step(name: string, { idempotencyKey: key, attempt, inDoubt }: Pick<StepCall, 'idempotencyKey' | 'attempt' | 'inDoubt'>): void {
    this.entries.push(inDoubt ? `${name}?` : name);
    this.steps.push({ name, key, attempt, inDoubt });
  }

  undo(name: string, effect: unknown, { idempotencyKey: key, step: { outcome, error } }: Pick<UndoCall, 'idempotencyKey' | 'step'>): void {
    this.entries.push(`undo ${name}(${effect === undefined ? '' : JSON.stringify(effect)})`);
    this.undos.push({ name, key, outcome, effect, error });
  }
}

type Ctx<K extends keyof Trip = never> = StepContext<TripRequest, Effects<Trip, K>, unknown>;
interface Trip {
  card(): Promise<unknown>;
  hotel(): Promise<unknown>;
  flight(): Promise<unknown>;
}

/** A class of its own each time, as every process has its own. */
export function tripOf(diary: Diary, script: TripScript = {}) {
  @Saga({ name: 'BookTrip' })
  class BookTrip {
    @Step()
    async card(context: Ctx): Promise<unknown> {
      diary.step('card', context);
      return script.card === undefined ? { card: 1 } : script.card(context);
    }
    @Compensate('card')
    async undoCard(effect: unknown, context: CompensationContext<TripRequest>): Promise<void> {
      diary.undo('card', effect, context);
      await script.undoCard?.(effect, context);
    }

    @Step({ needs: ['card'] })
    async hotel(context: Ctx<'card'>): Promise<unknown> {
      diary.step('hotel', context);
      return script.hotel === undefined ? { hotel: 1 } : script.hotel(context);
    }
    @Compensate('hotel')
    async undoHotel(effect: unknown, context: CompensationContext<TripRequest>): Promise<void> {
      diary.undo('hotel', effect, context);
      await script.undoHotel?.(effect, context);
    }

    @Step({ needs: ['hotel'] })
    async flight(context: Ctx<'hotel'>): Promise<unknown> {
      diary.step('flight', context);
      return script.flight === undefined ? { flight: 1 } : script.flight(context);
    }
    @Compensate('flight')
    async undoFlight(effect: unknown, context: CompensationContext<TripRequest>): Promise<void> {
      diary.undo('flight', effect, context);
      await script.undoFlight?.(effect, context);
    }
  }
  return BookTrip;
}

export const lisbon: TripRequest = { to: 'Lisbon' };
