declare const inLog: unique symbol;

/**
 * The fourth parameter of the context of a `@Step({ transactional: true })`: its `transaction` is a handle of the transaction in which the
 * execution log records the step, such as pg's client. What the step writes with it is committed with that record, or not at all.
 * `run` asks for no transaction on its behalf. The mark exists for the compiler alone: the handle itself is handed over.
 */
export type LogTransaction<Handle> = Handle & { readonly [inLog]?: never };

/** `true` for a `LogTransaction`, and for nothing else. */
export type IsLogTransaction<Transaction> = typeof inLog extends keyof Transaction ? true : false;
