/** How many executions have a scope, so that somebody can wait until none has. */
export class OpenScopes {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Returns what is to be called, once, at the end. */
  begin(): () => void {
    this.#count += 1;
    return () => {
      this.#count -= 1;
      if (this.#count === 0) for (const go of this.#waiting.splice(0)) go();
    };
  }

  /** Resolves when none is open, or after so many milliseconds: with how many are then. */
  async closedWithin(milliseconds: number): Promise<number> {
    if (this.#count === 0) return 0;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    return this.#count;
  }
}
