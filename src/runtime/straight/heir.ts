/** Who hears of a call that settles when its run has left the straight course. */
export interface Heir {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What the call will come to, as its heir is told. */
export function inheritanceOf(call: { heir: Heir | undefined }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.heir = { resolve, reject };
  });
}
