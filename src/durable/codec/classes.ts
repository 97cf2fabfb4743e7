// Classes of the user's whose instances the log holds. An instance belongs to the class that constructed it: one of a subclass has to be
// registered itself.
import type { AnyClass } from '../../graph/any-class.js';

/**
 * A class, whose instances are held by their enumerable properties and get its prototype back, without its constructor being called; or a
 * {@link ClassForm}. A class with `#private` fields needs `toData` and `fromData`, for nobody else can read or set these.
 */
export type RegisteredClass = AnyClass | ClassForm;

export interface ClassForm {
  readonly class: AnyClass;
  /** What it is called in the log: it has to stay the same for as long as executions do. @defaultValue the class's own name */
  readonly name?: string;
  /** What an instance is made of: anything that the log holds. Called at once, with nothing to await. With `fromData`, or not at all. */
  readonly toData?: (instance: never) => unknown;
  /** Makes the instance of a copy of that. */
  readonly fromData?: (data: never) => unknown;
}

export interface KnownClass {
  readonly name: string;
  readonly prototype: object;
  readonly form: { readonly toData: (instance: unknown) => unknown; readonly fromData: (data: unknown) => unknown } | null;
}

export class KnownClasses {
  readonly #byPrototype: ReadonlyMap<object, KnownClass>;
  readonly #byName: ReadonlyMap<string, KnownClass>;

  constructor(classes: readonly KnownClass[]) {
    this.#byPrototype = new Map(classes.map((known) => [known.prototype, known]));
    this.#byName = new Map(classes.map((known) => [known.name, known]));
  }

  ofPrototype(prototype: object): KnownClass | undefined {
    return this.#byPrototype.get(prototype);
  }

  named(name: string): KnownClass | undefined {
    return this.#byName.get(name);
  }
}
